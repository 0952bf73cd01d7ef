"""POST with an `Idempotency-Key`: the same request again gets the same answer."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import Header
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.errors import Conflict
from hotline.principal import Principal
from hotline.tickets.models import IdempotentPost

IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)
]
Answer = TypeVar("Answer", bound=BaseModel)


class KeyReused(Conflict):
    code, detail = "idempotency_key_reused", "该幂等键已用于另一个请求。"


async def once(
    session: AsyncSession,
    principal: Principal,
    key: str | None,
    act: Callable[[], Awaitable[Answer]],
    *,
    request: str,
    model: type[Answer],
) -> Answer:
    """Act, or answer as it was answered. `request` is the operation and its body.

    The key's row is written first, so a second request waits for the first one to end; when the
    first fails, its row goes with it and the second acts.
    """
    if key is None or principal.account_id is None:
        return await act()
    asked = hashlib.sha256(request.encode()).digest()
    claim = insert(IdempotentPost).values(
        account_id=principal.account_id, key=key, created_at=clock.now(), request_hash=asked
    )
    claimed = await session.execute(claim.on_conflict_do_nothing().returning(IdempotentPost.key))
    row = await session.get_one(IdempotentPost, (principal.account_id, key))
    if claimed.first() is not None:
        answer = await act()
        row.answer = answer.model_dump(mode="json")
        return answer
    if row.request_hash != asked or row.answer is None:
        raise KeyReused
    return model.model_validate(row.answer)
