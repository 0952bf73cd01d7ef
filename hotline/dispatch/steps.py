"""How long each state of an order may last before the board shows it in red. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from hotline.dispatch.states import OrderState

LATE_FOR_APPOINTMENT = timedelta(minutes=30)
LIMITS: Mapping[OrderState, timedelta] = MappingProxyType(
    {
        OrderState.UNPLACED: timedelta(minutes=30),
        OrderState.ACCEPTED: timedelta(hours=4),
        OrderState.ON_THE_WAY: timedelta(hours=1),
        OrderState.ARRIVED: timedelta(hours=1),
        OrderState.QUOTED: timedelta(minutes=30),
        OrderState.IN_SERVICE: timedelta(hours=8),
        OrderState.TO_ACCEPT: timedelta(hours=72),
        OrderState.TO_PAY: timedelta(hours=24),
        OrderState.REWORK: timedelta(days=3),
        OrderState.DISPUTED: timedelta(hours=24),
    }
)


def step_due_at(
    state: OrderState, now: datetime, appointment_at: datetime | None
) -> datetime | None:
    """None where nothing is awaited, or an offer has its own clock."""
    if state is OrderState.ACCEPTED and appointment_at is not None:
        return max(appointment_at, now) + LATE_FOR_APPOINTMENT
    limit = LIMITS.get(state)
    return None if limit is None else now + limit
