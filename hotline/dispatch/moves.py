"""The life of a work order: the one table of legal moves. What is not in it cannot happen.

`MOVES[state][move]` says where a move leads, who may make it, under which guards, what it asks
for and which effects `move_order` carries out. Pure.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from hotline.dispatch.rules import (
    Effect,
    Move,
    OrderFacts,
    Refusal,
    Rule,
    Who,
    is_confirmed,
    is_not_guarded,
    is_paid,
    is_priced,
    is_under_warranty,
    is_unpaid,
    owes_photo,
)
from hotline.dispatch.states import OrderState


def may_move(order: OrderFacts, who: Who, move: Move, now: datetime) -> Rule | Refusal:
    """The rule to carry out, or why not."""
    rule = MOVES[order.state].get(move)
    if rule is None:
        return Refusal.NOT_FROM_HERE
    if who not in rule.who:
        return Refusal.NOT_YOURS
    if not all(guard(order, now) for guard in rule.guards):
        return Refusal.NOT_NOW
    return rule


def legal_moves(order: OrderFacts, who: Who, now: datetime) -> list[Move]:
    """What they may do next, in the order of the table."""
    return [
        move for move in MOVES[order.state] if isinstance(may_move(order, who, move, now), Rule)
    ]


def missing(rule: Rule, given: frozenset[str]) -> list[str]:
    return sorted(rule.needs - given)


def _by(*who: Who) -> frozenset[Who]:
    return frozenset(who)


def _needs(*names: str) -> frozenset[str]:
    return frozenset(names)


def _send_worker(state: OrderState) -> Rule:
    """Named, or another in their place; the order stays where it is."""
    return Rule(state, _AT_WORK, needs=_needs("worker_id"), effects=(Effect.NAME_WORKER,))


def _excuse_photo(state: OrderState) -> Rule:
    """There will be none, and why; the order stays where it is."""
    return Rule(state, _STAFF, (owes_photo,), _EXCUSE, (Effect.EXCUSE_PHOTO,))


_HOTLINE = _by(Who.HOTLINE)
_STAFF = _by(Who.STAFF)
_VENDOR = _by(Who.VENDOR)
_AT_WORK = _by(Who.VENDOR, Who.STAFF)
"""Steps that a vendor tells itself, or tells an agent by telephone."""
_RESIDENT = _by(Who.RESIDENT, Who.STAFF)
_REASON = _needs("reason_code")
_NOTE = _needs("note")
_EXCUSE = _needs("photo_excuse")

_CANCEL = Rule(OrderState.CANCELLED, _RESIDENT, needs=_REASON, effects=(Effect.END,))
_DISPUTE = Rule(OrderState.DISPUTED, _RESIDENT, needs=_NOTE, effects=(Effect.REMEMBER,))
_BACK = (Effect.LOSE_VENDOR, Effect.CASCADE)
_WITHDRAW = Rule(OrderState.TO_OFFER, _AT_WORK, needs=_REASON, effects=_BACK)
_REASSIGN = Rule(OrderState.TO_OFFER, _STAFF, needs=_REASON, effects=_BACK)
_SIDEWAYS = {Move.CANCEL: _CANCEL, Move.WITHDRAW: _WITHDRAW, Move.REASSIGN: _REASSIGN}
_ACCEPT = Rule(OrderState.ACCEPTED, _AT_WORK, effects=(Effect.TAKE,))
_TAKE_OVER = Rule(OrderState.UNPLACED, _STAFF, needs=_NOTE)
_SET_OUT = Rule(OrderState.ON_THE_WAY, _AT_WORK, effects=(Effect.CHECK_WORKER,))
_ARRIVE = Rule(OrderState.ARRIVED, _AT_WORK, effects=(Effect.CHECK_WORKER,))
_APPOINT = _needs("appointment_at")
_QUOTES = {
    Move.QUOTE: Rule(
        OrderState.IN_SERVICE, _AT_WORK, needs=_needs("amount"), effects=(Effect.KEEP_QUOTE,)
    ),
    Move.QUOTE_ABOVE: Rule(
        OrderState.QUOTED, _AT_WORK, needs=_needs("amount", "note"), effects=(Effect.KEEP_QUOTE,)
    ),
}
_FINISH = Rule(
    OrderState.TO_ACCEPT, _AT_WORK, (is_confirmed,), _needs("amount"),
    (Effect.KEEP_AMOUNT, Effect.JUDGE_PHOTO),
)  # fmt: skip
_FINISH_REWORK = Rule(OrderState.TO_ACCEPT, _AT_WORK, (is_priced,), effects=(Effect.JUDGE_PHOTO,))
_CLAIM = Rule(OrderState.REWORK, _RESIDENT, (is_under_warranty,), _NOTE, (Effect.COUNT_REWORK,))

MOVES: Mapping[OrderState, Mapping[Move, Rule]] = MappingProxyType(
    {
        OrderState.TO_OFFER: {
            Move.OFFER: Rule(OrderState.OFFERED, _HOTLINE),
            Move.ACCEPT: _ACCEPT,
            Move.GIVE_BACK: Rule(OrderState.UNPLACED, _HOTLINE),
            Move.TAKE_OVER: _TAKE_OVER,
            Move.CANCEL: _CANCEL,
        },
        OrderState.OFFERED: {
            Move.ACCEPT: _ACCEPT,
            Move.DECLINE: Rule(
                OrderState.TO_OFFER, _AT_WORK, needs=_REASON, effects=(Effect.CASCADE,)
            ),
            Move.TIME_OUT: Rule(OrderState.TO_OFFER, _HOTLINE, effects=(Effect.CASCADE,)),
            Move.TAKE_OVER: _TAKE_OVER,
            Move.CANCEL: _CANCEL,
        },
        OrderState.UNPLACED: {
            # Whoever said nothing in time is welcome while nobody else has it.
            Move.ACCEPT: _ACCEPT,
            Move.REOFFER: Rule(OrderState.TO_OFFER, _STAFF, effects=(Effect.CASCADE,)),
            Move.CANCEL: _CANCEL,
        },
        OrderState.ACCEPTED: {
            Move.APPOINT: Rule(OrderState.ACCEPTED, _AT_WORK, needs=_APPOINT),
            Move.SEND_WORKER: _send_worker(OrderState.ACCEPTED),
            Move.SET_OUT: _SET_OUT,
            Move.ARRIVE: _ARRIVE,
            **_SIDEWAYS,
        },
        OrderState.ON_THE_WAY: {
            Move.SEND_WORKER: _send_worker(OrderState.ON_THE_WAY),
            Move.ARRIVE: _ARRIVE,
            **_SIDEWAYS,
        },
        OrderState.ARRIVED: {
            Move.SEND_WORKER: _send_worker(OrderState.ARRIVED),
            **_QUOTES,
            **_SIDEWAYS,
            Move.DISPUTE: _DISPUTE,
        },
        OrderState.QUOTED: {
            Move.CONFIRM_QUOTE: Rule(
                OrderState.IN_SERVICE, _by(Who.RESIDENT), (is_not_guarded,), _needs("code"),
                (Effect.CONFIRM,),
            ),
            Move.CONFIRM_BY_CALL: Rule(
                OrderState.IN_SERVICE, _STAFF, needs=_NOTE, effects=(Effect.CONFIRM,)
            ),
            Move.REFUSE_QUOTE: Rule(
                OrderState.ARRIVED, _RESIDENT, effects=(Effect.DROP_QUOTE,)
            ),
            **_QUOTES,
            **_SIDEWAYS,
            Move.DISPUTE: _DISPUTE,
        },
        OrderState.IN_SERVICE: {
            # What turns out to be more work is quoted anew; nothing is added on site unasked.
            **_QUOTES,
            Move.SEND_WORKER: _send_worker(OrderState.IN_SERVICE),
            Move.FINISH: _FINISH,
            Move.REASSIGN: _REASSIGN,
            Move.DISPUTE: _DISPUTE,
        },
        OrderState.TO_ACCEPT: {
            Move.ACCEPT_WORK: Rule(
                OrderState.TO_PAY, _by(Who.RESIDENT, Who.STAFF, Who.HOTLINE), (is_unpaid,),
                effects=(Effect.START_WARRANTY,),
            ),
            Move.ACCEPT_REWORK: Rule(
                OrderState.COMPLETED, _by(Who.RESIDENT, Who.STAFF, Who.HOTLINE), (is_paid,),
                effects=(Effect.START_WARRANTY, Effect.END),
            ),
            Move.EXCUSE_PHOTO: _excuse_photo(OrderState.TO_ACCEPT),
            Move.DISPUTE: _DISPUTE,
        },
        OrderState.TO_PAY: {
            Move.PAY: Rule(
                OrderState.COMPLETED, _by(Who.VENDOR, Who.RESIDENT, Who.STAFF),
                effects=(Effect.END,),
            ),
            Move.EXCUSE_PHOTO: _excuse_photo(OrderState.TO_PAY),
            Move.DISPUTE: _DISPUTE,
        },
        OrderState.COMPLETED: {
            Move.RATE: Rule(
                OrderState.RATED, _by(Who.RESIDENT), needs=_needs("level"),
                effects=(Effect.KEEP_RATING,),
            ),
            Move.CLAIM_WARRANTY: _CLAIM,
            Move.EXCUSE_PHOTO: _excuse_photo(OrderState.COMPLETED),
            Move.DISPUTE: _DISPUTE,
        },
        OrderState.RATED: {
            Move.CLAIM_WARRANTY: _CLAIM,
            Move.EXCUSE_PHOTO: _excuse_photo(OrderState.RATED),
            Move.DISPUTE: _DISPUTE,
        },
        OrderState.REWORK: {
            Move.APPOINT: Rule(OrderState.REWORK, _AT_WORK, needs=_APPOINT),
            Move.SEND_WORKER: _send_worker(OrderState.REWORK),
            Move.FINISH_REWORK: _FINISH_REWORK,
            # A quarrel before the work was finished: what was agreed is charged, no more.
            Move.FINISH: _FINISH,
            Move.DISPUTE: _DISPUTE,
        },
        OrderState.DISPUTED: {
            Move.EXCUSE_PHOTO: _excuse_photo(OrderState.DISPUTED),
            Move.SETTLE: Rule(OrderState.COMPLETED, _STAFF, needs=_NOTE, effects=(Effect.END,)),
            Move.ORDER_REWORK: Rule(
                OrderState.REWORK, _STAFF, needs=_NOTE, effects=(Effect.COUNT_REWORK,)
            ),
            Move.VOID: Rule(
                OrderState.CANCELLED, _STAFF, needs=_needs("note", "reason_code"),
                effects=(Effect.END,),
            ),
        },
        OrderState.CANCELLED: {},
    }
)  # fmt: skip
