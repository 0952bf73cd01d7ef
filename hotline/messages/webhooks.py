"""The telephone network brings a text message, or tells what became of one of ours."""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import orjson
import structlog
from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from twilio.twiml.messaging_response import MessagingResponse

from hotline.dispatch.replies import take_reply
from hotline.messages import queries, sending, service, stopping
from hotline.messages.operator_gateway import COUNTRY, Operator
from hotline.messages.operator_template import ReportPart, items_at, said_at
from hotline.organizations import queries as organizations
from hotline.telephony.strangers import Stranger
from hotline.telephony.webhook import FORM, Verified, WebhookRefused

log = structlog.get_logger()
router = APIRouter(prefix="/telephony", include_in_schema=False)
operator_router = APIRouter(prefix="/telephony/operator", include_in_schema=False)
"""For a domestic operator, which signs nothing: its address ends in a key that it alone knows."""


@router.post("/sms")
async def receive_sms(request: Request, webhook: Verified) -> Response:
    """The answer says nothing: replies go out by template, when there is something to say."""
    fields = webhook.fields
    sid = fields.get("MessageSid") or fields.get("SmsSid", "")
    written = _Written(sid, fields.get("From", ""), fields.get("To", ""), fields.get("Body", ""))
    await _take(request, written, is_confirmed=stopping.stops_at_host(written.body))
    return Response(str(MessagingResponse()), media_type="text/xml")


@router.post("/sms-status")
async def note_status(request: Request, webhook: Verified) -> Response:
    """What became of a message of ours; reports may come twice and in any order."""
    fields = webhook.fields
    sid = fields.get("MessageSid") or fields.get("SmsSid", "")
    message_id = _uuid(webhook.query.get("message", ""))
    if message_id is None:
        request.state.strangers.note(Stranger.MESSAGE)
        log.warning("sms.unknown_message")
        return Response(status_code=204)
    async with request.state.database.transaction() as session:
        await sending.note_report(
            session,
            message_id,
            sid=sid,
            status=fields.get("MessageStatus", ""),
            error=fields.get("ErrorCode") or None,
        )
    return Response(status_code=204)


@operator_router.post("/reports/{key}")
async def note_reports(request: Request, key: str) -> Response:
    """What became of messages of ours, one or many at once."""
    operator = _operator(request, key)
    part = operator.template.report
    if part is None:
        raise WebhookRefused(404)
    for item in items_at(await _said(request), part.items):
        async with request.state.database.transaction() as session:
            await _report(session, request, part, item)
    return Response(part.says, media_type="text/plain")


@operator_router.post("/replies/{key}")
async def take_replies(request: Request, key: str) -> Response:
    """What residents and vendors write back."""
    operator = _operator(request, key)
    part = operator.template.reply
    if part is None:
        raise WebhookRefused(404)
    for item in items_at(await _said(request), part.items):
        sender = said_at(item, part.sender)
        national = sender if sender.startswith("+") else f"{COUNTRY}{sender}"
        called = said_at(item, part.called) or part.number
        body = said_at(item, part.body)
        await _take(request, _Written(said_at(item, part.id), national, called, body))
    return Response(part.says, media_type="text/plain")


@dataclass(frozen=True, slots=True)
class _Written:
    """A message that came in; `sid` is the network's id of it."""

    sid: str
    sender: str
    called: str
    body: str


async def _take(request: Request, written: _Written, *, is_confirmed: bool = False) -> None:
    async with request.state.database.transaction() as session:
        organization = await organizations.organization_by_number(session, written.called)
        if organization is None or not written.sid:
            request.state.strangers.note(Stranger.NUMBER)
            log.warning("sms.unknown_number")
            return
        is_new = await service.receive_message(
            session, organization, provider_sid=written.sid, sender=written.sender,
            called=written.called, body=written.body,
        )  # fmt: skip
        said = {"sender": written.sender, "body": written.body}
        is_wish = is_new and await stopping.take_wish(
            session, organization, **said, is_confirmed=is_confirmed
        )
        if is_new and not is_wish:
            await take_reply(session, **said)


async def _report(session: AsyncSession, request: Request, part: ReportPart, item: Any) -> None:
    sid, status = said_at(item, part.id), said_at(item, part.status)
    own = _uuid(said_at(item, part.message))
    message_id = own or await queries.id_of(session, sid)
    if message_id is None:
        request.state.strangers.note(Stranger.MESSAGE)
        log.warning("sms.unknown_message")
        return
    known = {**dict.fromkeys(part.delivered, "delivered"), **dict.fromkeys(part.failed, "failed")}
    failure = said_at(item, part.error) or status if status in part.failed else None
    # Found by our own id, it needs no other: answer and report may name it differently or not.
    await sending.note_report(
        session, message_id, sid=None if own else sid, status=known.get(status, ""), error=failure
    )


def _operator(request: Request, key: str) -> Operator:
    operator: Operator = request.state.operator
    if not compare_digest(key.encode(), operator.report_key.encode()):
        raise WebhookRefused(403)
    return operator


async def _said(request: Request) -> Any:
    """JSON, or the fields of a form."""
    body = await request.body()
    if request.headers.get("content-type", "").startswith(FORM):
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise WebhookRefused(400) from error


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
