"""Follow the event log and write down what each subscription is to be told.

The delivery, its job and the new position are one transaction under the lock of the subscription:
however many nodes follow, and whenever one dies, an event becomes one delivery.
"""

import asyncio
from datetime import datetime

import orjson
import structlog
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database, uuid7
from hotline.db.wakes import pause
from hotline.events.models import Event
from hotline.jobs import service as jobs
from hotline.organizations.queries import subtree_ids
from hotline.subscriptions import queries
from hotline.subscriptions.event_types import told
from hotline.subscriptions.models import Delivery, Subscription

log = structlog.get_logger()

DELIVER = "subscriptions.deliver"
EVERY_SECONDS = 1.0
BATCH = 200
_IDLE_STRIDE = 500


async def keep_told(database: Database, stopping: asyncio.Event) -> None:
    """Every second, until told to stop."""
    while not stopping.is_set():
        try:
            while await follow_once(database):
                continue
        except Exception:
            log.exception("subscriptions.not_followed")
        await pause(stopping, EVERY_SECONDS)


async def follow_once(database: Database) -> int:
    """Look once through what is new for each subscription; how many deliveries that made."""
    async with database.transaction() as session:
        last = await queries.last_number(session)
        return sum([await _follow(session, one, last)
                    for one in await queries.free_to_follow(session)])  # fmt: skip


def body_of(event_type: str, at: datetime, content: dict[str, object]) -> str:
    """What is sent, as it is signed."""
    told_at = at.isoformat().replace("+00:00", "Z")
    return orjson.dumps({"type": event_type, "timestamp": told_at, "data": content}).decode()


async def write_delivery(
    session: AsyncSession, one: Subscription, event_type: str, body: str, seq: int | None = None
) -> Delivery:
    """The delivery and the job that carries it out, with the transaction."""
    delivery = Delivery(
        id=uuid7(), subscription_id=one.id, seq=seq, event_type=event_type, body=body,
        next_at=clock.now(),
    )  # fmt: skip
    session.add(delivery)
    await session.flush()
    key = str(delivery.id)
    await jobs.enqueue(session, DELIVER, {"delivery_id": key}, dedupe=key)
    return delivery


async def _follow(session: AsyncSession, one: Subscription, last: int) -> int:
    """The position of a quiet subscription moves in strides: an empty look need not be written."""
    if last <= one.position:
        return 0
    subtree = await subtree_ids(session, one.organization_id)
    found = await queries.events_for(session, one, subtree=subtree, last=last, limit=BATCH)
    for event in found:
        await write_delivery(session, one, event.name, _body(event), event.seq)
    reached = found[-1].seq if len(found) == BATCH and found[-1].seq is not None else last
    if found or reached - one.position > _IDLE_STRIDE:
        moved = update(Subscription).where(Subscription.id == one.id).values(position=reached)
        await session.execute(moved.execution_options(synchronize_session=False))
    return len(found)


def _body(event: Event) -> str:
    content = told(event.name, event.subject_id, event.payload)
    return body_of(event.name, event.created_at, {"sequence": event.seq} | content)
