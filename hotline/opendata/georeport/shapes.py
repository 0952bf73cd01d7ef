"""A ticket as everybody may see it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from hotline.opendata.georeport.documents import Plain
from hotline.opendata.georeport.services import OTHER, Service
from hotline.opendata.models import GeoReportRequest
from hotline.organizations.models import Tier
from hotline.portal.public_words import public_words
from hotline.portal.texts import CHINESE, texts_of
from hotline.tickets.models import Ticket, TicketHistory
from hotline.tickets.queries import Names
from hotline.tickets.states import FINISHED, Status

_ANSWERED = frozenset({Status.TO_VISIT, Status.CLOSED, Status.ARCHIVED, Status.DIRECT})
_DECIMALS = 3
"""Of a degree: a place within about a hundred meters, a street and not a door."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rows of one answer refer to."""

    services: Mapping[str, Service]
    names: Names
    origins: Mapping[UUID, GeoReportRequest]
    answers: Mapping[UUID, str]


def request_document(
    ticket: Ticket, around: Surroundings, *, has_extensions: bool
) -> dict[str, Plain]:
    service = around.services.get(ticket.subject_code or OTHER, around.services[OTHER])
    origin = around.origins.get(ticket.id)
    shown: dict[str, Plain] = {
        "service_request_id": ticket.number,
        "status": open_or_closed(ticket.status),
        "status_notes": _notes(ticket, around.answers.get(ticket.id)),
        "service_name": service.name,
        "service_code": service.code,
        "description": public_words(ticket.description)[:4000],
        "agency_responsible": _agency(ticket, around.names),
        "service_notice": None,
        "requested_datetime": w3(ticket.created_at),
        "updated_datetime": w3(ticket.closed_at or ticket.updated_at),
        "expected_datetime": w3(ticket.resident_due_at or ticket.due_at),
        "address": _address(ticket, around.names),
        "address_id": origin.address_id if origin else None,
        "zipcode": None,
        "lat": _rounded(origin.lat if origin else None),
        "long": _rounded(origin.lon if origin else None),
        "media_url": None,
    }
    if has_extensions:
        shown["extended_attributes"] = {
            "district": around.names.district(ticket.district_id),
            "kind": ticket.kind,
            "stage": ticket.status,
            "redo_count": ticket.redo_count,
        }
    return shown


def update_document(step: TicketHistory, number: str) -> dict[str, Plain]:
    status = step.to_status or Status.REGISTERED
    return {
        "update_id": str(step.id),
        "service_request_id": number,
        "status": open_or_closed(status),
        "updated_datetime": w3(step.at),
        "description": stage_words(status),
        "media_url": None,
    }


def open_or_closed(status: str) -> str:
    return "closed" if status in FINISHED else "open"


def stage_words(status: str) -> str:
    return texts_of(CHINESE).t(f"status.{status}")


def w3(moment: datetime | None) -> str | None:
    """Seconds and `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _notes(ticket: Ticket, answer: str | None) -> str:
    words = stage_words(ticket.status)
    is_told = answer is not None and ticket.status in _ANSWERED
    return f"{words}。{public_words(answer)}" if is_told and answer else f"{words}。"


def _agency(ticket: Ticket, names: Names) -> str | None:
    """The unit that has it; while a desk has it, the unit that is not chosen yet is nobody."""
    holder = names.organizations.get(ticket.custody_id)
    return holder.name if holder is not None and holder.tier == Tier.UNIT else None


def _address(ticket: Ticket, names: Names) -> str | None:
    """From the nearest to the widest, without the door."""
    parts = [public_words(ticket.address_masked or ""), names.district(ticket.district_id) or ""]
    return "，".join(part for part in parts if part) or None


def _rounded(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, _DECIMALS)
