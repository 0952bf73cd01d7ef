"""Random legal and illegal sequences of moves against the database, compared with the model."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from hotline import clock
from hotline.db import Database, Role, open_database
from hotline.errors import HotlineError, IllegalMove, NotFound, ScopeMissing
from hotline.events.models import Event
from hotline.principal import Principal
from hotline.tickets import queries, service
from hotline.tickets.models import Ticket, TicketHistory
from hotline.tickets.moves import legal_moves
from hotline.tickets.rules import Move
from hotline.tickets.schemas import MoveIn
from hotline.tickets.standing import actor_of, facts_of
from hotline.tickets.states import TicketKind
from hotline.vault import Vault
from tests.conftest import NewDatabase
from tests.tickets.city import City, build_city
from tests.tickets.conftest import MONDAY
from tests.tickets.model import LIFE, PEOPLE, UNITS, Model

WHO = {
    "agent": ("agent", "city"),
    "dispatcher": ("dispatcher", "city"),
    "leader": ("city_supervisor", "city"),
    "district": ("district_supervisor", "海勃湾区"),
    "lead": ("unit_handler", "unit-海勃湾区"),
    "other": ("unit_handler", "other-海勃湾区"),
    "city-unit": ("unit_handler", "city-unit"),
}
PLACES = {"lead": "unit-海勃湾区", "other": "other-海勃湾区", "city-unit": "city-unit"}
SATISFIED = {"close_satisfied", "rate"}
ENDS = {"cancelled", "invalid", "not_accepted", "referred", "archived"}
Run = Callable[..., Any]


class World:
    """The city that all sequences share, and the people in it."""

    def __init__(self, run: Run, url: str, vault: Vault) -> None:
        self.run = run
        self.database: Database = run(open_database(url, Role.APP, pool_size=2, raw_size=1))
        self.database.carry(vault=vault)
        self.city: City
        self.people: dict[str, Principal] = {}
        run(self._build())

    async def _build(self) -> None:
        async with self.database.transaction() as session:
            self.city = await build_city(session)
            for person, (role, key) in WHO.items():
                self.people[person] = await self.city.person(session, role, key)
            self.people["hotline"] = await self.city.hotline(session)


class Lifecycle(RuleBasedStateMachine):
    """One ticket, everybody who might touch it, and a clock that only moves on."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.now: datetime = MONDAY
        self.model = Model()
        self.ticket_id: UUID
        self.version = 0
        self.rows = 0

    @initialize()
    def open_ticket(self) -> None:
        self._run(self._open())

    @precondition(lambda self: self.now < MONDAY + timedelta(days=40))  # months have partitions
    @rule(hours=st.sampled_from([1, 3, 9, 26, 24 * 8, 24 * 31]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(
        person=st.sampled_from(sorted(PEOPLE)),
        move=st.sampled_from([move.value for move in Move]),
        unit=st.sampled_from(UNITS),
    )
    def anybody_tries_anything(self, person: str, move: str, unit: str) -> None:
        if move not in ("merge", "delegate"):  # they need other tickets and organizations
            self._run(self._try(person, move, unit))

    @precondition(lambda self: LIFE.get(self.model.status))
    @rule(
        choice=st.randoms(use_true_random=False),
        unit=st.sampled_from(UNITS),
        may_end=st.integers(0, 9).map(lambda number: number == 0),
    )
    def somebody_does_what_is_legal(self, choice: Any, unit: str, may_end: bool) -> None:
        legal = sorted(
            (person, move)
            for person in PEOPLE
            if self.model.sees(person)
            for move in self.model.legal(person, self.now)
            if may_end or LIFE[self.model.status][move][0] not in ENDS
        )
        if legal:
            self._run(self._try(*choice.choice(legal), unit))

    @invariant()
    def everybody_is_offered_exactly_what_the_model_allows(self) -> None:
        if self.version:
            self._run(self._compare())

    def _run(self, act: Coroutine[Any, Any, None]) -> None:
        with clock.stopped(self.now):
            self.world.run(act, context=copy_context())

    async def _open(self) -> None:
        async with self.world.database.transaction() as session:
            ticket = await service.open_ticket(
                session,
                self.world.people["agent"],
                kind=TicketKind.HELP,
                title="暖气不热",
                description="我家暖气不热",
                district="海勃湾区",
                subject_code="A01-01-01",
                caller_number="13847312345",
            )
            self.ticket_id = ticket.id
            self._take_over(ticket)
            self.rows = 1

    async def _try(self, person: str, move: str, unit: str) -> None:
        model, principal = self.model, self.world.people[person]
        is_legal = model.sees(person) and move in model.legal(person, self.now)
        wanted = MoveIn.model_validate(self._words(move, unit))
        ticket, refusal = await self._move(principal, wanted)
        assert (refusal is None) == is_legal, f"{person} {move} from {model.status}: {refusal!r}"
        if ticket is None:
            refused = (IllegalMove, ScopeMissing) if model.sees(person) else NotFound
            assert isinstance(refusal, refused)
            return
        assert ticket.version > self.version
        model.make(move, self.now, unit=unit)
        self.rows += 1
        self._take_over(ticket)

    async def _move(
        self, principal: Principal, wanted: MoveIn
    ) -> tuple[Ticket | None, HotlineError | None]:
        try:
            async with self.world.database.transaction() as session:
                ticket = await service.move_ticket(session, principal, self.ticket_id, wanted)
                return ticket, None
        except HotlineError as error:
            return None, error

    def _take_over(self, ticket: Ticket) -> None:
        self.version = ticket.version
        self.model.due_at, self.model.step_due_at = ticket.due_at, ticket.step_due_at
        self.model.return_until = ticket.return_until

    def _words(self, move: str, unit: str) -> dict[str, Any]:
        """Everything that any move might need, so that only legality decides."""
        is_attempt = move == "record_attempt"
        return {
            "move": move,
            "version": self.version,
            "note": "说明",
            "reason_code": "jurisdiction",
            "receiver": "银川12345",
            "statute": "三定方案",
            "ground": "court",
            "organization_id": self.world.city.ids[PLACES[unit]],
            "working_days": 1,
            "review_at": self.now + timedelta(days=3),
            "answer": "已处理",
            "resolved": True,
            "contacted_at": self.now,
            "level": None if is_attempt else 5 if move in SATISFIED else 1,
        }

    async def _compare(self) -> None:
        async with self.world.database.transaction() as session:
            ticket = await session.get_one(Ticket, self.ticket_id)
            model = self.model
            assert (ticket.status, ticket.version) == (model.status, self.version)
            holder = "city" if model.holder is None else PLACES[model.holder]
            assert ticket.custody_id == self.world.city.ids[holder]
            assert (ticket.closed_at is None) == (model.closed_at is None)
            assert ticket.redo_count == model.redos
            facts = (await facts_of(session, [ticket]))[ticket.id]
            for person, principal in self.world.people.items():
                seen = queries.visible_to(principal).where(Ticket.id == self.ticket_id)
                assert (await session.scalar(seen) is not None) == model.sees(person)
                if model.sees(person):
                    offered = legal_moves(facts, actor_of(principal, ticket), self.now)
                    expected = model.legal(person, self.now)
                    assert {*offered} - {"merge", "delegate"} == expected, person
            await self._compare_history(session)

    async def _compare_history(self, session: Any) -> None:
        chosen = select(TicketHistory).where(TicketHistory.ticket_id == self.ticket_id)
        rows = list(await session.scalars(chosen.order_by(TicketHistory.id)))
        assert len(rows) == self.rows
        steps = [(row.from_status, row.to_status) for row in rows]
        assert all(a[1] == b[0] for a, b in pairwise(steps))
        told = select(func.count()).where(
            Event.subject_id == str(self.ticket_id), Event.name != "ticket.withdrawn"
        )
        assert await session.scalar(told) == self.rows


@pytest.fixture
async def world_url(new_database: NewDatabase) -> str:
    return await new_database()


def test_the_life_of_a_ticket_is_that_of_the_model(world_url: str, vault: Vault) -> None:
    with asyncio.Runner() as runner:
        world = World(runner.run, world_url, vault)
        try:
            run_state_machine_as_test(
                lambda: Lifecycle(world),
                settings=settings(
                    max_examples=15,
                    stateful_step_count=30,
                    deadline=None,
                    phases=(Phase.explicit, Phase.reuse, Phase.generate),
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(world.database.close())
