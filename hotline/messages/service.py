"""Take in a text message."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock, privacy
from hotline.db import uuid7
from hotline.events import service as events
from hotline.messages.models import Message
from hotline.messages.schemas import MessageOut
from hotline.organizations.models import Organization
from hotline.vault import vault_of

MESSAGES_SCOPE = "calls:read"


async def receive_message(
    session: AsyncSession, organization: Organization, *, provider_sid: str, sender: str,
    called: str, body: str,
) -> bool:  # fmt: skip
    """Store a message; False when the network delivered it before."""
    message_id = uuid7()
    vault = vault_of(session)
    now = clock.now()
    made = await session.scalar(
        insert(Message)
        .values(
            id=message_id,
            created_at=now,
            updated_at=now,
            provider_sid=provider_sid,
            organization_id=organization.id,
            city_id=organization.city_id,
            to_number=called,
            from_masked=privacy.mask_number(sender),
            from_sealed=vault.seal(sender, table="message", column="from", row=message_id),
            from_blind=vault.blind(sender, purpose="phone"),
            body=privacy.mask_text(body),
            body_sealed=vault.seal(body, table="message", column="body", row=message_id),
        )
        .on_conflict_do_nothing()
        .returning(Message)
    )
    if made is None:
        return False
    await events.record(
        session,
        "message.received",
        subject_id=message_id,
        payload=MessageOut.model_validate(made),
        audience=[organization.id, organization.city_id],
        scope=MESSAGES_SCOPE,
    )
    return True
