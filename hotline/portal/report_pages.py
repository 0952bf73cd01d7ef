"""Report something in three steps, and follow it by number and code."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from hotline.accounts.origins import is_own
from hotline.directory.entry import Entry
from hotline.errors import ForeignOrigin
from hotline.matching.values import Context, Decision, Understanding
from hotline.portal.arriving import Arrived
from hotline.portal.forms import posted_fields
from hotline.portal.report_form import KINDS, Report, faults_of, step_of
from hotline.portal.report_ticket import open_report, track
from hotline.portal.search_view import emergency_of
from hotline.portal.texts import CHINESE, texts_of
from hotline.portal.tracking import digits_of
from hotline.portal.visit import Visit

_CANDIDATES = 3
_NEAR = 0.1
"""Confidence below which an entry is not offered for what was written."""

router = APIRouter(include_in_schema=False)


async def own_fields(request: Request) -> Mapping[str, str]:
    """What was posted from our own pages; another site may not report in somebody's name."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not is_own(headers, request.state.settings.address):
        raise ForeignOrigin
    return await posted_fields(request)


Fields = Annotated[Mapping[str, str], Depends(own_fields)]


@router.api_route("/report", methods=["GET", "HEAD"])
async def begin_report(visit: Arrived) -> Response:
    return _show(visit, Report.of(visit.request.query_params), step=1)


@router.post("/report")
async def go_on_with_report(visit: Arrived, fields: Fields) -> Response:
    """`step` is the one that was filled in; `go=back` turns to the one before."""
    report, step = Report.of(fields), _step(fields.get("step", ""))
    if fields.get("go") == "back":
        return await _show_step(visit, report, max(step - 1, 1))
    faults = faults_of(report, up_to=step, districts=_districts(visit))
    if faults:
        wrong = min(map(step_of, faults))
        return await _show_step(visit, report, wrong, faults)
    if step < 3:
        return await _show_step(visit, report, step + 1)
    return await _send(visit, report)


@router.api_route("/track", methods=["GET", "HEAD"])
async def begin_tracking(visit: Arrived) -> Response:
    return visit.own("track.html", ticket=None, number="", is_wrong=False)


@router.post("/track")
async def show_ticket(visit: Arrived, fields: Fields) -> Response:
    """The same words for a number that is not there and for a code that is wrong."""
    number = fields.get("number", "")[:40]
    portal, key = visit.portal, digits_of(number)
    if portal.failures.is_used_up(visit.address, visit.moment) or portal.guesses.is_used_up(
        key, visit.moment
    ):
        return visit.missing(429)
    async with visit.request.state.database.transaction() as session:
        code = fields.get("code", "")[:20]
        ticket = await track(session, visit.catalog, number=number, code=code)
    if ticket is None:
        portal.failures.use(visit.address, visit.moment)
        portal.guesses.use(key, visit.moment)
        return visit.own("track.html", status=422, ticket=None, number=number, is_wrong=True)
    return visit.own("track.html", ticket=ticket, number=number, is_wrong=False)


async def _send(visit: Visit, report: Report) -> Response:
    if report.trap:
        return visit.missing(422)
    if visit.portal.reports.is_used_up(visit.address, visit.moment):
        return visit.missing(429)
    opened_by = texts_of(CHINESE).t("report.opened_by")
    async with visit.request.state.database.transaction() as session:
        receipt = await open_report(session, visit.catalog, report, opened_by=opened_by)
    visit.portal.reports.use(visit.address, visit.moment)
    return visit.own("report_done.html", receipt=receipt, report=report)


async def _show_step(
    visit: Visit, report: Report, step: int, faults: Mapping[str, str] | None = None
) -> Response:
    if step != 2:
        return _show(visit, report, step=step, faults=faults)
    understood = await visit.directory.understand(report.text, Context())
    return _show(visit, report, step=step, faults=faults, understood=understood)


def _show(
    visit: Visit,
    report: Report,
    *,
    step: int,
    faults: Mapping[str, str] | None = None,
    understood: Understanding | None = None,
) -> Response:
    emergency = understood.emergency if understood else None
    return visit.own(
        "report.html",
        status=422 if faults else 200,
        report=report,
        step=step,
        faults=faults or {},
        kinds=KINDS,
        candidates=_candidates(visit, understood) if understood else (),
        chosen_id=report.entry_id or _sure(understood),
        district=report.district or (understood.district if understood else "") or "",
        emergency=emergency_of(visit.catalog, emergency),
    )


def _candidates(visit: Visit, understood: Understanding) -> tuple[Entry, ...]:
    """What the report may be about, for the resident to choose."""
    near = [match.entry_id for match in understood.results if match.confidence >= _NEAR]
    entries = visit.catalog.entries
    return tuple(entries[key] for key in near if key in entries)[:_CANDIDATES]


def _sure(understood: Understanding | None) -> str:
    """What a caller would be answered with at once is chosen beforehand."""
    is_sure = understood is not None and understood.decision == Decision.ANSWER
    return understood.results[0].entry_id if understood and is_sure else ""


def _districts(visit: Visit) -> frozenset[str]:
    return frozenset(each.district for each in visit.catalog.districts if each.district)


def _step(text: str) -> int:
    return int(text) if text in ("1", "2", "3") else 1
