"""When the robot calls: three tries on two days, by day, the link of the message first. Pure."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from hotline.clock import LOCAL, local
from hotline.messages.night import by_day
from hotline.tickets.guards import VISIT_ATTEMPTS

FIRST_AFTER = timedelta(hours=1)
FIRST_AFTER_URGENT = timedelta(minutes=10)
AGAIN_AFTER = timedelta(hours=4)
NEXT_DAY_AT = time(10)


def next_try(
    waiting_since: datetime, tries: Sequence[datetime], *, is_urgent: bool = False
) -> datetime | None:
    """The moment of the next try; None once there were enough. `tries` in order of time."""
    if len(tries) >= VISIT_ATTEMPTS:
        return None
    if not tries:
        return by_day(waiting_since + (FIRST_AFTER_URGENT if is_urgent else FIRST_AFTER))
    days = {local(moment).date() for moment in tries}
    is_last = len(tries) == VISIT_ATTEMPTS - 1
    if is_last and len(days) == 1:
        tomorrow = local(tries[-1]).date() + timedelta(days=1)
        return datetime.combine(tomorrow, NEXT_DAY_AT, tzinfo=LOCAL)
    return by_day(tries[-1] + AGAIN_AFTER)
