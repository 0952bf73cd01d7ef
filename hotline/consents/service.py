"""Add to the ledger, in the transaction in which the answer takes effect."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit
from hotline.consents.models import ConsentEntry
from hotline.consents.states import Answer, Channel, Purpose
from hotline.principal import Principal

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered; `wording` by `version_of`, where fixed words were read or shown.

    `reason` is why it was taken back, masked, as the member of staff wrote it down.
    """

    city_id: UUID
    subject: str
    purpose: Purpose
    answer: Answer
    channel: Channel
    number_blind: bytes | None = None
    wording: str | None = None
    reason: str | None = None


def version_of(key: str, text: str) -> str:
    """Which words: their key, and a digest that changes with them."""
    return f"{key}@{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


async def note(session: AsyncSession, answered: Answered, by: Principal | None = None) -> None:
    """A withdrawal is audited too."""
    account_id = by.account_id if by else None
    session.add(
        ConsentEntry(
            city_id=answered.city_id,
            number_blind=answered.number_blind,
            subject=answered.subject,
            purpose=answered.purpose,
            answer=answered.answer,
            channel=answered.channel,
            wording=answered.wording,
            account_id=account_id,
            reason=answered.reason,
        )
    )
    if answered.answer is Answer.WITHDRAWN:
        await audit.record(
            session, by, "consent.withdrawn", target=answered.subject, reason=answered.reason,
            purpose=str(answered.purpose), channel=str(answered.channel),
        )  # fmt: skip
