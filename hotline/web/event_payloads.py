"""The schema that each event carries, as the API's description shows it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field, create_model

from hotline.accounts.schemas import AccountDisabled
from hotline.agents.schemas import PresenceEvent
from hotline.announcements.schemas import AnnouncementOut
from hotline.calls.schemas import AlarmOut, CallOut
from hotline.canned_texts.schemas import CannedTextChanged
from hotline.directory.schemas import DirectoryPublished
from hotline.dispatch.schemas import WorkOrderTold
from hotline.dispatch.settlement_schemas import AccountsChanged
from hotline.editing.schemas import CorrectionChanged, DraftMoved
from hotline.events.catalogue import CATALOGUE
from hotline.incidents.schemas import IncidentOut
from hotline.messages.schemas import MessageOut, OutgoingOut
from hotline.organizations.schemas import WordingChanged
from hotline.proxy.schemas import ProxyMatterChanged
from hotline.queueing.schemas import OfferEnded, OfferOut, QueueOut
from hotline.recordings.schemas import RecordingOut
from hotline.tickets.schemas import InboxAdded, TicketCommented, TicketTold, TicketWithdrawn

_SCHEMAS: tuple[type[BaseModel], ...] = (
    AccountDisabled, AccountsChanged, AlarmOut, AnnouncementOut, CallOut, CannedTextChanged,
    CorrectionChanged, DirectoryPublished, DraftMoved, InboxAdded, IncidentOut, MessageOut,
    OfferEnded, OfferOut, OutgoingOut, PresenceEvent, ProxyMatterChanged, QueueOut, RecordingOut,
    TicketCommented, TicketTold, TicketWithdrawn, WordingChanged, WorkOrderTold,
)  # fmt: skip
_BY_NAME = {schema.__name__: schema for schema in _SCHEMAS}

PAYLOADS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {name: _BY_NAME[kind.payload] for name, kind in CATALOGUE.items()}
)
_FIELDS: dict[str, Any] = {
    name.replace(".", "_"): (schema, Field(alias=name)) for name, schema in PAYLOADS.items()
}
EventPayloads = create_model(
    "EventPayloads", __doc__="The payload of each event, by the event's name.", **_FIELDS
)


def add_payloads(app: FastAPI) -> None:
    """Into the same pass that describes the operations, so that every schema has one name."""
    app.webhooks.add_api_route("events", _described, response_model=EventPayloads)


def without_route(described: dict[str, Any]) -> dict[str, Any]:
    """What carried the payloads in is no webhook of ours."""
    described.pop("webhooks", None)
    return described


def _described() -> None:
    """Nobody calls it: events come by the socket and by `GET /api/v1/events`."""
