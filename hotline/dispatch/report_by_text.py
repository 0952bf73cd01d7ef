"""A vendor reports its work done by text message: "完工 150", "完工 150 0042", "返修完工".

Pure is `reported`; the rest acts. No photo comes with it, so the order owes one.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.models import Vendor
from hotline.dispatch import actors, order_notices, queries
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.move_order import make_move
from hotline.dispatch.rules import Move
from hotline.dispatch.schemas import OrderMoveIn
from hotline.dispatch.states import DonePhoto
from hotline.errors import HotlineError

_GAP = r"[\s,，:：#]"
_DONE = re.compile(
    rf"(?:已经?|都)?(?:返修)?(?:完工|完成|做完|修好)了?(?:{_GAP}*(\d{{1,5}}(?:\.\d{{1,2}})?)\s*(元)?)?"
    rf"(?:{_GAP}+(\d{{4,}}))?[。.!！]?"
)
_CENTS, _TAIL = 100, 4


@dataclass(frozen=True, slots=True)
class Report:
    """What was charged, in cents, and the last digits of the order; None for what was not said.

    `lone`: four digits or more that stand alone, which may be an amount or the end of a number.
    """

    amount_cents: int | None
    tail: str | None = None
    lone: str | None = None

    def for_orders(self, numbers: Collection[str]) -> "Report":
        """What ends the number of an order is no amount: it is asked for, and nobody is charged."""
        is_tail = self.lone and any(number.endswith(self.lone) for number in numbers)
        return Report(None, self.lone) if is_tail else self


def reported(body: str) -> Report | None:
    """None for what is no report."""
    found = _DONE.fullmatch(body.strip())
    if found is None:
        return None
    said, tail = found[1], found[3]
    is_lone = bool(said) and tail is None and found[2] is None and "." not in said
    if is_lone and len(said) >= _TAIL:
        if said.startswith("0"):
            return Report(None, said)
        return Report(int(said) * _CENTS, lone=said)
    return Report(round(float(said) * _CENTS) if said else None, tail)


async def take_report(session: AsyncSession, phone: bytes, report: Report) -> bool:
    """False where nobody with that telephone is at work. Whatever comes of it is answered."""
    at_work = await queries.orders_at_work(session, phone)
    if not at_work:
        return False
    report = report.for_orders([one.number for one in at_work])
    meant = [one for one in at_work if report.tail is None or one.number.endswith(report.tail)]
    order = await queries.held_order(session, meant[0].id) if len(meant) == 1 else None
    if order is None or order.vendor_id is None:
        await order_notices.tell_step(session, at_work[0], "sms_report_which")
    else:
        answer = await _report(session, order, report)
        if answer is not None:
            await order_notices.tell_step(session, order, answer)
    return True


async def _report(session: AsyncSession, order: WorkOrder, report: Report) -> str | None:
    """The message that answers; None where the owed photo is asked for already."""
    is_rework = order.amount_cents is not None
    if report.amount_cents is None and not is_rework:
        return "sms_report_amount"
    vendor = await session.get_one(Vendor, order.vendor_id)
    actor = actors.vendor(vendor.id, vendor.name, is_told=True)
    wanted = OrderMoveIn(
        move=Move.FINISH_REWORK if is_rework else Move.FINISH, version=order.version,
        amount=None if is_rework else report.amount_cents,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            await make_move(session, actor, order, wanted)
    except HotlineError:
        await session.refresh(order)
        return "sms_report_refused"
    return None if order.done_photo == DonePhoto.OWED else "sms_report_taken"
