"""From a service's page: order a vendor to one's home, or be called about it."""

from collections.abc import Collection, Mapping
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.consents.service import version_of
from hotline.directory.entry import Entry
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.open_order import Wishes, order_service
from hotline.dispatch.states import Consent
from hotline.portal import queries
from hotline.portal.arriving import Arrived
from hotline.portal.challenge import Form
from hotline.portal.entry_view import offers_for
from hotline.portal.gate import form_page, gate_faults
from hotline.portal.posting import OwnPost
from hotline.portal.report_ticket import Receipt, portal_principal
from hotline.portal.service_form import ServiceForm, call_faults, may_be_ordered, order_faults
from hotline.portal.texts import CHINESE, texts_of
from hotline.portal.visit import Visit
from hotline.tickets import service as tickets
from hotline.tickets.states import TicketKind

router = APIRouter(include_in_schema=False)

_READ = ["GET", "HEAD"]
_TEMPLATES = {Form.ORDER: "order.html", Form.CALL: "call_me.html"}


@router.api_route("/services/{entry_id}/order", methods=_READ)
async def begin_order(visit: Arrived, entry_id: str) -> Response:
    entry = visit.catalog.entries.get(entry_id)
    if entry is None or not may_be_ordered(entry):
        return visit.missing()
    return _order_page(visit, entry, ServiceForm(), {})


@router.post("/services/{entry_id}/order")
async def send_order(visit: Arrived, entry_id: str, posted: OwnPost) -> Response:
    entry = visit.catalog.entries.get(entry_id)
    if entry is None or not may_be_ordered(entry):
        return visit.missing()
    form = ServiceForm.of(posted.fields)
    faults = order_faults(form, _districts(visit, entry))
    if faults:
        return _order_page(visit, entry, form, faults)
    refused = _refused(visit, form)
    if refused is not None:
        return refused
    if shut := await gate_faults(visit, Form.ORDER, posted.fields):
        return _order_page(visit, entry, form, shut)
    if not _take(visit, form):
        return visit.missing(429)
    async with visit.request.state.database.transaction() as session:
        order, receipt = await _order(session, visit, entry, form)
    return visit.own("order_done.html", entry=entry, order_number=order.number, receipt=receipt)


@router.api_route("/services/{entry_id}/call-me", methods=_READ)
async def begin_call_me(visit: Arrived, entry_id: str) -> Response:
    entry = visit.catalog.entries.get(entry_id)
    return _call_page(visit, entry, ServiceForm(), {}) if entry else visit.missing()


@router.post("/services/{entry_id}/call-me")
async def send_call_me(visit: Arrived, entry_id: str, posted: OwnPost) -> Response:
    """A ticket for an agent to call: a number that never called us is not dialled by itself."""
    entry = visit.catalog.entries.get(entry_id)
    if entry is None:
        return visit.missing()
    form = ServiceForm.of(posted.fields)
    faults = call_faults(form)
    if faults:
        return _call_page(visit, entry, form, faults)
    refused = _refused(visit, form)
    if refused is not None:
        return refused
    if shut := await gate_faults(visit, Form.CALL, posted.fields):
        return _call_page(visit, entry, form, shut)
    if not _take(visit, form):
        return visit.missing(429)
    async with visit.request.state.database.transaction() as session:
        receipt = await _ask_to_be_called(session, visit, entry, form)
    return visit.own("order_done.html", entry=entry, order_number=None, receipt=receipt)


async def _order(
    session: AsyncSession, visit: Visit, entry: Entry, form: ServiceForm
) -> tuple[WorkOrder, Receipt]:
    words = texts_of(CHINESE)
    principal = await portal_principal(session, visit.catalog, words.t("report.opened_by"))
    chosen = await queries.vendor_id(session, visit.catalog.city_id, form.vendor)
    order = await order_service(
        session,
        principal,
        entry_id=entry.id,
        district=form.district,
        wishes=Wishes(
            needs=form.note or None,
            caller_number=form.phone,
            address=form.address,
            wanted_when=form.when or None,
            consent=Consent.GIVEN if form.consents else Consent.REFUSED,
            consent_how="portal",
            consent_wording=version_of("order.consent", words.t("order.consent")),
            chosen_vendor_id=chosen,
        ),
    )
    ticket = await queries.ticket(session, principal, order.ticket_id)
    return order, Receipt(ticket.number, tickets.query_code(session, ticket))


async def _ask_to_be_called(
    session: AsyncSession, visit: Visit, entry: Entry, form: ServiceForm
) -> Receipt:
    words = texts_of(CHINESE)
    principal = await portal_principal(session, visit.catalog, words.t("report.opened_by"))
    said = [words.t("callme.description", name=entry.name), form.when, form.note]
    ticket = await tickets.open_ticket(
        session,
        principal,
        kind=TicketKind.CONSULT,
        title=f"{words.t('callme.title')}：{entry.name}",
        description="\n".join(part for part in said if part),
        district=entry.districts[0] if len(entry.districts) == 1 else None,
        entry_id=entry.id,
        caller_number=form.phone,
        need=f"portal:callme:{clock.now().isoformat()}",
    )
    return Receipt(ticket.number, tickets.query_code(session, ticket))


def _refused(visit: Visit, form: ServiceForm) -> Response | None:
    """Robots, and too much from one address or for one number."""
    if form.trap:
        return visit.missing(422)
    used = visit.portal.orders.is_used_up(visit.sender, visit.moment)
    return visit.missing(429) if used or _rung(visit, form) else None


def _rung(visit: Visit, form: ServiceForm) -> bool:
    return visit.portal.numbers.is_used_up(form.digits, visit.moment)


def _take(visit: Visit, form: ServiceForm) -> bool:
    if _rung(visit, form) or not visit.portal.orders.take(visit.sender, visit.moment):
        return False
    return visit.portal.numbers.take(form.digits, visit.moment)


def _order_page(
    visit: Visit, entry: Entry, form: ServiceForm, faults: Mapping[str, str]
) -> Response:
    offers = offers_for(visit.catalog, entry, visit.moment)
    return _form_page(visit, Form.ORDER, entry, form, faults=faults, offers=offers)


def _call_page(
    visit: Visit, entry: Entry, form: ServiceForm, faults: Mapping[str, str]
) -> Response:
    return _form_page(visit, Form.CALL, entry, form, faults=faults)


def _form_page(
    visit: Visit,
    kind: Form,
    entry: Entry,
    form: ServiceForm,
    *,
    faults: Mapping[str, str],
    **more: Any,
) -> Response:
    status = 422 if faults else 200
    districts = _districts(visit, entry)
    return form_page(
        visit, _TEMPLATES[kind], kind, status=status, entry=entry, form=form, faults=faults,
        districts=districts, **more,
    )  # fmt: skip


def _districts(visit: Visit, entry: Entry) -> Collection[str]:
    everywhere = [one.district for one in visit.catalog.districts if one.district]
    return list(entry.districts) or everywhere
