"""What a page offers to press in each state of an order. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from hotline.dispatch.rules import Move
from hotline.dispatch.states import OrderState

PRESSED: Mapping[OrderState, tuple[str, ...]] = MappingProxyType(
    {
        OrderState.ACCEPTED: ("set_out", "arrive"),
        OrderState.ON_THE_WAY: ("arrive",),
        OrderState.TO_PAY: ("pay",),
    }
)
"""Steps that are one button and nothing else; the first is the likely one."""

FORMS: Mapping[OrderState, tuple[str, ...]] = MappingProxyType(
    {
        OrderState.ACCEPTED: ("worker", "appoint", "withdraw"),
        OrderState.ON_THE_WAY: ("worker", "withdraw"),
        OrderState.ARRIVED: ("quote", "worker", "withdraw"),
        OrderState.QUOTED: ("code", "quote"),
        OrderState.IN_SERVICE: ("finish", "quote", "worker"),
        OrderState.REWORK: ("finish", "worker", "appoint"),
    }
)
WITH_PHOTOS = frozenset(
    {OrderState.ARRIVED, OrderState.QUOTED, OrderState.IN_SERVICE, OrderState.TO_ACCEPT,
     OrderState.REWORK, OrderState.DISPUTED}
)  # fmt: skip
DOING = frozenset({OrderState.IN_SERVICE, OrderState.REWORK})
"""From where work is reported done."""
FINISHING = frozenset({Move.FINISH, Move.FINISH_REWORK})
DECLINE_REASONS = ("busy", "too_far", "not_my_work", "other")
WITHDRAW_REASONS = ("busy", "resident_absent", "unsafe", "other")
