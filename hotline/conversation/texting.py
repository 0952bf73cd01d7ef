"""Send an answer of the directory to the caller of a call: asked for by voice, or by an agent."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.conversation.acting import without_brackets
from hotline.conversation.wording import Wording
from hotline.directory.entry import Entry
from hotline.errors import Conflict
from hotline.messages.models import OutgoingMessage
from hotline.messages.sending import Letter, send_by_template
from hotline.messages.states import Purpose

TEMPLATE = "sms_answer"
LONGEST = 300
"""Characters before the address of the page, which has the rest."""

STILL_AWAITED = timedelta(hours=1)


class NotReached(Conflict):
    code, detail = "not_reached_by_text", "来电人的号码收不了短信。"


async def text_answer(
    session: AsyncSession, call: Call, entry: Entry, phone: str | None, wording: Wording
) -> OutgoingMessage:
    """At once, also at night, while they wait for it; after an old call by day. NotReached."""
    number = calls.caller_number(session, call)
    if number is None:
        raise NotReached
    sent = await send_by_template(
        session,
        Letter(
            city_id=call.city_id,
            organization_id=call.district_id or call.organization_id,
            subject=f"call:{call.id}",
            template=TEMPLATE,
            params={
                "name": without_brackets(entry.name),
                "answer": _answer(entry, phone, wording.text),
                "link": f"/services/{quote(entry.id)}",
            },
            to=number,
            purpose=Purpose.ANSWER,
            is_urgent=_is_awaited(call),
        ),
    )
    if sent is None:
        raise NotReached
    return sent


def _is_awaited(call: Call) -> bool:
    return call.ended_at is None or clock.now() - call.ended_at <= STILL_AWAITED


def _answer(entry: Entry, phone: str | None, text: Callable[..., str]) -> str:
    """The answer, what to bring and the number, as long as it fits."""
    parts = [entry.summary]
    if entry.documents:
        parts.append(text("texted_documents", documents="、".join(entry.documents)))
    if phone:
        parts.append(text("texted_phone", phone=phone))
    kept = parts[0][:LONGEST]
    for part in parts[1:]:
        kept += part if len(kept) + len(part) <= LONGEST else ""
    return kept
