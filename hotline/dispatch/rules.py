"""What a move of a work order may be and what it asks for: the vocabulary of `moves.py`. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotline.dispatch.states import OrderState


class Move(StrEnum):
    OFFER = "offer"  # 派给下一家
    ACCEPT = "accept"  # 接单
    DECLINE = "decline"  # 拒单
    TIME_OUT = "time_out"  # 超时未接
    GIVE_BACK = "give_back"  # 无人接单，交坐席
    TAKE_OVER = "take_over"  # 坐席接管
    REOFFER = "reoffer"  # 重新派单
    REASSIGN = "reassign"  # 改派
    APPOINT = "appoint"  # 约定上门时间
    SEND_WORKER = "send_worker"  # 派员，改派人员
    SET_OUT = "set_out"  # 出发
    ARRIVE = "arrive"  # 到达
    QUOTE = "quote"  # 报价（目录价内）
    QUOTE_ABOVE = "quote_above"  # 报价（须居民确认）
    CONFIRM_QUOTE = "confirm_quote"  # 居民凭验证码确认
    CONFIRM_BY_CALL = "confirm_by_call"  # 坐席录音电话确认
    REFUSE_QUOTE = "refuse_quote"  # 居民不同意报价
    FINISH = "finish"  # 完工
    FINISH_REWORK = "finish_rework"  # 返修完工
    EXCUSE_PHOTO = "excuse_photo"  # 免交完工照片
    ACCEPT_WORK = "accept_work"  # 验收
    ACCEPT_REWORK = "accept_rework"  # 返修验收
    PAY = "pay"  # 付款
    RATE = "rate"  # 评价
    CLAIM_WARRANTY = "claim_warranty"  # 保修
    DISPUTE = "dispute"  # 发起纠纷
    SETTLE = "settle"  # 纠纷了结
    ORDER_REWORK = "order_rework"  # 纠纷判返修
    VOID = "void"  # 纠纷判撤销
    CANCEL = "cancel"  # 居民取消
    WITHDRAW = "withdraw"  # 服务商取消


class Who(StrEnum):
    """Who acts: the vendor that holds the order or its offer, the resident, a person at a desk,
    the hotline itself."""

    VENDOR = "vendor"
    RESIDENT = "resident"
    STAFF = "staff"
    HOTLINE = "hotline"


class Effect(StrEnum):
    """What else changes with a move, in the order of the rule."""

    TAKE = "take"  # the vendor's price list is copied, and its links are made
    LOSE_VENDOR = "lose_vendor"
    NAME_WORKER = "name_worker"
    CHECK_WORKER = "check_worker"  # whoever was named may still go
    KEEP_QUOTE = "keep_quote"
    CONFIRM = "confirm"
    DROP_QUOTE = "drop_quote"
    JUDGE_PHOTO = "judge_photo"  # the photo of the work is there, owed or excused
    EXCUSE_PHOTO = "excuse_photo"
    KEEP_AMOUNT = "keep_amount"
    START_WARRANTY = "start_warranty"
    KEEP_RATING = "keep_rating"
    REMEMBER = "remember"  # the state before a dispute
    COUNT_REWORK = "count_rework"
    END = "end"
    CASCADE = "cascade"  # the next offer goes out


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as the table of moves sees it."""

    state: OrderState
    is_guarded: bool = False
    """An elder's order above the limit: the resident alone does not confirm it."""
    has_quote: bool = False
    is_quote_confirmed: bool = False
    has_amount: bool = False
    has_been_paid: bool = False
    owes_photo: bool = False
    warranty_until: datetime | None = None


Guard = Callable[[OrderFacts, datetime], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a move leads, who may make it, when, and what must be filled in."""

    to: OrderState
    who: frozenset[Who]
    guards: tuple[Guard, ...] = ()
    needs: frozenset[str] = frozenset()
    effects: tuple[Effect, ...] = ()


class Refusal(StrEnum):
    NOT_FROM_HERE = "not_from_here"
    NOT_YOURS = "not_yours"
    NOT_NOW = "not_now"


def is_not_guarded(order: OrderFacts, _now: datetime) -> bool:
    return not order.is_guarded


def is_confirmed(order: OrderFacts, _now: datetime) -> bool:
    return order.has_quote and order.is_quote_confirmed


def is_priced(order: OrderFacts, _now: datetime) -> bool:
    """The work was finished once before."""
    return order.has_amount


def owes_photo(order: OrderFacts, _now: datetime) -> bool:
    return order.owes_photo


def is_unpaid(order: OrderFacts, _now: datetime) -> bool:
    return not order.has_been_paid


def is_paid(order: OrderFacts, _now: datetime) -> bool:
    return order.has_been_paid


def is_under_warranty(order: OrderFacts, now: datetime) -> bool:
    return order.warranty_until is not None and now <= order.warranty_until
