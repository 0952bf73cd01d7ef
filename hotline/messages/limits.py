"""Who may be texted, how often (against pumping): pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.messages.states import Purpose

HOUR = timedelta(hours=1)
_MOBILE = re.compile(r"\+861[3-9]\d{9}")


@dataclass(frozen=True, slots=True)
class SendLimits:
    """Messages an hour: to one number, to different numbers of one range of a thousand, and of
    a whole city for one purpose.
    """

    per_number: int = 3
    per_range: int = 20
    per_city: int = 600


DEFAULT_LIMITS = SendLimits()
ORDER_LIMITS = SendLimits(per_number=30, per_range=100, per_city=3000)
"""Offers and steps of orders: a busy vendor gets several an hour, a code cannot wait."""
BUDGET_WAIT = timedelta(minutes=10)


def limits_for(purpose: str) -> SendLimits:
    return ORDER_LIMITS if purpose == Purpose.VENDOR else DEFAULT_LIMITS


def may_be_texted(e164: str) -> bool:
    """Mobile numbers of this country: no land lines, no premium or foreign ranges."""
    return _MOBILE.fullmatch(e164) is not None


def range_of(e164: str) -> str:
    """A thousand numbers side by side: whoever pumps has rented them together."""
    return e164[:-3]


def wait_for_number(sent: Sequence[datetime], now: datetime, limits: SendLimits) -> timedelta:
    """How long the next message to a number must wait; `sent` are the last ones, newest first."""
    within = [at for at in sent if at > now - HOUR]
    if len(within) < limits.per_number:
        return timedelta()
    return within[limits.per_number - 1] + HOUR - now
