"""From a service's page: what it says is wrong. It becomes a task of whoever keeps the entry."""

from collections.abc import Mapping

from fastapi import APIRouter, Response

from hotline.directory.entry import Entry
from hotline.directory.work import REPORT_WRONG
from hotline.jobs import service as jobs
from hotline.portal.arriving import Arrived
from hotline.portal.challenge import Form
from hotline.portal.gate import form_page, gate_faults
from hotline.portal.posting import OwnPost
from hotline.portal.texts import CHINESE, texts_of
from hotline.portal.visit import Visit
from hotline.privacy import mask_text

router = APIRouter(include_in_schema=False)

_LONGEST, _SHORTEST = 300, 2


@router.api_route("/services/{entry_id}/wrong", methods=["GET", "HEAD"])
async def begin_report(visit: Arrived, entry_id: str) -> Response:
    entry = visit.catalog.entries.get(entry_id)
    return _page(visit, entry, "", {}) if entry else visit.missing()


@router.post("/services/{entry_id}/wrong")
async def send_report(visit: Arrived, entry_id: str, posted: OwnPost) -> Response:
    """Told again, it is added to the same task; robots and too much of one address end here."""
    entry = visit.catalog.entries.get(entry_id)
    if entry is None:
        return visit.missing()
    note = posted.fields.get("note", "")[:_LONGEST]
    if len(note) < _SHORTEST:
        return _page(visit, entry, note, {"note": "wrong.fault.note"})
    if posted.fields.get("website"):
        return visit.missing(422)
    if visit.portal.reproofs.is_used_up(visit.sender, visit.moment):
        return visit.missing(429)
    if shut := await gate_faults(visit, Form.WRONG, posted.fields):
        return _page(visit, entry, note, shut)
    if not visit.portal.reproofs.take(visit.sender, visit.moment):
        return visit.missing(429)
    await _tell(visit, entry, note)
    return visit.own("wrong.html", entry=entry, is_done=True, note="", faults={})


async def _tell(visit: Visit, entry: Entry, note: str) -> None:
    told = f"{texts_of(CHINESE).t('wrong.prefix')}：{mask_text(note)}"
    payload = {"city_id": str(visit.catalog.city_id), "entry_key": entry.id, "note": told}
    async with visit.request.state.database.transaction() as session:
        await jobs.enqueue(session, REPORT_WRONG, payload)


def _page(visit: Visit, entry: Entry, note: str, faults: Mapping[str, str]) -> Response:
    status = 422 if faults else 200
    return form_page(
        visit, "wrong.html", Form.WRONG, status=status, entry=entry, is_done=False, note=note,
        faults=faults,
    )  # fmt: skip
