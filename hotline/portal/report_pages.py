"""Report something in three steps: what, where, who; or join what somebody told already."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from fastapi import APIRouter, Response

from hotline.attachments import keeping
from hotline.attachments.keeping import Store
from hotline.attachments.scanner import Scanner, scanner_of
from hotline.directory import queries as directory
from hotline.directory.entry import Entry
from hotline.errors import HotlineError
from hotline.matching.values import Context, Decision, Understanding
from hotline.portal.arriving import Arrived
from hotline.portal.challenge import Form
from hotline.portal.district_map import DistrictMap, district_map, pointed_at, spot_at
from hotline.portal.forms import Posted, SentFile
from hotline.portal.gate import form_page, gate_faults
from hotline.portal.posting import OwnPost
from hotline.portal.public_words import public_words
from hotline.portal.questions import Question, questions_for
from hotline.portal.report_form import KINDS, LAST, PLACE, Report, faults_of, step_of
from hotline.portal.report_ticket import Luggage, Photo, known_already, open_report, subject_of
from hotline.portal.search_view import emergency_of
from hotline.portal.texts import CHINESE, texts_of
from hotline.portal.tiles import Laid, under_sketch
from hotline.portal.visit import Visit
from hotline.tickets.duplicates import Candidate
from hotline.tickets.models import Ticket

_CANDIDATES = 3
_NEAR = 0.1
"""Confidence below which an entry is not offered for what was written."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Same:
    """A ticket about the same matter, as somebody else may see it."""

    number: str
    title: str
    told_at: Any
    status: str


@dataclass(frozen=True, slots=True)
class Around:
    """What a step shows beside the fields."""

    understood: Understanding | None = None
    subject_code: str | None = None
    questions: tuple[Question, ...] = ()
    same: tuple[Same, ...] = field(default_factory=tuple)
    pointed: Literal["", "hit", "beside"] = ""


@router.api_route("/report", methods=["GET", "HEAD"])
async def begin_report(visit: Arrived) -> Response:
    return _show(visit, Report.of(visit.request.query_params), step=1)


@router.post("/report")
async def go_on_with_report(visit: Arrived, posted: OwnPost) -> Response:
    """`step` is the one that was filled in; `go=back` turns to the one before."""
    fields = posted.fields
    report, step = Report.of(fields, posted.several("q_")), _step(fields.get("step", ""))
    if fields.get("go") == "back":
        return await _show_step(visit, report, max(step - 1, 1))
    pixel = pointed_at(fields) if step == PLACE else None
    if pixel is not None:
        return await _show_pointed(visit, report, pixel)
    if step == LAST and visit.portal.reports.is_used_up(visit.sender, visit.moment):
        return visit.missing(429)  # before anything is looked up for it
    around = await _around(visit, report) if step == LAST else Around()
    faults = faults_of(report, up_to=step, districts=_districts(visit), questions=around.questions)
    if faults:
        return await _show_step(visit, report, min(map(step_of, faults)), faults)
    if step < LAST:
        return await _show_step(visit, report, step + 1)
    return await _send(visit, report, around, posted)


async def _show_pointed(visit: Visit, report: Report, pixel: tuple[int, int]) -> Response:
    """The map only proposes: what was written stays, and everything can still be changed."""
    sketch = district_map(visit.catalog.city.key)
    spot = None
    if sketch is not None:
        async with visit.request.state.database.transaction() as session:
            places = await directory.places(session, visit.catalog.city_id)
        spot = spot_at(sketch, *pixel, places)
    if spot is not None:
        near = texts_of(CHINESE).t("report.map.near", place=spot.near) if spot.near else ""
        report = replace(report, district=spot.district, place=report.place or near)
    around = Around(
        understood=await visit.directory.understand(report.text, Context()),
        pointed="hit" if spot else "beside",
    )
    return _show(visit, report, step=PLACE, around=around)


async def _send(visit: Visit, report: Report, around: Around, posted: Posted) -> Response:
    if report.trap:
        return visit.missing(422)
    if shut := await gate_faults(visit, Form.REPORT, posted.fields):
        return _show(visit, report, step=LAST, faults=shut, around=around)
    try:
        scanner = scanner_of(visit.request.state.settings)
        photos = [await _checked(file, scanner) for file in posted.files]
    except HotlineError:
        wrong = {"photos": "report.fault.photos"}
        return _show(visit, report, step=LAST, faults=wrong, around=around)
    if not visit.portal.reports.take(visit.sender, visit.moment):
        return visit.missing(429)
    luggage = Luggage(around.subject_code, around.questions, photos)
    async with visit.request.state.database.transaction() as session:
        receipt = await open_report(
            session,
            visit.catalog,
            report,
            opened_by=texts_of(CHINESE).t("report.opened_by"),
            luggage=luggage,
            store=Store.of(visit.request.state.settings),
        )
    return visit.own("report_done.html", receipt=receipt, report=report)


async def _checked(file: SentFile, scanner: Scanner) -> Photo:
    """Outside the transaction: a picture is drawn anew, without the place where it was taken."""
    return Photo(file.name[-120:], await keeping.check(file.content, file.name, scanner))


async def _around(visit: Visit, report: Report) -> Around:
    """Questions of the subject, and who has told the same."""
    async with visit.request.state.database.transaction() as session:
        subject_code = await subject_of(session, visit.catalog, report)
        found = await known_already(session, visit.catalog, report, subject_code)
    return Around(
        subject_code=subject_code,
        questions=questions_for(subject_code),
        same=tuple(_same(one) for one in found),
    )


def _same(candidate: Candidate) -> Same:
    ticket: Ticket = candidate.ticket
    return Same(ticket.number, public_words(ticket.title), ticket.created_at, ticket.status)


async def _show_step(
    visit: Visit, report: Report, step: int, faults: Mapping[str, str] | None = None
) -> Response:
    around = Around()
    if step == 2:
        around = Around(understood=await visit.directory.understand(report.text, Context()))
    elif step == LAST:
        around = await _around(visit, report)
        known = {one.number for one in around.same}
        report = report if report.follow in known else replace(report, follow="")
    return _show(visit, report, step=step, faults=faults, around=around)


def _show(
    visit: Visit,
    report: Report,
    *,
    step: int,
    faults: Mapping[str, str] | None = None,
    around: Around | None = None,
) -> Response:
    around = around or Around()
    understood = around.understood
    emergency = understood.emergency if understood else None
    sketch = district_map(visit.catalog.city.key)
    return form_page(
        visit,
        "report.html",
        Form.REPORT if step == LAST else None,
        status=422 if faults else 200,
        report=report,
        step=step,
        faults=faults or {},
        kinds=KINDS,
        candidates=_candidates(visit, understood) if understood else (),
        chosen_id=report.entry_id or _sure(understood),
        district=report.district or (understood.district if understood else "") or "",
        emergency=emergency_of(visit.catalog, emergency),
        questions=around.questions,
        same=around.same,
        pointed=around.pointed,
        sketch=sketch,
        laid=_laid(visit, sketch) if step == PLACE else (),
        places=visit.place_names if step == PLACE else (),
    )


def _laid(visit: Visit, sketch: DistrictMap | None) -> tuple[Laid, ...]:
    """What the sketch is laid upon, where the operator names a server of tiles."""
    return under_sketch(sketch, visit.tiles) if sketch and visit.tiles else ()


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
