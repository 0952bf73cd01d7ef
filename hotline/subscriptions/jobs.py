"""The jobs: carry out a delivery, and forget old ones."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic, time
from uuid import UUID

import httpx2
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.jobs import service as jobs
from hotline.jobs.worker import Claimed, Runner
from hotline.subscriptions import sending
from hotline.subscriptions.following import DELIVER
from hotline.subscriptions.sending import Outcome, Parcel
from hotline.subscriptions.signing import headers
from hotline.telephony.outgoing import OutgoingRefused

TIDY = "subscriptions.tidy"
SECONDS = 10.0
CONNECT_SECONDS = 5.0
AT_ONCE = 2
"""Of one subscription on one node: whoever answers slowly keeps nobody else waiting."""
_BUSY_PAUSE = timedelta(seconds=2)
_TIDY_EVERY = timedelta(hours=24)
_KEPT = timedelta(days=30)
_OLD = text("DELETE FROM webhook_delivery WHERE created_at < :before AND state <> 'pending'")


def runners(client: httpx2.AsyncClient) -> dict[str, Runner]:
    """`client` is the guarded one: it decides which addresses are reached."""
    return {DELIVER: _Deliverer(client), TIDY: _tidy}


async def begin(session: AsyncSession) -> None:
    await jobs.enqueue_missing(session, TIDY, {TIDY: {}})


class _Deliverer:
    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client
        self._busy: Counter[UUID] = Counter()

    async def __call__(self, database: Database, job: Claimed) -> None:
        """At least once: when we die between the request and its note, the same id goes again."""
        delivery_id = UUID(job.payload["delivery_id"])
        by_hand = bool(job.payload.get("by_hand"))
        async with database.transaction() as session:
            parcel = await sending.parcel(session, delivery_id, by_hand=by_hand)
        if parcel is None:
            return
        if self._busy[parcel.subscription_id] >= AT_ONCE:
            await _later(database, job)
            return
        with self._counted(parcel.subscription_id):
            outcome = await self._send(parcel)
        async with database.transaction() as session:
            await job.finish(session)
            await sending.note_outcome(session, delivery_id, outcome, by_hand=by_hand)

    async def _send(self, parcel: Parcel) -> Outcome:
        """The answer's body is not read: it is nobody's business and may be without end."""
        began = monotonic()
        signed = headers(parcel.secrets, parcel.message_id, int(time()), parcel.body)
        limits = httpx2.Timeout(SECONDS, connect=CONNECT_SECONDS)
        try:
            request = self._client.build_request(
                "POST", parcel.url, content=parcel.body, headers=signed, timeout=limits
            )
            answer = await self._client.send(request, stream=True)
            await answer.aclose()
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return Outcome(_since(began), error=_kind_of(error))
        asked = answer.headers.get("retry-after", "")
        return Outcome(
            _since(began), answer.status_code, retry_after=int(asked) if asked.isdecimal() else None
        )

    @contextmanager
    def _counted(self, subscription_id: UUID) -> Iterator[None]:
        self._busy[subscription_id] += 1
        try:
            yield
        finally:
            self._busy[subscription_id] -= 1


async def _later(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await job.finish(session)
        run_at = clock.now() + _BUSY_PAUSE
        payload = dict(job.payload)
        await jobs.enqueue(
            session, DELIVER, payload, run_at=run_at, dedupe=str(payload["delivery_id"])
        )


async def _tidy(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await job.finish(session)
        await session.execute(_OLD, {"before": clock.now() - _KEPT})
        await jobs.enqueue(session, TIDY, run_at=clock.now() + _TIDY_EVERY, dedupe=TIDY)


def _since(began: float) -> int:
    return round((monotonic() - began) * 1000)


def _kind_of(error: Exception) -> str:
    """A word for the log; what the other side wrote is not kept."""
    if isinstance(error, OutgoingRefused):
        return "refused_address"
    if isinstance(error, httpx2.TimeoutException):
        return "timeout"
    return "no_connection" if isinstance(error, httpx2.ConnectError) else "broken"
