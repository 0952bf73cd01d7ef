"""Who of a vendor may go to an order: looked at by two persons, papers in force on the day, no bar.

What lapses counts by its date alone, so that nothing has to happen for somebody to stay away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import Vendor
from hotline.directory.required_papers import required_of_worker
from hotline.dispatch.errors import WorkerUnfit
from hotline.dispatch.models import VendorBar, VendorDocument, VendorWorker, WorkOrder
from hotline.dispatch.phrases import phrase
from hotline.dispatch.states import OrderState, PaperState
from hotline.errors import HotlineError, NotFound
from hotline.vault import vault_of

TABLE = "vendor_worker"
_COMING = frozenset(
    {OrderState.ACCEPTED, OrderState.ON_THE_WAY, OrderState.ARRIVED, OrderState.QUOTED,
     OrderState.IN_SERVICE, OrderState.REWORK}
)  # fmt: skip
"""While somebody is due at the door, or behind it."""
IDENTITY = "身份核验"
"""Of a worker it is checked by the two persons themselves."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the vendor's workers, and what keeps them from the order."""

    worker: VendorWorker
    lacking: tuple[str, ...]
    is_barred: bool

    @property
    def is_fit(self) -> bool:
        return self.worker.state == PaperState.VALID and not self.lacking and not self.is_barred


async def candidates(session: AsyncSession, order: WorkOrder, now: datetime) -> list[Candidate]:
    """The workers of the order's vendor, without those that were refused."""
    chosen = select(VendorWorker).where(
        VendorWorker.vendor_id == order.vendor_id, VendorWorker.state != PaperState.REFUSED
    )
    workers = (await session.scalars(chosen.order_by(VendorWorker.id))).all()
    return await _judged(session, order, workers, now)


async def fit_worker(
    session: AsyncSession, order: WorkOrder, worker_id: UUID, now: datetime
) -> VendorWorker:
    """Raises NotFound (none of the vendor's), WorkerUnfit."""
    worker = await session.get(VendorWorker, worker_id, populate_existing=True)
    if worker is None or worker.vendor_id != order.vendor_id:
        raise NotFound
    (judged,) = await _judged(session, order, [worker], now)
    if not judged.is_fit:
        raise WorkerUnfit(documents=list(judged.lacking))
    return worker


async def comer(session: AsyncSession, order: WorkOrder, now: datetime) -> VendorWorker | None:
    """Whom the resident may let in: vouched for only while he may come, since a paper may have run
    out after he was named. Nobody once the work is done, and of no firm that is silenced."""
    if order.worker_id is None or order.state not in _COMING:
        return None
    vendor = await session.get(Vendor, order.vendor_id)
    if vendor is None or vendor.standing != "active":
        return None
    try:
        return await fit_worker(session, order, order.worker_id, now)
    except HotlineError:
        return None


def lacking_papers(entry_key: str | None, held: set[str]) -> tuple[str, ...]:
    """Pure. Without an entry: what everybody needs who goes into homes."""
    return tuple(one for one in required_of_worker(entry_key) if one not in held | {IDENTITY})


async def barred_among(
    session: AsyncSession, city_id: UUID, workers: Sequence[VendorWorker], now: datetime
) -> set[UUID]:
    """Who is barred in person, with whichever firm of the city that was."""
    barred = (
        select(VendorWorker.identity_blind)
        .join(VendorBar, VendorBar.worker_id == VendorWorker.id)
        .join(Vendor, Vendor.id == VendorWorker.vendor_id)
        .where(
            Vendor.city_id == city_id,
            VendorWorker.identity_blind.in_([one.identity_blind for one in workers]),
            VendorBar.lifted_at.is_(None),
            or_(VendorBar.until.is_(None), VendorBar.until > now),
        )
    )
    known = set((await session.scalars(barred)).all())
    return {one.id for one in workers if one.identity_blind in known}


async def told(session: AsyncSession, worker_id: UUID | None) -> str | None:
    """As the history tells it: masked."""
    worker = await session.get(VendorWorker, worker_id) if worker_id else None
    if worker is None:
        return None
    return phrase("worker_sent", worker=worker.name_masked, badge=worker.badge)


def name_of(session: AsyncSession, worker: VendorWorker) -> str:
    """In clear, for the resident whose door it is; never for a log or a list."""
    return vault_of(session).open(worker.name_sealed, table=TABLE, column="name", row=worker.id)


async def _judged(
    session: AsyncSession, order: WorkOrder, workers: Sequence[VendorWorker], now: datetime
) -> list[Candidate]:
    """On the day of the visit, where that is still to come."""
    visit = max(now, order.appointment_at) if order.appointment_at else now
    ids = [one.id for one in workers]
    papers = (
        await session.execute(
            select(VendorDocument.worker_id, VendorDocument.kind).where(
                VendorDocument.worker_id.in_(ids),
                VendorDocument.state == PaperState.VALID,
                VendorDocument.expires_on >= clock.local(visit).date(),
            )
        )
    ).all()
    barred = await barred_among(session, order.city_id, workers, now)
    return [
        Candidate(
            one,
            lacking_papers(order.entry_key, {kind for owner, kind in papers if owner == one.id}),
            one.id in barred,
        )
        for one in workers
    ]
