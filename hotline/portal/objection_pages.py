"""A firm on public notice: what it wants to do, and whatever somebody knows against it."""

import re
from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Response

from hotline.dispatch.errors import NoticeOver, ObjectionsFull
from hotline.dispatch.objections import object_to
from hotline.errors import InvalidInput, NotFound
from hotline.portal import vendor_queries
from hotline.portal.arriving import Arrived
from hotline.portal.catalog import OnNotice
from hotline.portal.challenge import Form
from hotline.portal.gate import form_page, gate_faults
from hotline.portal.posting import OwnPost
from hotline.portal.visit import Visit

router = APIRouter(include_in_schema=False)

_LONGEST, _SHORTEST = 500, 5
_PHONE = re.compile(r"\+?\d[\d\s()-]{5,18}\d")


@router.api_route("/vendors/notices/{review_id}", methods=["GET", "HEAD"])
async def show_notice(visit: Arrived, review_id: str) -> Response:
    firm = await _firm(visit, review_id)
    return _page(visit, firm, {}, {}) if firm else visit.missing()


@router.post("/vendors/notices/{review_id}")
async def send_objection(visit: Arrived, review_id: str, posted: OwnPost) -> Response:
    """With or without a telephone; robots and too much of one address end here."""
    firm = await _firm(visit, review_id)
    if firm is None:
        return visit.missing()
    fields = posted.fields
    faults = _faults(fields)
    if faults:
        return _page(visit, firm, fields, faults)
    if fields.get("website"):
        return visit.missing(422)
    if visit.portal.objections.is_used_up(visit.sender, visit.moment):
        return visit.missing(429)
    if shut := await gate_faults(visit, Form.OBJECT, fields):
        return _page(visit, firm, fields, shut)
    return await _sent(visit, firm, fields)


async def _sent(visit: Visit, firm: OnNotice, fields: Mapping[str, str]) -> Response:
    words, phone = _said(fields)
    if not visit.portal.objections.take(visit.sender, visit.moment):
        return visit.missing(429)
    try:
        async with visit.request.state.database.transaction() as session:
            made = await object_to(
                session, visit.catalog.city_id, firm.review_id, words=words, phone=phone or None
            )
    except InvalidInput:
        return _page(visit, firm, fields, {"phone": "order.fault.phone"})
    except (NotFound, NoticeOver):
        return visit.missing()
    except ObjectionsFull:
        return visit.missing(429)
    is_told = bool(phone) and made.phone_sealed is not None
    return visit.own("objection.html", firm=firm, is_done=True, has_phone=is_told, faults={})


async def _firm(visit: Visit, review_id: str) -> OnNotice | None:
    """None for what is not on notice, or not any more."""
    try:
        known = UUID(review_id)
    except ValueError:
        return None
    async with visit.request.state.database.transaction() as session:
        found = await vendor_queries.on_notice(session, visit.catalog.city_id, visit.moment)
    return next((one for one in found if one.review_id == known), None)


def _said(fields: Mapping[str, str]) -> tuple[str, str]:
    return fields.get("words", "").strip()[:_LONGEST], fields.get("phone", "").strip()[:20]


def _faults(fields: Mapping[str, str]) -> Mapping[str, str]:
    words, phone = _said(fields)
    faults = {}
    if len(words) < _SHORTEST:
        faults["words"] = "objection.fault.words"
    if phone and not _PHONE.fullmatch(phone):
        faults["phone"] = "order.fault.phone"
    return faults


def _page(
    visit: Visit, firm: OnNotice, fields: Mapping[str, str], faults: Mapping[str, str]
) -> Response:
    words, phone = _said(fields)
    return form_page(
        visit, "objection.html", Form.OBJECT, status=422 if faults else 200, firm=firm,
        is_done=False, words=words, phone=phone, faults=faults,
    )  # fmt: skip
