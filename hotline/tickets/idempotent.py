"""POST with an `Idempotency-Key`: the same request again gets the same answer.

Not for what answers in clear what is sealed: answers are kept as they were given.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from functools import partial, wraps
from inspect import Parameter, signature
from typing import Annotated, Any, ParamSpec, TypeVar, cast, get_type_hints

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
Asked = ParamSpec("Asked")
_KEY = "idempotency_key"
_NOT_ASKED = frozenset({"session", "principal"})


class KeyReused(Conflict):
    code, detail = "idempotency_key_reused", "该幂等键已用于另一个请求。"


def idempotent(endpoint: Callable[Asked, Awaitable[Answer]]) -> Callable[Asked, Awaitable[Answer]]:
    """An operation that does what it does once for each key; below the decorator of its route.

    It takes `session` and `principal`; whatever else it takes is what was asked.
    """
    own = signature(endpoint)
    model = get_type_hints(endpoint)["return"]

    @wraps(endpoint)
    async def keyed(**given: Any) -> Answer:
        key = given.pop(_KEY)
        act = cast("Callable[[], Awaitable[Answer]]", partial(endpoint, **given))
        request = _told(endpoint.__name__, given)
        session, principal = given["session"], given["principal"]
        return await once(session, principal, key, act, request=request, model=model)

    header = Parameter(_KEY, Parameter.KEYWORD_ONLY, default=None, annotation=IdempotencyKey)
    parameters = [*own.parameters.values(), header]
    keyed.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    return cast("Callable[Asked, Awaitable[Answer]]", keyed)


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


def _told(name: str, given: Mapping[str, Any]) -> str:
    """What was asked, as text: bodies as JSON, rows of the path by their ids."""
    asked = (value for key, value in sorted(given.items()) if key not in _NOT_ASKED)
    return " ".join((name, *map(_as_text, asked)))


def _as_text(value: Any) -> str:
    return (
        value.model_dump_json()
        if isinstance(value, BaseModel)
        else str(getattr(value, "id", value))
    )
