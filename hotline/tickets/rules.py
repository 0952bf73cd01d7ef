"""What a move may be and may cause: the vocabulary of the table in `moves.py`. Plain values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hotline.tickets.facts import TicketFacts
from hotline.tickets.guards import Guard
from hotline.tickets.states import Asked, Status


class Move(StrEnum):
    REGISTER = "register"
    TRANSFER_EMERGENCY = "transfer_emergency"
    FOLLOW_UP = "follow_up"
    ANSWER = "answer"
    CLOSE = "close"
    REFUSE = "refuse"
    REVERT = "revert"
    REFER = "refer"
    CLOSE_REFERRED = "close_referred"
    INVALIDATE = "invalidate"
    MERGE = "merge"
    SEND = "send"
    DISPATCH = "dispatch"
    SIGN = "sign"
    AUTO_SIGN = "auto_sign"
    REQUEST_RETURN = "request_return"
    ENDORSE_RETURN = "endorse_return"
    GRANT_RETURN = "grant_return"
    REFUSE_RETURN = "refuse_return"
    DELEGATE = "delegate"
    REQUEST_EXTENSION = "request_extension"
    ENDORSE_EXTENSION = "endorse_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    REQUEST_SUSPENSION = "request_suspension"
    GRANT_SUSPENSION = "grant_suspension"
    REFUSE_SUSPENSION = "refuse_suspension"
    RESUME = "resume"
    END_SUSPENSION = "end_suspension"
    AUTO_RESUME = "auto_resume"
    REPLY = "reply"
    REJECT_REPLY = "reject_reply"
    ACCEPT_REPLY = "accept_reply"
    ACCEPT_AND_CLOSE = "accept_and_close"
    ACCEPT_PART = "accept_part"
    RECORD_ATTEMPT = "record_attempt"
    RATE = "rate"
    RATE_LOW = "rate_low"
    CLOSE_SATISFIED = "close_satisfied"
    CLOSE_UNREACHED = "close_unreached"
    CLOSE_UNREASONABLE = "close_unreasonable"
    DEMAND_REDO = "demand_redo"
    ESCALATE = "escalate"
    RESTART = "restart"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    CANCEL = "cancel"


class Effect(StrEnum):
    """What else changes with a move; `effects.py` carries each out, in the order of the rule."""

    START_CLOCK = "start_clock"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    OPEN_CHILD = "open_child"
    ASK = "ask"
    ENDORSE = "endorse"
    RULE = "rule"
    LAPSE = "lapse"
    EXTEND = "extend"
    PAUSE = "pause"
    UNPAUSE = "unpause"
    RECORD_REPLY = "record_reply"
    RECORD_VISIT = "record_visit"
    JOIN_PARENT = "join_parent"
    LINK_REPEAT = "link_repeat"
    REFER = "refer"
    COUNT_REDO = "count_redo"
    FINISH = "finish"
    RESUME_LIFE = "resume_life"


class Stand(StrEnum):
    """How an actor stands to the organization that holds the ticket."""

    HOLDER = "holder"
    ABOVE = "above"
    REACH = "reach"  # holds it or is above
    DISTRICT = "district"  # above it, and not the city
    CITY = "city"
    OUTSIDE = "outside"  # has not handled it: who closes and rates


@dataclass(frozen=True, slots=True)
class Who:
    """One of the roles, in every one of the stands. The hotline itself only where said."""

    roles: frozenset[str]
    stands: frozenset[Stand] = frozenset()
    may_be_hotline: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One legal move. `needs` are the fields that whoever makes it must fill in."""

    to: Status
    who: Who
    guards: tuple[Guard, ...] = ()
    needs: frozenset[str] = frozenset()
    needs_when: Mapping[str, Callable[[TicketFacts], bool]] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    asked: Asked | None = None


class Refusal(StrEnum):
    NOT_FROM_HERE = "not_from_here"
    NOT_YOURS = "not_yours"
    NOT_NOW = "not_now"


_SUPERVISORS = frozenset({"city_supervisor", "district_supervisor"})
_DISPATCHERS = _SUPERVISORS | {"dispatcher"}
_DESK = _DISPATCHERS | {"agent"}
_CITY_DESK = frozenset({"dispatcher", "city_supervisor"})

AT_DESK = Who(_DESK)
AT_DESK_OR_HOTLINE = Who(_DESK, may_be_hotline=True)
SUPERVISOR = Who(_SUPERVISORS)
DISPATCHER = Who(_DISPATCHERS, frozenset({Stand.REACH}))
DISPATCHER_OR_HOTLINE = Who(_DISPATCHERS, frozenset({Stand.REACH}), may_be_hotline=True)
HOLDER = Who(_DISPATCHERS | {"unit_handler"}, frozenset({Stand.HOLDER}))
DISTRICT = Who(_DISPATCHERS, frozenset({Stand.DISTRICT}))
AUDITOR = Who(_DISPATCHERS, frozenset({Stand.ABOVE, Stand.OUTSIDE}))
CITY = Who(_CITY_DESK, frozenset({Stand.CITY, Stand.OUTSIDE}))
CITY_LEADER = Who(frozenset({"city_supervisor"}), frozenset({Stand.CITY, Stand.OUTSIDE}))
VISITOR = Who(_CITY_DESK | {"agent"}, frozenset({Stand.CITY, Stand.OUTSIDE}))
VISITOR_OR_HOTLINE = Who(
    _CITY_DESK | {"agent"}, frozenset({Stand.CITY, Stand.OUTSIDE}), may_be_hotline=True
)
HOTLINE = Who(frozenset(), may_be_hotline=True)
