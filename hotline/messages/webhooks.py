"""The telephone network brings a text message, or tells what became of one of ours."""

from uuid import UUID

import structlog
from fastapi import APIRouter, Request, Response
from twilio.twiml.messaging_response import MessagingResponse

from hotline.dispatch.replies import take_reply
from hotline.messages import sending, service, stopping
from hotline.organizations import queries as organizations
from hotline.telephony.strangers import Stranger
from hotline.telephony.webhook import Verified

log = structlog.get_logger()
router = APIRouter(prefix="/telephony", include_in_schema=False)


@router.post("/sms")
async def receive_sms(request: Request, webhook: Verified) -> Response:
    """The answer says nothing: replies go out by template, when there is something to say."""
    fields = webhook.fields
    sid = fields.get("MessageSid") or fields.get("SmsSid", "")
    async with request.state.database.transaction() as session:
        called = fields.get("To", "")
        organization = await organizations.organization_by_number(session, called)
        if organization is None or not sid:
            request.state.strangers.note(Stranger.NUMBER)
            log.warning("sms.unknown_number")
        else:
            sender, body = fields.get("From", ""), fields.get("Body", "")
            is_new = await service.receive_message(
                session, organization, provider_sid=sid, sender=sender, called=called, body=body
            )
            wish = {"sender": sender, "body": body}
            if is_new and not await stopping.take_wish(session, organization, **wish):
                await take_reply(session, **wish)
    return Response(str(MessagingResponse()), media_type="text/xml")


@router.post("/sms-status")
async def note_status(request: Request, webhook: Verified) -> Response:
    """What became of a message of ours; reports may come twice and in any order."""
    fields = webhook.fields
    sid = fields.get("MessageSid") or fields.get("SmsSid", "")
    try:
        message_id = UUID(webhook.query.get("message", ""))
    except ValueError:
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
