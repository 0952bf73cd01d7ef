"""The methods that read: services, requests, tokens, updates."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.opendata import queries
from hotline.opendata.georeport import arguments as read
from hotline.opendata.georeport.discovery import discovery_document
from hotline.opendata.georeport.documents import Items
from hotline.opendata.georeport.exchange import Exchange
from hotline.opendata.georeport.faults import not_found
from hotline.opendata.georeport.services import definition_document, service_document
from hotline.opendata.georeport.shapes import Surroundings, request_document, update_document
from hotline.opendata.queries import Wanted
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket


async def discovery(exchange: Exchange, _session: AsyncSession) -> Response:
    state = exchange.request.state
    shown = discovery_document(
        exchange.catalog, state.settings.address, is_sample=state.is_sample_city
    )
    return exchange.answer("discovery", shown, is_lasting=True)


async def services(exchange: Exchange, session: AsyncSession) -> Response:
    _ = exchange.jurisdiction
    offered = await exchange.door.services(session, exchange.catalog)
    shown = [service_document(service) for service in offered.values()]
    return exchange.answer("services", Items("service", shown), is_lasting=True)


async def definition(exchange: Exchange, session: AsyncSession, code: str) -> Response:
    _ = exchange.jurisdiction
    service = (await exchange.door.services(session, exchange.catalog)).get(code)
    if service is None:
        raise not_found("service_code")
    return exchange.answer("service_definition", definition_document(service), is_lasting=True)


async def requests(exchange: Exchange, session: AsyncSession) -> Response:
    wanted = await _wanted(exchange, session)
    found = await queries.requests(session, await exchange.everybody(session), wanted)
    response = await _requests(exchange, session, found)
    exchange.next_page(response, size=wanted.limit, count=len(found))
    return response


async def request(exchange: Exchange, session: AsyncSession, number: str) -> Response:
    _ = exchange.jurisdiction
    everybody = await exchange.everybody(session)
    found = await queries.request_numbered(session, everybody, number)
    if found is None:
        raise not_found("service_request_id")
    return await _requests(exchange, session, [found])


async def token(exchange: Exchange, session: AsyncSession, token_id: str) -> Response:
    _ = exchange.jurisdiction
    everybody = await exchange.everybody(session)
    found = await queries.ticket_of_token(session, everybody, token_id)
    if found is None:
        raise not_found("token")
    shown = {"service_request_id": found.number, "token": token_id}
    return exchange.answer("service_requests", Items("request", [shown]))


async def updates(exchange: Exchange, session: AsyncSession) -> Response:
    wanted = await _wanted(exchange, session)
    if wanted.numbers:
        wanted = replace(wanted, district_id=None)
    found = await queries.steps(session, await exchange.everybody(session), wanted)
    shown = [update_document(step, number) for step, number in found]
    response = exchange.answer("service_request_updates", Items("request_update", shown))
    exchange.next_page(response, size=wanted.limit, count=len(found))
    return response


async def _wanted(exchange: Exchange, session: AsyncSession) -> Wanted:
    given = exchange.arguments
    time, (limit, offset) = read.window(given, exchange.visit.moment), read.paging(given)
    codes = given.listed("service_code")
    offered = await exchange.door.services(session, exchange.catalog)
    if not offered.keys() >= set(codes):
        raise not_found("service_code")
    return Wanted(
        since=time.since,
        until=time.until,
        numbers=given.listed("service_request_id")[: read.MOST],
        service_codes=codes,
        statuses=read.statuses(given),
        district_id=await exchange.district_id(session),
        updated_since=read.moment(given, "updated_after"),
        updated_until=read.moment(given, "updated_before"),
        limit=limit,
        offset=offset,
    )


async def _requests(exchange: Exchange, session: AsyncSession, found: Sequence[Ticket]) -> Response:
    ids = [ticket.id for ticket in found]
    around = Surroundings(
        services=await exchange.door.services(session, exchange.catalog),
        names=await tickets.names_of(session, found),
        origins=await queries.origins(session, ids),
        answers=await queries.newest_answers(session, ids),
    )
    is_long = exchange.arguments.get("extensions").lower() in ("true", "v1")
    shown = [request_document(ticket, around, has_extensions=is_long) for ticket in found]
    return exchange.answer("service_requests", Items("request", shown))
