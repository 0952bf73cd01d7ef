"""Subscribe, change, switch off and on, test, deliver again."""

from datetime import datetime, timedelta
from ipaddress import ip_address
from uuid import UUID

import httpx2
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.audit import service as audit
from hotline.db import uuid7
from hotline.errors import InvalidInput, NotFound, StaleVersion
from hotline.jobs import service as jobs
from hotline.principal import Principal
from hotline.subscriptions import queries
from hotline.subscriptions.errors import SubscriptionOff, TooManySubscriptions
from hotline.subscriptions.event_types import TEST
from hotline.subscriptions.following import DELIVER, body_of, write_delivery
from hotline.subscriptions.models import Delivery, DeliveryState, Reason, Subscription
from hotline.subscriptions.schemas import SubscriptionIn, SubscriptionPatch
from hotline.subscriptions.signing import new_secret
from hotline.telephony.outgoing import OutgoingRefused, origin_of
from hotline.telephony.public_hosts import Address, Reach, may_be_reached
from hotline.vault import vault_of

MOST = 20
OVERLAP = timedelta(hours=24)
MOST_AGAIN = 500


async def subscribe(
    session: AsyncSession, principal: Principal, wish: SubscriptionIn, reach: Reach
) -> tuple[Subscription, str]:
    """The subscription and its secret; it is told what happens from now on."""
    organization_id = wish.organization_id or principal.organization_id
    if organization_id not in principal.subtree:
        raise NotFound
    if await queries.count_of(session, organization_id) >= MOST:
        raise TooManySubscriptions
    check_address(wish.url, reach)
    secret, row_id = new_secret(), uuid7()
    one = Subscription(
        id=row_id, organization_id=organization_id, created_by_id=principal.account_id,
        name=wish.name, url=wish.url, event_types=wish.event_types,
        secret_sealed=_sealed(session, row_id, secret),
        position=await queries.last_number(session),
    )  # fmt: skip
    session.add(one)
    await session.flush()
    await _note(session, principal, "subscription.made", one)
    return one, secret


async def change(
    session: AsyncSession, principal: Principal, subscription_id: UUID, wish: SubscriptionPatch,
    reach: Reach,
) -> Subscription:  # fmt: skip
    """Switched on again, it is told what happens from then on: the log can be read for the rest."""
    one = await queries.locked_subscription(session, principal, subscription_id)
    if wish.version != one.version:
        raise StaleVersion
    if wish.url is not None:
        check_address(wish.url, reach)
    given = wish.model_dump(exclude={"version", "is_active"}, exclude_none=True)
    for name, value in given.items():
        setattr(one, name, value)
    is_active = one.disabled_at is None
    if wish.is_active is False and is_active:
        one.disabled_at, one.disabled_reason = clock.now(), Reason.BY_HAND
    if wish.is_active and not is_active:
        one.disabled_at = one.disabled_reason = one.failing_since = None
        one.position = await queries.last_number(session)
    await session.flush()
    await _note(session, principal, "subscription.changed", one)
    return one


async def replace_secret(
    session: AsyncSession, principal: Principal, subscription_id: UUID
) -> tuple[Subscription, str]:
    """The old one counts for a day beside the new one."""
    one = await queries.locked_subscription(session, principal, subscription_id)
    secret = new_secret()
    one.old_secret_sealed, one.old_secret_until = one.secret_sealed, clock.now() + OVERLAP
    one.secret_sealed = _sealed(session, one.id, secret)
    await session.flush()
    await _note(session, principal, "subscription.secret_replaced", one)
    return one, secret


async def unsubscribe(session: AsyncSession, principal: Principal, subscription_id: UUID) -> None:
    one = await queries.locked_subscription(session, principal, subscription_id)
    await _note(session, principal, "subscription.removed", one)
    await session.delete(one)
    await session.flush()


async def send_test(session: AsyncSession, principal: Principal, subscription_id: UUID) -> Delivery:
    """A delivery like any other, signed and logged, that tells of nothing."""
    one = await _active(session, principal, subscription_id)
    body = body_of(TEST, clock.now(), {"subscription_id": str(one.id)})
    return await write_delivery(session, one, TEST, body)


async def redeliver(
    session: AsyncSession, principal: Principal, subscription_id: UUID, delivery_id: UUID
) -> Delivery:
    """Once more, now, with the same id and body; whatever became of it before."""
    one = await _active(session, principal, subscription_id)
    delivery = await queries.delivery_of(session, one.id, delivery_id)
    await _again(session, delivery)
    await _note(session, principal, "subscription.redelivered", one)
    return delivery


async def redeliver_failed(
    session: AsyncSession, principal: Principal, subscription_id: UUID, since: datetime
) -> int:
    """All that did not arrive since then, oldest first; how many there are (at most 500)."""
    one = await _active(session, principal, subscription_id)
    found = await queries.failed_since(session, one.id, since, MOST_AGAIN)
    for delivery in found:
        await _again(session, delivery)
    await _note(session, principal, "subscription.redelivered", one)
    return len(found)


def check_address(url: str, reach: Reach) -> None:
    """What can be said without a name server; the rest is decided at each request."""
    try:
        parsed = httpx2.URL(url)
        origin_of(parsed)
    except (httpx2.InvalidURL, OutgoingRefused):
        raise _refused("不是有效的 https 地址") from None
    address = _literal(parsed.host)
    if parsed.scheme != "https" and not _may_speak_clear(address, reach):
        raise _refused("须以 https:// 开头")
    if parsed.host == "localhost" or (address and not may_be_reached(address, reach.own)):
        raise _refused("不能使用内网地址")


def _may_speak_clear(address: Address | None, reach: Reach) -> bool:
    """Of a name its addresses tell when it is asked for."""
    if address is None:
        return bool(reach.own) and reach.may_be_clear
    return reach.may_speak_clear(address)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


async def _active(
    session: AsyncSession, principal: Principal, subscription_id: UUID
) -> Subscription:
    one = await queries.locked_subscription(session, principal, subscription_id)
    if one.disabled_at is not None:
        raise SubscriptionOff
    return one


async def _again(session: AsyncSession, delivery: Delivery) -> None:
    if delivery.state != DeliveryState.DELIVERED:
        delivery.state, delivery.ended_at = DeliveryState.PENDING, None
    delivery.next_at = clock.now()
    key = str(delivery.id)
    payload = {"delivery_id": key, "by_hand": True}
    await jobs.enqueue(session, DELIVER, payload, dedupe=key)


async def _note(
    session: AsyncSession, principal: Principal, action: str, one: Subscription
) -> None:
    await audit.record(
        session, principal, action, target=f"subscription:{one.id}",
        host=httpx2.URL(one.url).host, event_types=list(one.event_types),
    )  # fmt: skip


def _sealed(session: AsyncSession, row_id: UUID, secret: str) -> bytes:
    return vault_of(session).seal(secret, table="subscription", column="secret", row=row_id)


def _refused(message: str) -> InvalidInput:
    return InvalidInput(errors=[{"field": "url", "message": message}])
