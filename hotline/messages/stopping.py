"""A resident who wants no more messages about matters says so by message, and may take it back.

Codes that somebody has just asked for, and what vendors get as vendors, are not meant by it.
"""

import re
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.consents import queries as consents
from hotline.consents.service import Answered, note, version_of
from hotline.consents.states import Answer, Channel, Purpose
from hotline.db import uuid7
from hotline.messages.sending import Letter, send_by_template
from hotline.messages.wording import message_texts
from hotline.organizations.models import Organization
from hotline.principal import Principal
from hotline.vault import vault_of

_OF_HOST = "STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT"
_STOP = re.compile(rf"(回复)?\s*(退订|停止短信|不要短信|TD|T|{_OF_HOST})[。.!！]?", re.IGNORECASE)
_STOP_OF_HOST = re.compile(_OF_HOST, re.IGNORECASE)
_START = re.compile(r"(回复)?\s*(恢复|恢复短信|订阅|START|YES|UNSTOP)[。.!！]?", re.IGNORECASE)
_CONFIRMED = {Answer.WITHDRAWN: "sms_stopped", Answer.GIVEN: "sms_started"}


def meaning(body: str) -> Answer | None:
    """Whether a message says that there shall be no more, or again; None for anything else."""
    text = body.strip()
    if _STOP.fullmatch(text):
        return Answer.WITHDRAWN
    return Answer.GIVEN if _START.fullmatch(text) else None


def stops_at_host(body: str) -> bool:
    """Telephone hosts act on these words themselves: they confirm, and refuse what we would say."""
    return _STOP_OF_HOST.fullmatch(body.strip()) is not None


async def take_wish(
    session: AsyncSession, organization: Organization, *, sender: str, body: str, is_confirmed: bool
) -> bool:
    """Whether the message was such a wish; it is kept, and confirmed once unless it already is."""
    answer = meaning(body)
    if answer is None:
        return False
    blind = vault_of(session).blind(sender, purpose="phone")
    is_stopped = await consents.is_withdrawn(session, organization.city_id, blind, Purpose.SMS)
    if is_stopped == (answer is Answer.WITHDRAWN):
        return True
    template = _CONFIRMED[answer]
    subject = f"wish:{uuid7()}"
    await note(session, Answered(
        organization.city_id, subject, Purpose.SMS, answer, Channel.SMS, blind,
        version_of(template, message_texts()[template]),
    ))  # fmt: skip
    if not is_confirmed:
        await send_by_template(session, Letter(
            organization.city_id, organization.id, subject, template, {}, sender, is_urgent=True,
        ))  # fmt: skip
    return True


async def stop(
    session: AsyncSession, principal: Principal, *, city_id: UUID, subject: str,
    number_blind: bytes, reason: str | None = None,
) -> None:  # fmt: skip
    """An agent notes that the resident wants none."""
    await note(
        session,
        Answered(
            city_id,
            subject,
            Purpose.SMS,
            Answer.WITHDRAWN,
            Channel.AGENT,
            number_blind,
            reason=reason,
        ),
        principal,
    )
