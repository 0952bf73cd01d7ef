"""When the robot calls: three tries on two days, by day, the link of the message first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from hotline.clock import LOCAL, local
from hotline.messages.night import by_day
from hotline.tickets.guards import VISIT_ATTEMPTS

FIRST_AFTER_URGENT = timedelta(minutes=10)
NEXT_DAY_AT = time(10)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an organization may set; how many tries on how many days it may not."""

    is_on: bool = True
    first_after_minutes: int = 60
    again_after_minutes: int = 240


DEFAULT_TERMS = Terms()


def next_try(
    waiting_since: datetime,
    tries: Sequence[datetime],
    *,
    is_urgent: bool = False,
    terms: Terms = DEFAULT_TERMS,
) -> datetime | None:
    """The moment of the next try; None once there were enough. `tries` in order of time."""
    if len(tries) >= VISIT_ATTEMPTS or not terms.is_on:
        return None
    if not tries:
        first = timedelta(minutes=terms.first_after_minutes)
        return by_day(waiting_since + (min(FIRST_AFTER_URGENT, first) if is_urgent else first))
    days = {local(moment).date() for moment in tries}
    is_last = len(tries) == VISIT_ATTEMPTS - 1
    if is_last and len(days) == 1:
        tomorrow = local(tries[-1]).date() + timedelta(days=1)
        return datetime.combine(tomorrow, NEXT_DAY_AT, tzinfo=LOCAL)
    return by_day(tries[-1] + timedelta(minutes=terms.again_after_minutes))
