"""The sunshine page: what the city promises, as figures that anybody can reckon again."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response
from sqlalchemy import text

from hotline import clock
from hotline.portal import sunshine_files as written
from hotline.portal import sunshine_queries as queries
from hotline.portal.arriving import Arrived
from hotline.portal.models import LogDigest
from hotline.portal.render import Page
from hotline.portal.rotation import Rotation, rotations
from hotline.portal.sealing import digests
from hotline.portal.sunshine import Figure, Measure, figures, table
from hotline.portal.sunshine_queries import Past
from hotline.portal.visit import Visit

router = APIRouter(include_in_schema=False)

_READ = ["GET", "HEAD"]
_AGE = timedelta(minutes=10)
_MONTHS = 12
_ON_PAGE = 6
_MOST_PAST = 20
_CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sunshine:
    """Everything of the page as it was counted at `at`."""

    at: datetime
    figures: tuple[Figure, ...]
    rotations: tuple[Rotation, ...]
    past: Sequence[Past]
    digests: Sequence[LogDigest]

    @property
    def months(self) -> list[str]:
        """Newest first, as many as fit on a page."""
        return sorted({one.month for one in self.figures}, reverse=True)[:_ON_PAGE]


@dataclass(slots=True)
class Counted:
    """Counted at most every ten minutes, however many people look."""

    _held: Sunshine | None = None
    _counting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def current(self, visit: Visit) -> Sunshine:
        async with self._counting:
            if self._held is None or visit.moment - self._held.at >= _AGE:
                self._held = await _count(visit)
            return self._held


@router.api_route("/sunshine", methods=_READ)
async def show_sunshine(visit: Arrived) -> Response:
    shown = await _counted(visit.request).current(visit)
    incidents = visit.directory.incidents

    def make() -> Page:
        return visit.page(
            "sunshine.html", sunshine=shown, measures=list(Measure), table=table,
            incidents=incidents,
        )  # fmt: skip

    return visit.kept(make, shown.at.isoformat(), *(str(one.id) for one in incidents))


@router.api_route("/sunshine/figures.csv", methods=_READ)
async def send_figures(visit: Arrived) -> Response:
    shown = await _counted(visit.request).current(visit)
    return _file(visit, written.figures_csv(shown.figures, visit.texts), _CSV)


@router.api_route("/sunshine/rotation.csv", methods=_READ)
async def send_rotation(visit: Arrived) -> Response:
    shown = await _counted(visit.request).current(visit)
    return _file(visit, written.turns_csv(shown.rotations), _CSV)


@router.api_route("/sunshine/dictionary.csv", methods=_READ)
async def send_dictionary(visit: Arrived) -> Response:
    return _file(visit, written.dictionary_csv(visit.texts), _CSV)


@router.api_route("/sunshine/digests.json", methods=_READ)
async def send_digests(visit: Arrived) -> Response:
    async with visit.request.state.database.transaction() as session:
        rows = await digests(session, visit.catalog.city_id)
    return _file(visit, written.digests_json(rows), "application/json; charset=utf-8")


async def _count(visit: Visit) -> Sunshine:
    city_id, now = visit.catalog.city_id, visit.moment
    since = _first_month(now)
    async with visit.request.state.database.transaction() as session:
        await session.execute(text("SET LOCAL statement_timeout = '20s'"))
        tallies = await queries.tallies(session, city_id, since, now)
        return Sunshine(
            at=now,
            figures=figures(tallies),
            rotations=rotations(await queries.turns(session, city_id, since, now)),
            past=await queries.past_incidents(session, city_id, since, _MOST_PAST),
            digests=await digests(session, city_id),
        )


def _first_month(now: datetime) -> datetime:
    """The first day of the month eleven months ago: a year with this month in it."""
    here = clock.local(now)
    months = here.year * 12 + here.month - _MONTHS
    year, month = divmod(months, 12)
    return here.replace(
        year=year, month=month + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    )


def _counted(request: Request) -> Counted:
    state = request.app.state
    if not hasattr(state, "sunshine"):
        state.sunshine = Counted()
    counted: Counted = state.sunshine
    return counted


def _file(visit: Visit, content: str, media_type: str) -> Response:
    response = Page.of(content, media_type=media_type).answer(visit.request)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
