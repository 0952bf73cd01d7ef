"""A matter that is carried through for a resident, as the resident follows it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hotline.directory.entry import Entry
from hotline.proxy.queries import Whole
from hotline.proxy.states import OPEN


@dataclass(frozen=True, slots=True)
class PaperLine:
    name: str
    state: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class StepLine:
    name: str
    unit: str
    state: str
    due_at: datetime | None
    done_at: datetime | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Carried:
    """`may_withdraw` while it goes on."""

    name: str
    status: str
    officer: str | None
    papers: tuple[PaperLine, ...]
    steps: tuple[StepLine, ...]
    result: str | None
    result_note: str | None
    may_withdraw: bool


def carried(whole: Whole, units: Mapping[UUID, str], officer: str | None) -> Carried:
    matter = whole.matter
    return Carried(
        name=matter.entry_name,
        status=matter.status,
        officer=officer,
        papers=tuple(
            PaperLine(one.name, one.state, one.returned_at or one.received_at)
            for one in whole.papers
        ),
        steps=tuple(
            StepLine(
                one.name,
                units.get(one.organization_id, ""),
                one.state,
                one.due_at,
                one.done_at,
                one.note,
            )
            for one in whole.steps
        ),
        result=matter.result,
        result_note=matter.result_note,
        may_withdraw=matter.status in OPEN,
    )


def may_be_carried(entry: Entry) -> bool:
    """A matter of the government with papers to hand in."""
    return entry.kind == "government" and bool(entry.organization_id) and bool(entry.documents)
