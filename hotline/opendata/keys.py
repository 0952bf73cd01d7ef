"""Keys: make one, recognize it, take it back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.audit import service as audit
from hotline.errors import InvalidInput, NotFound
from hotline.opendata import queries
from hotline.opendata.models import EVERYTHING, ApiKey, KeyScope
from hotline.organizations.models import Tier
from hotline.organizations.queries import organization_by_key
from hotline.principal import Principal
from hotline.vault import vault_of

_BYTES = 24
_TAIL = 4


@dataclass(frozen=True, slots=True)
class NewKey:
    """`secret` is shown once, to whoever made it."""

    key: ApiKey
    secret: str


async def make_key(
    session: AsyncSession,
    principal: Principal | None,
    *,
    city_id: UUID,
    name: str,
    contact: str,
    scopes: Sequence[KeyScope] = EVERYTHING,
    jurisdiction: str | None = None,
) -> NewKey:
    """`principal` is None for the command line; `jurisdiction` is the key of a district."""
    secret = secrets.token_urlsafe(_BYTES)
    key = ApiKey(
        city_id=city_id,
        name=name,
        contact=contact,
        key_hash=_hash(session, secret),
        key_tail=secret[-_TAIL:],
        scopes=sorted(set(scopes)),
        jurisdiction_id=await _district_id(session, city_id, jurisdiction),
        created_by_id=principal.account_id if principal else None,
    )
    session.add(key)
    await session.flush()
    await _note(session, principal, "api_key.created", key)
    return NewKey(key, secret)


async def key_named(session: AsyncSession, city_id: UUID, secret: str) -> ApiKey | None:
    """The key as it may be used now; remembers the day of its last use."""
    found = await queries.usable_key(session, city_id, _hash(session, secret))
    today = clock.local(clock.now()).date()
    if found is not None and found.last_used_on != today:
        # One statement, so that two requests of a day do not wait for each other's row.
        marking = update(ApiKey).where(
            ApiKey.id == found.id, ApiKey.last_used_on.is_distinct_from(today)
        )
        await session.execute(marking.values(last_used_on=today))
    return found


async def revoke_key(session: AsyncSession, principal: Principal, api_key_id: UUID) -> None:
    """It opens nothing from now on; what came in with it stays. Twice changes nothing more."""
    key = await queries.own_key(session, principal, api_key_id)
    if key is None:
        raise NotFound
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        await session.flush()
        await _note(session, principal, "api_key.revoked", key)


async def _district_id(session: AsyncSession, city_id: UUID, key: str | None) -> UUID | None:
    if key is None:
        return None
    node = await organization_by_key(session, key)
    if node is None or node.city_id != city_id or node.tier != Tier.DISTRICT:
        raise InvalidInput(errors=[{"field": "jurisdiction_id", "message": "没有这个区"}])
    return node.id


def _hash(session: AsyncSession, secret: str) -> bytes:
    return vault_of(session).blind(secret, purpose="api key")


async def _note(
    session: AsyncSession, principal: Principal | None, action: str, key: ApiKey
) -> None:
    await audit.record(session, principal, action, target=f"api_key:{key.id}", key_name=key.name)
