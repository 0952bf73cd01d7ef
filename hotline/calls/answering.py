"""How webhooks are answered: never with an error, since a live caller would hear it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from hotline.db.outages import is_outage
from hotline.telephony import twiml
from hotline.telephony.provider import Provider
from hotline.telephony.talk_documents import farewell_document
from hotline.telephony.webhook import Webhook

log = structlog.get_logger()

PATIENCE_SECONDS = 11.0
"""The network waits 15 s, and a proxy in front a little less."""
PAUSES = (0.1, 0.3, 0.6, *[1.0] * 9)

Answer = Callable[[AsyncSession, Request, Webhook], Awaitable[str]]


class Texts(Protocol):
    """The sentences of a city by key."""

    def text(self, key: str, **params: str) -> str: ...


async def guarded(request: Request, webhook: Webhook, answer: Answer) -> Response:
    """One transaction; our own failure says sorry and transfers to a person."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            document = await insisting(request, webhook, answer)
    except Exception as error:
        if is_outage(error):
            log.error("telephony.database_unavailable", error=type(error).__name__)
        else:
            log.exception("telephony.turn_failed")
        request.state.metrics.note_sorry()
        document = fallback(request.state.provider, request.state.wording)
    return xml(document)


async def insisting(request: Request, webhook: Webhook, answer: Answer) -> str:
    """Again while the database restarts or changes its host: the caller hears only a pause.

    What failed was rolled back, and what was committed unheard has left its receipt.
    """
    for pause in PAUSES:
        try:
            return await _once(request, webhook, answer)
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("telephony.tried_again", error=type(error).__name__)
        await asyncio.sleep(pause)
    return await _once(request, webhook, answer)


async def _once(request: Request, webhook: Webhook, answer: Answer) -> str:
    async with request.state.database.call_transaction() as session:
        return await answer(session, request, webhook)


def fallback(provider: Provider, texts: Texts) -> str:
    if provider.transfer_number:
        return twiml.transfer_document(texts.text("fallback_transfer"), provider.transfer_number)
    return farewell_document((texts.text("fallback_number"),))


def xml(document: str) -> Response:
    return Response(document, media_type="text/xml")
