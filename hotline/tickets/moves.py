"""The lifecycle: the one table of legal moves. What is not in it cannot happen.

`MOVES[status][move]` says where a move leads, who may make it, under which guards, what it asks
of whoever makes it, and which effects `move_ticket` carries out. Pure.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from hotline.tickets import guards
from hotline.tickets.facts import Actor, TicketFacts
from hotline.tickets.rules import (
    AT_DESK,
    AT_DESK_OR_HOTLINE,
    AUDITOR,
    CITY,
    CITY_LEADER,
    DISPATCHER,
    DISPATCHER_OR_HOTLINE,
    DISTRICT,
    HOLDER,
    HOTLINE,
    SUPERVISOR,
    VISITOR,
    VISITOR_OR_HOTLINE,
    Effect,
    Move,
    Refusal,
    Rule,
    Stand,
    Who,
)
from hotline.tickets.states import Asked, Status


def may_move(ticket: TicketFacts, actor: Actor, move: Move, now: datetime) -> Rule | Refusal:
    """The rule to carry out, or why not."""
    rule = MOVES[ticket.status].get(move)
    if rule is None:
        return Refusal.NOT_FROM_HERE
    if not _is_entitled(actor, rule.who):
        return Refusal.NOT_YOURS
    if not all(guard(ticket, now) for guard in rule.guards):
        return Refusal.NOT_NOW
    return rule


def legal_moves(ticket: TicketFacts, actor: Actor, now: datetime) -> list[Move]:
    """What the actor may do next, in the order of the table."""
    moves = MOVES[ticket.status]
    return [move for move in moves if isinstance(may_move(ticket, actor, move, now), Rule)]


def missing(rule: Rule, ticket: TicketFacts, given: frozenset[str]) -> list[str]:
    """The fields that the rule asks for and that were not filled in."""
    wanted = rule.needs | {name for name, when in rule.needs_when.items() if when(ticket)}
    return sorted(wanted - given)


def _is_entitled(actor: Actor, who: Who) -> bool:
    if actor.is_hotline:
        return who.may_be_hotline
    return who.stands <= _stands(actor) and not who.roles.isdisjoint(actor.roles)


def _stands(actor: Actor) -> frozenset[Stand]:
    holds = {
        Stand.HOLDER: actor.is_holder,
        Stand.ABOVE: actor.is_above,
        Stand.REACH: actor.is_holder or actor.is_above,
        Stand.DISTRICT: actor.is_above and not actor.is_city,
        Stand.CITY: actor.is_city,
        Stand.OUTSIDE: not actor.has_handled,
    }
    return frozenset(stand for stand, is_so in holds.items() if is_so)


def _needs(*names: str) -> frozenset[str]:
    return frozenset(names)


_NOTE = _needs("note")
_FINISH = (Effect.FINISH,)
_VISITED = (Effect.RECORD_VISIT, Effect.FINISH)

# The resident takes it back: told to an agent, or by telephone with the code of the ticket.
_CANCEL = Rule(
    Status.CANCELLED, AT_DESK_OR_HOTLINE, (guards.is_no_safety_report,), _NOTE, effects=_FINISH
)
_EMERGENCY = Rule(Status.EMERGENCY, AT_DESK_OR_HOTLINE, needs=_NOTE)
_INVALIDATE = Rule(Status.INVALID, AT_DESK, needs=_NOTE, effects=_FINISH)
_REVERT = Rule(Status.REGISTERED, SUPERVISOR, needs=_NOTE, effects=(Effect.RESUME_LIFE,))
_MERGE = Rule(
    Status.MERGED,
    DISPATCHER,
    (guards.is_not_child,),
    _needs("parent_id"),
    effects=(Effect.JOIN_PARENT, Effect.FINISH),
)
# The matter belongs to another hotline (12345 of another city, 12315, …): it is handed over with
# a reason, and the resident is told to whom.
_REFER = Rule(
    Status.REFERRED,
    AT_DESK,
    (guards.is_not_child,),
    _needs("receiver", "note"),
    effects=(Effect.REFER, Effect.FINISH),
)
# A resident on the portal sees that the matter is known already and follows it instead.
_FOLLOW = replace(_MERGE, who=DISPATCHER_OR_HOTLINE)
_REQUEST_RETURN = Rule(
    Status.RETURN_REQUESTED,
    HOLDER,
    (guards.may_be_returned,),
    _needs("note", "statute"),
    effects=(Effect.ASK,),
    asked=Asked.RETURN,
)

_BEFORE_DISPATCH: dict[Status, dict[Move, Rule]] = {
    Status.DRAFT: {
        Move.REGISTER: Rule(Status.REGISTERED, AT_DESK_OR_HOTLINE),
        Move.TRANSFER_EMERGENCY: _EMERGENCY,
        Move.INVALIDATE: _INVALIDATE,
    },
    Status.REGISTERED: {
        Move.ANSWER: Rule(
            Status.DIRECT,
            AT_DESK_OR_HOTLINE,
            needs_when={"note": lambda ticket: not ticket.has_entry},
        ),
        Move.SEND: Rule(Status.TO_DISPATCH, AT_DESK_OR_HOTLINE, (guards.is_complete,)),
        Move.TRANSFER_EMERGENCY: _EMERGENCY,
        Move.REFUSE: Rule(
            Status.NOT_ACCEPTED,
            AT_DESK,
            needs=_needs("reason_code", "note"),
            effects=(Effect.LINK_REPEAT, Effect.FINISH),
        ),
        Move.MERGE: _FOLLOW,
        Move.REFER: _REFER,
        Move.INVALIDATE: _INVALIDATE,
        Move.CANCEL: _CANCEL,
    },
    Status.NOT_ACCEPTED: {Move.REVERT: _REVERT},
    Status.EMERGENCY: {
        Move.FOLLOW_UP: Rule(Status.TO_VISIT, AT_DESK, needs=_NOTE),
        Move.REVERT: _REVERT,
    },
    Status.DIRECT: {Move.CLOSE: Rule(Status.CLOSED, AT_DESK_OR_HOTLINE, effects=_FINISH)},
    Status.TO_DISPATCH: {
        Move.DISPATCH: Rule(
            Status.TO_SIGN,
            DISPATCHER,
            (guards.is_redacted,),
            needs=_needs("organization_id"),
            effects=(Effect.START_CLOCK, Effect.HAND_OVER),
        ),
        # What an incident's end answers needs nobody any more.
        Move.ANSWER: Rule(Status.DIRECT, HOTLINE, needs=_NOTE),
        # A duplicate is often seen only at the dispatcher's desk, where tickets already wait.
        Move.MERGE: _MERGE,
        Move.REFER: replace(_REFER, who=DISPATCHER),
        Move.CANCEL: _CANCEL,
    },
    Status.REFERRED: {
        # What the other hotline made of it, as it told us.
        Move.CLOSE_REFERRED: Rule(Status.CLOSED, AT_DESK, needs=_NOTE, effects=_FINISH),
        Move.REVERT: _REVERT,
    },
}

_AT_UNIT: dict[Status, dict[Move, Rule]] = {
    Status.TO_SIGN: {
        Move.SIGN: Rule(Status.IN_PROGRESS, HOLDER),
        Move.AUTO_SIGN: Rule(Status.IN_PROGRESS, HOTLINE, (guards.is_step_overdue,)),
        Move.REQUEST_RETURN: _REQUEST_RETURN,
        Move.CANCEL: _CANCEL,
    },
    Status.RETURN_REQUESTED: {
        Move.ENDORSE_RETURN: Rule(
            Status.RETURN_REQUESTED,
            DISTRICT,
            (guards.awaits_district(Asked.RETURN),),
            effects=(Effect.ENDORSE,),
            asked=Asked.RETURN,
        ),
        Move.GRANT_RETURN: Rule(
            Status.TO_DISPATCH,
            CITY,
            (guards.is_reviewed_below,),
            _NOTE,
            effects=(Effect.RULE, Effect.LAPSE, Effect.TAKE_BACK),
            asked=Asked.RETURN,
        ),
        Move.REFUSE_RETURN: Rule(
            Status.IN_PROGRESS, AUDITOR, needs=_NOTE, effects=(Effect.RULE,), asked=Asked.RETURN
        ),
        Move.CANCEL: _CANCEL,
    },
    Status.IN_PROGRESS: {
        Move.REPLY: Rule(
            Status.REPLIED,
            HOLDER,
            (guards.has_no_open_children,),
            _needs("answer", "resolved", "contacted_at"),
            {"signed_off_by": guards.needs_sign_off},
            (Effect.RECORD_REPLY, Effect.LAPSE),
        ),
        Move.DELEGATE: Rule(
            Status.IN_PROGRESS,
            HOLDER,
            needs=_needs("organization_id"),
            effects=(Effect.OPEN_CHILD,),
        ),
        Move.REQUEST_RETURN: _REQUEST_RETURN,
        Move.REQUEST_EXTENSION: Rule(
            Status.IN_PROGRESS,
            HOLDER,
            (guards.is_before_due, guards.may_be_extended, guards.does_not_await(Asked.EXTENSION)),
            _needs("note", "working_days"),
            effects=(Effect.ASK,),
            asked=Asked.EXTENSION,
        ),
        Move.ENDORSE_EXTENSION: Rule(
            Status.IN_PROGRESS,
            DISTRICT,
            (guards.awaits_district(Asked.EXTENSION),),
            effects=(Effect.ENDORSE,),
            asked=Asked.EXTENSION,
        ),
        Move.GRANT_EXTENSION: Rule(
            Status.IN_PROGRESS,
            CITY,
            (guards.awaits(Asked.EXTENSION), guards.is_endorsed_extension),
            effects=(Effect.EXTEND, Effect.RULE),
            asked=Asked.EXTENSION,
        ),
        Move.REFUSE_EXTENSION: Rule(
            Status.IN_PROGRESS,
            AUDITOR,
            (guards.awaits(Asked.EXTENSION),),
            _NOTE,
            effects=(Effect.RULE,),
            asked=Asked.EXTENSION,
        ),
        Move.REQUEST_SUSPENSION: Rule(
            Status.IN_PROGRESS,
            HOLDER,
            (guards.is_before_due, guards.does_not_await(Asked.SUSPENSION)),
            _needs("note", "ground", "review_at"),
            effects=(Effect.ASK,),
            asked=Asked.SUSPENSION,
        ),
        Move.GRANT_SUSPENSION: Rule(
            Status.SUSPENDED,
            CITY,
            (guards.awaits(Asked.SUSPENSION),),
            effects=(Effect.PAUSE, Effect.RULE),
            asked=Asked.SUSPENSION,
        ),
        Move.REFUSE_SUSPENSION: Rule(
            Status.IN_PROGRESS,
            AUDITOR,
            (guards.awaits(Asked.SUSPENSION),),
            _NOTE,
            effects=(Effect.RULE,),
            asked=Asked.SUSPENSION,
        ),
        Move.CANCEL: _CANCEL,
    },
    Status.SUSPENDED: {
        Move.RESUME: Rule(Status.IN_PROGRESS, HOLDER, effects=(Effect.UNPAUSE,)),
        Move.END_SUSPENSION: Rule(Status.IN_PROGRESS, CITY, needs=_NOTE, effects=(Effect.UNPAUSE,)),
        Move.AUTO_RESUME: Rule(
            Status.IN_PROGRESS, HOTLINE, (guards.is_step_overdue,), effects=(Effect.UNPAUSE,)
        ),
    },
}

_AFTER_REPLY: dict[Status, dict[Move, Rule]] = {
    Status.REPLIED: {
        Move.REJECT_REPLY: Rule(Status.IN_PROGRESS, AUDITOR, needs=_NOTE),
        Move.ACCEPT_REPLY: Rule(Status.TO_VISIT, CITY, (guards.wants_visit,)),
        Move.ACCEPT_AND_CLOSE: Rule(
            Status.CLOSED, CITY, (guards.is_not_child, guards.needs_no_visit), effects=_FINISH
        ),
        Move.ACCEPT_PART: Rule(Status.CLOSED, AUDITOR, (guards.is_child,), effects=_FINISH),
    },
    Status.TO_VISIT: {
        Move.RECORD_ATTEMPT: Rule(
            Status.TO_VISIT, VISITOR_OR_HOTLINE, needs=_NOTE, effects=(Effect.RECORD_VISIT,)
        ),
        # The resident's own word, by robot or by link; whether a low one is reasonable is for
        # people to say.
        Move.RATE: Rule(
            Status.CLOSED, HOTLINE, needs=_needs("level", "resolved"), effects=_VISITED
        ),
        Move.RATE_LOW: Rule(
            Status.TO_VISIT,
            HOTLINE,
            needs=_needs("level", "resolved"),
            effects=(Effect.RECORD_VISIT,),
        ),
        Move.CLOSE_SATISFIED: Rule(
            Status.CLOSED, VISITOR, needs=_needs("level", "resolved"), effects=_VISITED
        ),
        Move.CLOSE_UNREACHED: Rule(
            Status.CLOSED, VISITOR, (guards.was_tried_enough,), _NOTE, effects=_FINISH
        ),
        Move.DEMAND_REDO: Rule(
            Status.REDO,
            VISITOR,
            (guards.may_be_redone, guards.was_dispatched),
            _needs("level", "resolved", "note"),
            effects=(Effect.RECORD_VISIT, Effect.COUNT_REDO),
        ),
        Move.CLOSE_UNREASONABLE: Rule(
            Status.CLOSED, CITY_LEADER, needs=_needs("level", "note"), effects=_VISITED
        ),
        # 提级办理: two redos did not settle it, so the city decides anew who does.
        Move.ESCALATE: Rule(
            Status.TO_DISPATCH,
            CITY_LEADER,
            (guards.is_redone_in_vain,),
            _NOTE,
            effects=(Effect.TAKE_BACK,),
        ),
    },
    Status.REDO: {
        Move.RESTART: Rule(Status.IN_PROGRESS, CITY, needs=_NOTE, effects=(Effect.START_CLOCK,)),
    },
    Status.CLOSED: {
        # Said to an agent, or by the resident on the portal.
        Move.REOPEN: Rule(
            Status.REDO,
            VISITOR_OR_HOTLINE,
            (
                guards.is_freshly_closed,
                guards.may_be_redone,
                guards.was_dispatched,
                guards.is_not_child,
            ),
            _NOTE,
            effects=(Effect.RESUME_LIFE, Effect.COUNT_REDO),
        ),
        Move.ARCHIVE: Rule(Status.ARCHIVED, HOTLINE, (guards.may_be_archived,)),
    },
    Status.MERGED: {},
    Status.CANCELLED: {},
    Status.INVALID: {},
    Status.ARCHIVED: {},
}

MOVES: Mapping[Status, Mapping[Move, Rule]] = MappingProxyType(
    _BEFORE_DISPATCH | _AT_UNIT | _AFTER_REPLY
)
