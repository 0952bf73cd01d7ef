"""How webhooks are answered: never with an error, since a live caller would hear it."""

from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from hotline.telephony import twiml
from hotline.telephony.provider import Provider
from hotline.telephony.talk_documents import farewell_document
from hotline.telephony.webhook import Webhook

log = structlog.get_logger()

Answer = Callable[[AsyncSession, Request, Webhook], Awaitable[str]]


class Texts(Protocol):
    """The sentences of a city by key."""

    def text(self, key: str, **params: str) -> str: ...


async def guarded(request: Request, webhook: Webhook, answer: Answer) -> Response:
    """One transaction; our own failure says sorry and transfers to a person."""
    try:
        async with request.state.database.transaction() as session:
            document = await answer(session, request, webhook)
    except IntegrityError:
        log.exception("telephony.turn_failed")
        document = fallback(request.state.provider, request.state.wording)
    except (DBAPIError, PoolTimeout, OSError) as error:
        log.error("telephony.database_unavailable", error=type(error).__name__)
        document = fallback(request.state.provider, request.state.wording)
    except Exception:
        log.exception("telephony.turn_failed")
        document = fallback(request.state.provider, request.state.wording)
    return xml(document)


def fallback(provider: Provider, texts: Texts) -> str:
    if provider.transfer_number:
        return twiml.transfer_document(texts.text("fallback_transfer"), provider.transfer_number)
    return farewell_document((texts.text("fallback_number"),))


def xml(document: str) -> Response:
    return Response(document, media_type="text/xml")
