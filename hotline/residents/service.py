"""Remember what a caller wished, and tell it the next time."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.consents.service import Answered, note
from hotline.consents.states import Answer, Channel, Purpose
from hotline.db import uuid7
from hotline.principal import Principal
from hotline.residents.models import Resident


async def language_of(session: AsyncSession, city_id: UUID, number_blind: bytes | None) -> str:
    """The skill that this number asked for; empty where it asked for none."""
    if number_blind is None:
        return ""
    asked = {"city": city_id, "number": number_blind}
    return await session.scalar(_LANGUAGE, asked) or ""


# Of every call that rings: put together once, and nothing written before needs to be seen.
_LANGUAGE = (
    select(Resident.language)
    .where(Resident.city_id == bindparam("city"), Resident.number_blind == bindparam("number"))
    .execution_options(autoflush=False)
)


async def remember_language(
    session: AsyncSession, city_id: UUID, number_blind: bytes | None, language: str
) -> None:
    """For the next call; empty forgets it. A hidden number is not remembered."""
    await _remember(session, city_id, number_blind, language=language or None)


async def may_robot_call(session: AsyncSession, city_id: UUID, number_blind: bytes) -> bool:
    found = await _resident(session, city_id, number_blind)
    return found is None or found.robot_declined_at is None


async def decline_robot(
    session: AsyncSession, city_id: UUID, number_blind: bytes | None, *, subject: str,
    by: Principal | None = None, reason: str | None = None,
) -> None:  # fmt: skip
    """No machine calls this number any more; a person may. `subject` is where it was said."""
    await _remember(session, city_id, number_blind, robot_declined_at=clock.now())
    said = Channel.AGENT if by else Channel.VOICE
    answer = Answer.WITHDRAWN if by else Answer.REFUSED
    answered = Answered(
        city_id, subject, Purpose.ROBOT_CALL, answer, said, number_blind, reason=reason
    )
    await note(session, answered, by)


async def _resident(
    session: AsyncSession, city_id: UUID, number_blind: bytes | None
) -> Resident | None:
    if number_blind is None:
        return None
    return await session.scalar(
        select(Resident).where(Resident.city_id == city_id, Resident.number_blind == number_blind)
    )


async def _remember(
    session: AsyncSession, city_id: UUID, number_blind: bytes | None, **wishes: Any
) -> None:
    if number_blind is None:
        return
    now = clock.now()
    fresh = {
        "id": uuid7(), "created_at": now, "updated_at": now, "city_id": city_id,
        "number_blind": number_blind, **wishes,
    }  # fmt: skip
    await session.execute(
        insert(Resident)
        .values(**fresh)
        .on_conflict_do_update(
            index_elements=[Resident.city_id, Resident.number_blind],
            set_={**wishes, "updated_at": now},
        )
    )
