"""Tickets that may be the same matter, while it is being written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import Place
from hotline.matching.districts import Gazetteer
from hotline.matching.districts import Place as NamedPlace
from hotline.organizations import queries as organizations
from hotline.principal import Principal
from hotline.privacy import mask_text
from hotline.tickets import queries
from hotline.tickets.filing import file_under
from hotline.tickets.models import Ticket
from hotline.tickets.resemble import RECENT, Matter, Resemblance, Spot, resemblance
from hotline.tickets.states import FINISHED
from hotline.tickets.suggestions import subject_index
from hotline.tickets.words import normal_number
from hotline.vault import vault_of

SHOWN = 5
_LOOKED_AT = 200
_PLACES_IN_A_TEXT = 3
_GAP = "，"


class Advice(StrEnum):
    """What to do with the new matter when the agent finds that it is the same."""

    URGE = "urge"  # own and open: append to it
    REFUSE = "refuse"  # own and finished: refuse unless there is something new
    MERGE = "merge"  # another caller's and open: one ticket, two petitioners


@dataclass(frozen=True, slots=True)
class Candidate:
    ticket: Ticket
    resemblance: Resemblance
    advice: Advice


@dataclass(frozen=True, slots=True)
class Written:
    """What has been written down so far."""

    text: str
    district: str | None = None
    subject_code: str | None = None
    entry_id: str | None = None
    address: str | None = None
    caller_number: str | None = None
    ticket_id: UUID | None = None


async def duplicates(
    session: AsyncSession, principal: Principal, written: Written
) -> list[Candidate]:
    """The nearest first, at most five. Confidential ones are found by nobody."""
    city_id = await organizations.city_of(session, principal.organization_id)
    filing = await file_under(
        session,
        city_id,
        district=written.district,
        entry_id=written.entry_id,
        subject_code=written.subject_code,
    )
    chart = await _chart(session, city_id)
    new = _new_matter(session, written, chart)
    codes = [written.subject_code] if written.subject_code else []
    if not codes:
        index = await subject_index(session, city_id)
        codes = [near.code for near in index.nearest(written.text)]
    chosen = queries.perhaps_same(
        principal,
        subject_codes=codes,
        entry_key=written.entry_id,
        district_id=filing.district.id if filing.district else None,
        caller=new.caller,
        since=clock.now() - RECENT,
        limit=_LOOKED_AT,
    )
    known = [row for row in await session.scalars(chosen) if row.id != written.ticket_id]
    return _nearest(new, known, chart, codes)


class Chart:
    """Named places of a city with their coordinates."""

    def __init__(self, rows: Sequence[tuple[str, str, str, tuple[str, ...], float, float]]) -> None:
        self._spots = {name: Spot(name, lat, lon) for name, _, _, _, lat, lon in rows}
        self._gazetteer = Gazetteer.build(
            NamedPlace(name, kind, district, aliases)
            for name, kind, district, aliases, _, _ in rows
        )

    def spots_in(self, text: str) -> tuple[Spot, ...]:
        """The places nearer than a district that a text names."""
        named: dict[str, Spot] = {}
        for _ in range(_PLACES_IN_A_TEXT):
            heard = self._gazetteer.district_of(text)
            if heard is None:
                break
            if heard.place != heard.district and heard.place in self._spots:
                named[heard.place] = self._spots[heard.place]
            text = text[: heard.start] + _GAP + text[heard.end :]
        return tuple(named.values())


async def _chart(session: AsyncSession, city_id: UUID) -> Chart:
    columns = (Place.name, Place.kind, Place.district, Place.aliases, Place.lat, Place.lon)
    rows = await session.execute(
        select(*columns).where(Place.city_id == city_id).order_by(Place.position)
    )
    return _chart_of(
        tuple(
            (name, kind, district, tuple(map(str, aliases)), lat, lon)
            for name, kind, district, aliases, lat, lon in rows
        )
    )


# The key is every place of the city, so an import is seen at once.
@lru_cache(maxsize=8)
def _chart_of(rows: tuple[tuple[str, str, str, tuple[str, ...], float, float], ...]) -> Chart:
    return Chart(rows)


def _new_matter(session: AsyncSession, written: Written, chart: Chart) -> Matter:
    number = written.caller_number
    caller = vault_of(session).blind(normal_number(number), purpose="phone") if number else None
    address = mask_text(written.address) if written.address else None
    words = mask_text(written.text)
    return Matter(
        words=words,
        at=clock.now(),
        subject_code=written.subject_code,
        entry_key=written.entry_id,
        address=address,
        caller=caller,
        spots=chart.spots_in(f"{words}{_GAP}{address or ''}"),
    )


def _nearest(
    new: Matter, known: Sequence[Ticket], chart: Chart, codes: Sequence[str]
) -> list[Candidate]:
    """Where nobody chose a subject yet, the likeliest by the words stands for it."""
    guessed = codes[0] if codes else None
    asked = Matter(
        words=new.words, at=new.at, subject_code=new.subject_code or guessed,
        entry_key=new.entry_key, address=new.address, caller=new.caller, spots=new.spots,
    )  # fmt: skip
    found = []
    for ticket in known:
        alike = resemblance(asked, _old_matter(ticket, chart))
        advice = _advice(ticket, alike)
        if advice is not None and alike.counts:
            found.append(Candidate(ticket, alike, advice))
    found.sort(key=lambda one: (not one.resemblance.is_same_caller, -one.resemblance.score))
    return found[:SHOWN]


def _old_matter(ticket: Ticket, chart: Chart) -> Matter:
    words = f"{ticket.title}{_GAP}{ticket.description}"
    return Matter(
        words=words,
        at=ticket.created_at,
        subject_code=ticket.subject_code,
        entry_key=ticket.entry_key,
        address=ticket.address_masked,
        caller=ticket.caller_blind,
        spots=chart.spots_in(f"{words}{_GAP}{ticket.address_masked or ''}"),
    )


def _advice(ticket: Ticket, alike: Resemblance) -> Advice | None:
    is_open = ticket.status not in FINISHED
    if alike.is_same_caller:
        return Advice.URGE if is_open else Advice.REFUSE
    return Advice.MERGE if is_open and ticket.parent_id is None else None
