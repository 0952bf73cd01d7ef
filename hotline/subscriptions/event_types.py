"""The events that may be subscribed to, and the little of each that leaves the house. Pure."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

TEST = "subscription.tested"

_TICKET = (
    "number", "kind", "status", "urgency", "subject_code", "district", "entry_id", "due_at",
    "resident_due_at", "due_is_certain", "parent_id", "merged_into_id", "repeat_of_id", "card",
    "supervision_level", "urge_count", "call_id", "created_at", "updated_at", "version",
)  # fmt: skip
_ORDER = (
    "number", "state", "urgency", "district", "ticket_id", "entry_id", "category",
    "appointment_at", "offer_count", "created_at", "updated_at", "version",
)  # fmt: skip
_INCIDENT = (
    "kind", "status", "district", "subject_code", "entry_ids", "began_at", "expected_end",
    "confirmed_at", "ended_at", "version",
)  # fmt: skip
_BARE = ("ticket_id",)

# By name of the event: which fields of its payload are told, and under which key the id goes.
EVENT_TYPES: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType({
    "ticket.opened": ("ticket_id", _TICKET),
    "ticket.moved": ("ticket_id", _TICKET),
    "ticket.updated": ("ticket_id", _TICKET),
    "ticket.commented": ("ticket_id", _BARE),
    "ticket.withdrawn": ("ticket_id", _BARE),
    "work_order.opened": ("work_order_id", _ORDER),
    "work_order.moved": ("work_order_id", _ORDER),
    "work_order.updated": ("work_order_id", _ORDER),
    "incident.proposed": ("incident_id", _INCIDENT),
    "incident.confirmed": ("incident_id", _INCIDENT),
    "incident.updated": ("incident_id", _INCIDENT),
    "incident.closed": ("incident_id", _INCIDENT),
    "directory.published": ("city_id", ("entry_ids",)),
})  # fmt: skip


def told(name: str, subject_id: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What a receiver is told: ids, numbers and states by a list of what may go, not of what not.

    Who holds a ticket is told by id and tier, never a person.
    """
    key, fields = EVENT_TYPES[name]
    content: dict[str, Any] = {key: subject_id}
    content |= {field: payload[field] for field in fields if field in payload}
    holder = payload.get("custody")
    if isinstance(holder, Mapping):
        content["custody"] = {"organization_id": holder.get("id"), "tier": holder.get("tier")}
    return content


def unknown(names: Iterable[str]) -> list[str]:
    return sorted(set(names) - set(EVENT_TYPES))
