"""The table of moves, row by row, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.tickets.facts import Actor, TicketFacts
from hotline.tickets.moves import MOVES, legal_moves, may_move, missing
from hotline.tickets.rules import Move, Refusal, Rule, Stand
from hotline.tickets.states import FINISHED, Asked, Status, TicketKind, Urgency

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(hours=1)

AGENT = Actor(roles=frozenset({"agent"}), is_above=True, is_city=True)
DISPATCHER = Actor(roles=frozenset({"dispatcher"}), is_above=True, is_city=True)
LEADER = Actor(roles=frozenset({"city_supervisor"}), is_above=True, is_city=True)
DISTRICT = Actor(roles=frozenset({"district_supervisor"}), is_above=True)
UNIT = Actor(roles=frozenset({"unit_handler"}), is_holder=True, has_handled=True)
NEIGHBOUR = Actor(roles=frozenset({"unit_handler"}))
HOTLINE = Actor(is_hotline=True)
EVERYONE = (AGENT, DISPATCHER, LEADER, DISTRICT, UNIT, NEIGHBOUR, HOTLINE)


def ticket(status: str, **facts: object) -> TicketFacts:
    defaults: dict[str, object] = {
        "kind": TicketKind.HELP,
        "subject_code": "A01-01-01",
        "has_place": True,
        "has_contact": True,
        "was_dispatched": True,
        "due_at": LATER,
        "return_until": LATER,
    }
    return TicketFacts(status=Status(status), **(defaults | facts))  # type: ignore[arg-type]


def outcome(facts: TicketFacts, actor: Actor, move: str) -> str:
    ruled = may_move(facts, actor, Move(move), NOW)
    return ruled.to.value if isinstance(ruled, Rule) else ruled.value


@pytest.mark.parametrize(
    ("status", "move", "actor", "expected"),
    [
        ("draft", "register", AGENT, "registered"),
        ("draft", "send", AGENT, "not_from_here"),
        ("registered", "answer", AGENT, "direct"),
        ("registered", "answer", HOTLINE, "direct"),
        ("registered", "answer", UNIT, "not_yours"),
        ("registered", "transfer_emergency", HOTLINE, "emergency"),
        ("registered", "refuse", AGENT, "not_accepted"),
        ("registered", "refuse", HOTLINE, "not_yours"),
        ("registered", "merge", DISPATCHER, "merged"),
        ("registered", "merge", AGENT, "not_yours"),
        ("registered", "send", AGENT, "to_dispatch"),
        ("registered", "dispatch", DISPATCHER, "not_from_here"),
        ("registered", "close", AGENT, "not_from_here"),
        ("not_accepted", "revert", LEADER, "registered"),
        ("not_accepted", "revert", AGENT, "not_yours"),
        ("direct", "close", AGENT, "closed"),
        ("direct", "close", UNIT, "not_yours"),
        ("to_dispatch", "dispatch", DISPATCHER, "to_sign"),
        ("to_dispatch", "dispatch", AGENT, "not_yours"),
        ("to_dispatch", "reply", UNIT, "not_from_here"),
        ("to_sign", "sign", UNIT, "in_progress"),
        ("to_sign", "sign", NEIGHBOUR, "not_yours"),
        ("to_sign", "sign", DISPATCHER, "not_yours"),
        ("to_sign", "reply", UNIT, "not_from_here"),
        ("to_sign", "request_return", UNIT, "return_requested"),
        ("in_progress", "request_return", UNIT, "return_requested"),
        ("in_progress", "reply", UNIT, "replied"),
        ("in_progress", "reply", LEADER, "not_yours"),
        ("in_progress", "close_satisfied", UNIT, "not_from_here"),
        ("in_progress", "close", UNIT, "not_from_here"),
        ("return_requested", "grant_return", DISPATCHER, "to_dispatch"),
        ("return_requested", "grant_return", DISTRICT, "not_yours"),
        ("return_requested", "refuse_return", DISTRICT, "in_progress"),
        ("return_requested", "refuse_return", UNIT, "not_yours"),
        ("replied", "accept_reply", DISPATCHER, "to_visit"),
        ("replied", "accept_reply", UNIT, "not_yours"),
        ("replied", "accept_reply", DISTRICT, "not_yours"),
        ("replied", "reject_reply", DISTRICT, "in_progress"),
        ("replied", "request_return", UNIT, "not_from_here"),
        ("to_visit", "close_satisfied", AGENT, "closed"),
        ("to_visit", "close_satisfied", UNIT, "not_yours"),
        ("to_visit", "close_satisfied", HOTLINE, "not_yours"),
        ("to_visit", "rate", HOTLINE, "closed"),
        ("to_visit", "rate", AGENT, "not_yours"),
        ("to_visit", "rate", UNIT, "not_yours"),
        ("to_visit", "rate_low", HOTLINE, "to_visit"),
        ("to_visit", "rate_low", LEADER, "not_yours"),
        ("to_visit", "record_attempt", HOTLINE, "to_visit"),
        ("to_visit", "close_unreached", HOTLINE, "not_yours"),
        ("to_visit", "demand_redo", AGENT, "redo"),
        ("to_visit", "close_unreasonable", AGENT, "not_yours"),
        ("to_visit", "close_unreasonable", LEADER, "closed"),
        ("redo", "restart", DISPATCHER, "in_progress"),
        ("closed", "send", AGENT, "not_from_here"),
        ("suspended", "resume", UNIT, "in_progress"),
        ("suspended", "reply", UNIT, "not_from_here"),
        ("in_progress", "cancel", AGENT, "cancelled"),
        ("suspended", "cancel", AGENT, "not_from_here"),
    ],
)
def test_the_table(status: str, move: str, actor: Actor, expected: str) -> None:
    assert outcome(ticket(status), actor, move) == expected


@pytest.mark.parametrize(
    ("status", "move", "actor", "facts", "expected"),
    [
        ("registered", "send", AGENT, {"subject_code": None}, "not_now"),
        ("registered", "send", AGENT, {"subject_code": "A01-01"}, "not_now"),
        ("registered", "send", AGENT, {"has_contact": False}, "not_now"),
        (
            "registered",
            "send",
            AGENT,
            {"has_contact": False, "anonymous": True},
            "to_dispatch",
        ),
        ("registered", "send", AGENT, {"has_place": False}, "not_now"),
        (
            "registered",
            "send",
            AGENT,
            {"has_place": False, "kind": TicketKind.SUGGESTION},
            "to_dispatch",
        ),
        ("to_sign", "request_return", UNIT, {"return_until": EARLIER}, "not_now"),
        ("to_sign", "request_return", UNIT, {"return_count": 2}, "not_now"),
        ("to_sign", "auto_sign", HOTLINE, {"step_due_at": LATER}, "not_now"),
        ("to_sign", "auto_sign", HOTLINE, {"step_due_at": EARLIER}, "in_progress"),
        (
            "return_requested",
            "grant_return",
            DISPATCHER,
            {"is_under_district": True, "step_due_at": LATER},
            "not_now",
        ),
        (
            "return_requested",
            "grant_return",
            DISPATCHER,
            {"is_under_district": True, "step_due_at": EARLIER},
            "to_dispatch",
        ),
        (
            "return_requested",
            "grant_return",
            DISPATCHER,
            {"is_under_district": True, "endorsed": frozenset({Asked.RETURN})},
            "to_dispatch",
        ),
        ("in_progress", "request_extension", UNIT, {}, "in_progress"),
        ("in_progress", "request_extension", UNIT, {"due_at": EARLIER}, "not_now"),
        ("in_progress", "request_extension", UNIT, {"extension_count": 1}, "not_now"),
        (
            "in_progress",
            "request_extension",
            UNIT,
            {"waiting_for": frozenset({Asked.EXTENSION})},
            "not_now",
        ),
        ("in_progress", "grant_extension", DISPATCHER, {}, "not_now"),
        (
            "in_progress",
            "grant_extension",
            DISPATCHER,
            {"waiting_for": frozenset({Asked.EXTENSION})},
            "in_progress",
        ),
        ("in_progress", "request_suspension", UNIT, {"due_at": EARLIER}, "not_now"),
        ("in_progress", "reply", UNIT, {"has_open_children": True}, "not_now"),
        ("replied", "accept_reply", DISPATCHER, {"anonymous": True}, "not_now"),
        ("replied", "accept_and_close", DISPATCHER, {"anonymous": True}, "closed"),
        ("replied", "accept_and_close", DISPATCHER, {"kind": TicketKind.CONSULT}, "closed"),
        ("replied", "accept_and_close", DISPATCHER, {}, "not_now"),
        ("replied", "accept_part", DISTRICT, {"is_child": True}, "closed"),
        ("replied", "accept_part", DISTRICT, {}, "not_now"),
        ("to_visit", "close_unreached", AGENT, {"visit_count": 2}, "not_now"),
        (
            "to_visit",
            "close_unreached",
            AGENT,
            {"visit_count": 3, "visit_day_count": 1},
            "not_now",
        ),
        ("to_visit", "close_unreached", AGENT, {"visit_count": 3, "visit_day_count": 2}, "closed"),
        ("to_visit", "demand_redo", AGENT, {"redo_count": 2}, "not_now"),
        ("to_visit", "escalate", LEADER, {"redo_count": 2}, "to_dispatch"),
        ("to_visit", "escalate", LEADER, {"redo_count": 1}, "not_now"),
        ("closed", "reopen", AGENT, {"closed_at": NOW - timedelta(days=29)}, "redo"),
        ("closed", "reopen", AGENT, {"closed_at": NOW - timedelta(days=31)}, "not_now"),
        ("closed", "archive", HOTLINE, {"closed_at": NOW - timedelta(days=31)}, "archived"),
        ("closed", "archive", HOTLINE, {"closed_at": NOW - timedelta(days=29)}, "not_now"),
        (
            "in_progress",
            "cancel",
            AGENT,
            {"kind": TicketKind.REPORT, "subject_code": "A11-01-01"},
            "not_now",
        ),
        (
            "in_progress",
            "cancel",
            AGENT,
            {"kind": TicketKind.REPORT, "urgency": Urgency.URGENT},
            "not_now",
        ),
        ("in_progress", "cancel", AGENT, {"kind": TicketKind.REPORT}, "cancelled"),
    ],
)
def test_guards(
    status: str, move: str, actor: Actor, facts: dict[str, object], expected: str
) -> None:
    assert outcome(ticket(status, **facts), actor, move) == expected


def test_every_status_stands_in_the_table() -> None:
    assert set(MOVES) == set(Status)


def test_every_move_stands_in_the_table() -> None:
    assert {move for moves in MOVES.values() for move in moves} == set(Move)


def test_every_status_but_draft_is_reached_and_every_open_one_is_left() -> None:
    reached = {rule.to for moves in MOVES.values() for rule in moves.values()}
    assert reached | {Status.DRAFT} == set(Status)
    stuck = {
        status
        for status, moves in MOVES.items()
        if status not in FINISHED and not any(rule.to is not status for rule in moves.values())
    }
    assert stuck == set()


def test_no_way_leads_out_of_the_archive() -> None:
    assert MOVES[Status.ARCHIVED] == {}


def test_whoever_holds_a_ticket_never_closes_it() -> None:
    """Only the desk's own direct answer is closed by whoever wrote it; the resident's rating, which
    the hotline writes down, closes too, and what another hotline reports."""
    closing = [
        (status, rule)
        for status, moves in MOVES.items()
        for rule in moves.values()
        if rule.to is Status.CLOSED and status not in (Status.DIRECT, Status.REFERRED)
    ]
    assert len(closing) == 6
    of_people = [rule for _, rule in closing if rule.who.roles]
    assert len(of_people) == 5
    assert all(Stand.OUTSIDE in rule.who.stands for rule in of_people)


def test_a_reply_needs_a_signature_so_it_only_leaves_from_in_progress() -> None:
    assert [status for status, moves in MOVES.items() if Move.REPLY in moves] == ["in_progress"]
    into = {s for s, moves in MOVES.items() for r in moves.values() if r.to == "in_progress"}
    assert Status.TO_DISPATCH not in into


def test_complaints_need_a_leaders_signature() -> None:
    rule = MOVES[Status.IN_PROGRESS][Move.REPLY]
    full = frozenset({"answer", "resolved", "contacted_at"})
    assert missing(rule, ticket("in_progress"), full) == []
    complaint = ticket("in_progress", kind=TicketKind.COMPLAINT)
    assert missing(rule, complaint, full) == ["signed_off_by"]
    assert missing(rule, complaint, frozenset()) == [
        "answer",
        "contacted_at",
        "resolved",
        "signed_off_by",
    ]


def test_an_answer_without_an_entry_needs_a_note() -> None:
    rule = MOVES[Status.REGISTERED][Move.ANSWER]
    assert missing(rule, ticket("registered"), frozenset()) == ["note"]
    assert missing(rule, ticket("registered", has_entry=True), frozenset()) == []


flags = st.booleans()
moments = st.sampled_from([None, EARLIER, LATER, NOW - timedelta(days=31)])
any_ticket = st.builds(
    TicketFacts,
    status=st.sampled_from(Status),
    kind=st.sampled_from(TicketKind),
    urgency=st.sampled_from(Urgency),
    subject_code=st.sampled_from([None, "A01", "A01-01-01", "A11-01-01"]),
    has_place=flags,
    has_contact=flags,
    anonymous=flags,
    is_child=flags,
    was_dispatched=flags,
    has_open_children=flags,
    is_under_district=flags,
    due_at=moments,
    step_due_at=moments,
    return_until=moments,
    closed_at=moments,
    return_count=st.integers(0, 3),
    redo_count=st.integers(0, 3),
    waiting_for=st.frozensets(st.sampled_from(Asked)),
)
any_actor = st.builds(
    Actor,
    roles=st.frozensets(
        st.sampled_from(
            ["agent", "dispatcher", "district_supervisor", "city_supervisor", "unit_handler"]
        )
    ),
    is_hotline=flags,
    is_holder=flags,
    is_above=flags,
    is_city=flags,
    has_handled=flags,
)


@given(facts=any_ticket, actor=any_actor, move=st.sampled_from(Move))
def test_legal_moves_are_exactly_those_that_may_be_made(
    facts: TicketFacts, actor: Actor, move: Move
) -> None:
    is_legal = not isinstance(may_move(facts, actor, move, NOW), Refusal)
    assert (move in legal_moves(facts, actor, NOW)) is is_legal


@given(facts=any_ticket)
def test_somebody_without_a_role_moves_nothing(facts: TicketFacts) -> None:
    nobody = Actor(is_holder=True, is_above=True, is_city=True)
    assert legal_moves(facts, nobody, NOW) == []


@given(facts=any_ticket, actor=any_actor)
def test_a_handler_closes_nothing_that_it_handled(facts: TicketFacts, actor: Actor) -> None:
    if actor.is_hotline or not actor.has_handled or facts.status is Status.DIRECT:
        return
    to = [MOVES[facts.status][move].to for move in legal_moves(facts, actor, NOW)]
    assert Status.CLOSED not in to
