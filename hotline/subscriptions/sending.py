"""One attempt: what is sent, and what its outcome means for the delivery and the subscription."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.audit import service as audit
from hotline.jobs import service as jobs
from hotline.subscriptions.following import DELIVER
from hotline.subscriptions.models import Attempt, Delivery, DeliveryState, Reason, Subscription
from hotline.subscriptions.retrying import GONE, is_dead, wait_after
from hotline.vault import vault_of

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Parcel:
    """Ready to go. `message_id` is the same at every attempt, so that a receiver can tell."""

    subscription_id: UUID
    message_id: str
    url: str
    secrets: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a request came to: a status, or the kind of failure."""

    duration_ms: int
    status_code: int | None = None
    error: str | None = None
    retry_after: int | None = None

    @property
    def is_success(self) -> bool:
        return self.status_code is not None and 200 <= self.status_code < 300


async def parcel(session: AsyncSession, delivery_id: UUID, *, by_hand: bool) -> Parcel | None:
    """None when there is nothing to send any more."""
    delivery = await session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None or (delivery.state != DeliveryState.PENDING and not by_hand):
        return None
    one = await session.get_one(Subscription, delivery.subscription_id)
    if one.disabled_at is not None:
        _end(delivery, DeliveryState.DROPPED)
        return None
    secrets = await secrets_of(session, one)
    return Parcel(one.id, str(delivery.id), one.url, secrets, delivery.body.encode())


async def secrets_of(session: AsyncSession, one: Subscription) -> tuple[str, ...]:
    """The newest first; the one before it as long as it counts."""
    vault = vault_of(session)
    newest = vault.open(one.secret_sealed, table="subscription", column="secret", row=one.id)
    is_over = one.old_secret_until is None or one.old_secret_until <= clock.now()
    if one.old_secret_sealed is None or is_over:
        return (newest,)
    old = vault.open(one.old_secret_sealed, table="subscription", column="secret", row=one.id)
    return newest, old


async def note_outcome(
    session: AsyncSession, delivery_id: UUID, outcome: Outcome, *, by_hand: bool
) -> None:
    """Write the attempt down; ask for the next one, or give up."""
    delivery = await session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None:
        return
    delivery.attempt_count += 1
    session.add(
        Attempt(
            delivery_id=delivery.id, by_hand=by_hand, status_code=outcome.status_code,
            error=outcome.error, duration_ms=outcome.duration_ms,
        )
    )  # fmt: skip
    if outcome.is_success:
        _end(delivery, DeliveryState.DELIVERED)
        await _note(session, delivery.subscription_id, failing_since=None, delivered_at=clock.now())
        return
    await _note_failed(session, delivery.subscription_id, outcome)
    wait = None if by_hand else wait_after(delivery.attempt_count, outcome.retry_after)
    if wait is None or outcome.status_code == GONE:
        _end(delivery, DeliveryState.FAILED)
        return
    delivery.next_at = clock.now() + wait
    key = str(delivery.id)
    await jobs.enqueue(session, DELIVER, {"delivery_id": key}, run_at=delivery.next_at, dedupe=key)


async def _note_failed(session: AsyncSession, subscription_id: UUID, outcome: Outcome) -> None:
    """The first failure after a success begins a count; a receiver that is gone is left alone."""
    one = await session.get_one(Subscription, subscription_id, with_for_update=True)
    now = clock.now()
    since: datetime = one.failing_since or now
    await _note(session, one.id, failing_since=since)
    reason = Reason.GONE if outcome.status_code == GONE else Reason.FAILING
    if one.disabled_at is None and (reason is Reason.GONE or is_dead(since, now)):
        await _note(session, one.id, disabled_at=now, disabled_reason=reason)
        await audit.record(
            session, None, "subscription.disabled", target=f"subscription:{one.id}", reason=reason
        )
        log.warning("subscription.disabled", subscription_id=str(one.id), reason=reason)


async def _note(session: AsyncSession, subscription_id: UUID, **values: object) -> None:
    """What machines find out does not make a person's version stale."""
    chosen = update(Subscription).where(Subscription.id == subscription_id).values(**values)
    await session.execute(chosen.execution_options(synchronize_session=False))


def _end(delivery: Delivery, state: DeliveryState) -> None:
    delivery.state, delivery.ended_at, delivery.next_at = state, clock.now(), None
