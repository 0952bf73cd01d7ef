"""The methods that write: a request, an update. Both need a key."""

from collections.abc import Sequence

from fastapi import Response

from hotline.attachments import keeping
from hotline.attachments.keeping import Checked, Store
from hotline.attachments.scanner import Scanner, scanner_of
from hotline.directory import queries as directory
from hotline.errors import HotlineError
from hotline.matching.values import Context
from hotline.opendata.georeport.documents import Items
from hotline.opendata.georeport.exchange import Exchange
from hotline.opendata.georeport.faults import unfit
from hotline.opendata.georeport.post_request import open_request, receipt_document, told_request
from hotline.opendata.georeport.updates import add_remark, told_remark
from hotline.opendata.georeport.whereabouts import whereabouts
from hotline.opendata.models import KeyScope
from hotline.portal.forms import SentFile
from hotline.tickets.attach import attach_to_ticket


async def request(exchange: Exchange, files: Sequence[SentFile]) -> Response:
    """Files are judged before the transaction: drawing a picture takes a moment."""
    database = exchange.request.state.database
    async with database.transaction() as session:
        key = await exchange.key(session, KeyScope.REQUESTS)
    scanner = scanner_of(exchange.request.state.settings)
    jurisdiction, checked = exchange.jurisdiction, await _checked(files, scanner)
    understood = await exchange.visit.directory.understand(_words(exchange), Context())
    async with database.transaction() as session:
        offered = await exchange.door.services(session, exchange.catalog)
        told = told_request(exchange.arguments, offered)
        at = whereabouts(
            exchange.arguments, await directory.places(session, exchange.catalog.city_id)
        )
        if jurisdiction.district and at.district not in (None, jurisdiction.district):
            raise unfit("位置不在 jurisdiction_id 之内（place outside jurisdiction_id）。")
        writer = await exchange.everybody(session, f"Open311 {key.name}")
        district = at.district or jurisdiction.district or understood.district
        ticket, origin = await open_request(session, writer, key, told, at=at, district=district)
        store = Store.of(exchange.request.state.settings)
        for name, file in checked:
            await attach_to_ticket(session, writer, ticket.id, store, file, name=name)
    shown = receipt_document(ticket, origin, told.service, understood.emergency)
    return exchange.answer("service_requests", Items("request", [shown]), status=201)


async def update(exchange: Exchange) -> Response:
    _ = exchange.jurisdiction
    async with exchange.request.state.database.transaction() as session:
        key = await exchange.key(session, KeyScope.UPDATES)
        remark = told_remark(exchange.arguments)
        writer = await exchange.everybody(session, f"Open311 {key.name}")
        update_id = await add_remark(session, writer, key, remark)
    shown = {"update_id": str(update_id), "service_request_id": remark.number}
    return exchange.answer("service_request_updates", Items("request_update", [shown]), status=201)


def _words(exchange: Exchange) -> str:
    """What tells the district and a danger."""
    given = exchange.arguments
    return f"{given.get('address_string')}，{given.get('description')}"[:600]


async def _checked(files: Sequence[SentFile], scanner: Scanner) -> list[tuple[str, Checked]]:
    try:
        return [
            (file.name, await keeping.check(file.content, file.name, scanner)) for file in files
        ]
    except HotlineError as error:
        raise unfit(f"media：{error.message}") from None
