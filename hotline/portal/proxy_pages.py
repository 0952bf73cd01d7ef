"""A resident authorizes the service center to carry a matter through, and takes it back."""

import re
from collections.abc import Mapping

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts.queries import names_of
from hotline.directory.entry import Entry
from hotline.organizations import queries as organizations
from hotline.portal import queries
from hotline.portal.arriving import Arrived
from hotline.portal.challenge import Form
from hotline.portal.gate import form_page, gate_faults
from hotline.portal.posting import OwnPost
from hotline.portal.proxy_view import Carried, carried, may_be_carried
from hotline.portal.report_ticket import Receipt, portal_principal
from hotline.portal.texts import CHINESE, texts_of
from hotline.portal.visit import Visit
from hotline.proxy import queries as proxies
from hotline.proxy.authorize import Authorization, authorize, statement_for
from hotline.proxy.states import Way
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket

router = APIRouter(include_in_schema=False)

_PHONE = re.compile(r"\+?\d[\d\s()-]{5,18}\d")


@router.api_route("/services/{entry_id}/proxy", methods=["GET", "HEAD"])
async def begin_authorization(visit: Arrived, entry_id: str) -> Response:
    entry = visit.catalog.entries.get(entry_id)
    if entry is None or not may_be_carried(entry):
        return visit.missing()
    return _page(visit, entry, {}, {})


@router.post("/services/{entry_id}/proxy")
async def send_authorization(visit: Arrived, entry_id: str, posted: OwnPost) -> Response:
    """The box that is ticked under the statement is the authorization."""
    entry, fields = visit.catalog.entries.get(entry_id), posted.fields
    if entry is None or not may_be_carried(entry):
        return visit.missing()
    faults = _faults(fields, entry, visit)
    if faults:
        return _page(visit, entry, fields, faults)
    if fields.get("website"):
        return visit.missing(422)
    number = re.sub(r"\D", "", fields["phone"])[-11:]
    orders, numbers = visit.portal.orders, visit.portal.numbers
    if orders.is_used_up(visit.sender, visit.moment) or numbers.is_used_up(number, visit.moment):
        return visit.missing(429)
    if shut := await gate_faults(visit, Form.PROXY, fields):
        return _page(visit, entry, fields, shut)
    if not (orders.take(visit.sender, visit.moment) and numbers.take(number, visit.moment)):
        return visit.missing(429)
    async with visit.request.state.database.transaction() as session:
        receipt = await _authorized(session, visit, entry, fields)
    return visit.own("proxy_done.html", entry=entry, receipt=receipt)


async def carried_ticket(session: AsyncSession, ticket: Ticket) -> Carried | None:
    """How the matter of a ticket goes, for whoever has shown its number and code."""
    matter = await proxies.matter_of_ticket(session, ticket.id)
    if matter is None:
        return None
    whole = await proxies.whole(session, matter)
    ids = {step.organization_id for step in whole.steps}
    units = await organizations.organizations_by_id(session, ids)
    people = await names_of(session, [matter.officer_id]) if matter.officer_id else {}
    names = {key: row.name for key, row in units.items()}
    return carried(whole, names, people.get(matter.officer_id) if matter.officer_id else None)


async def _authorized(
    session: AsyncSession, visit: Visit, entry: Entry, fields: Mapping[str, str]
) -> Receipt:
    opened_by = texts_of(CHINESE).t("report.opened_by")
    principal = await portal_principal(session, visit.catalog, opened_by)
    matter = await authorize(
        session,
        principal,
        entry_id=entry.id,
        district=fields.get("district") or None,
        authorization=Authorization(
            person=fields["person"][:40],
            phone=fields["phone"][:20],
            way=Way.PORTAL,
            is_given=fields.get("agreed") == "yes",
        ),
    )
    ticket = await queries.ticket(session, principal, matter.ticket_id)
    return Receipt(ticket.number, tickets.query_code(session, ticket))


def _faults(fields: Mapping[str, str], entry: Entry, visit: Visit) -> Mapping[str, str]:
    district = fields.get("district", "")
    wrong = {
        "person": not fields.get("person"),
        "phone": not _PHONE.fullmatch(fields.get("phone", "")[:20]),
        "district": bool(district) and district not in _districts(visit, entry),
        "agreed": fields.get("agreed") != "yes",
    }
    return {name: f"proxy.fault.{name}" for name, is_wrong in wrong.items() if is_wrong}


def _page(
    visit: Visit, entry: Entry, fields: Mapping[str, str], faults: Mapping[str, str]
) -> Response:
    return form_page(
        visit,
        "proxy.html",
        Form.PROXY,
        status=422 if faults else 200,
        entry=entry,
        fields=fields,
        faults=faults,
        districts=_districts(visit, entry),
        statement=statement_for(entry.name),
    )


def _districts(visit: Visit, entry: Entry) -> list[str]:
    everywhere = [one.district for one in visit.catalog.districts if one.district]
    return list(entry.districts) or everywhere
