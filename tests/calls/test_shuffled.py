"""Webhooks twice, late, all at once and after the end: a call only moves on, and each acts once."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from itertools import count
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from hotline.db import Database, Role, open_database
from tests.city import City
from tests.nightly import IS_NIGHTLY
from tests.phone import Phone

WORDS = (
    "我家暖气不热，我在滨河街道", "身份证怎么办", "路灯坏了", "海勃湾区", "对", "不是", "没有了",
    "转人工", "有人倒在地上没有呼吸了", "嗯", "",
)  # fmt: skip
KEYS = ("0", "1", "2", "9", "#")
STATUSES = ("ringing", "in-progress", "completed", "busy")
ROUNDS, EXAMPLES = (20, 500) if IS_NIGHTLY else (1, 12)
STATE = """
SELECT (SELECT status FROM call WHERE provider_sid = :sid) AS status,
    (SELECT ended_at FROM call WHERE provider_sid = :sid) AS ended_at,
    (SELECT count(*) FROM call WHERE provider_sid = :sid) AS calls,
    (SELECT array_agg(t.number ORDER BY t.number) FROM turn t JOIN call c ON c.id = t.call_id
        WHERE c.provider_sid = :sid) AS turns,
    (SELECT count(*) FROM ticket t JOIN call c ON c.id = t.call_id
        WHERE c.provider_sid = :sid) AS tickets,
    (SELECT count(*) FROM event e JOIN call c ON e.subject_id = c.id::text
        WHERE c.provider_sid = :sid) AS events
"""
AGE = """
UPDATE {table} SET created_at = created_at - interval '25 hours' WHERE {of} = :sid
"""
FORGET = "DELETE FROM webhook_receipt WHERE key LIKE :sid || ':%'"
Run = Callable[[Coroutine[Any, Any, Any]], Any]
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Sent:
    """A webhook, and the document that the network got for it."""

    url: str
    fields: dict[str, str]
    document: str


@dataclass(frozen=True, slots=True)
class World:
    """The running service, its database, and how a thread makes its loop do something.

    `is_forgetful` plants a fault: what was answered is forgotten before it comes again.
    """

    city: City
    database: Database
    run: Run
    is_forgetful: bool = False


class OneCall(RuleBasedStateMachine):
    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.phone: Phone = world.city.phone(caller=f"+86139{next(_numbers):08d}")
        self.sent: list[Sent] = []
        self.ended_at: Any = None
        world.run(self._dial())

    @rule(words=st.sampled_from(WORDS))
    def something_is_said(self, words: str) -> None:
        self.world.run(self._answer({"SpeechResult": words, "Confidence": "0.9"}))

    @rule(key=st.sampled_from(KEYS))
    def a_key_is_pressed(self, key: str) -> None:
        self.world.run(self._answer({"Digits": key}))

    @rule(words=st.sampled_from(WORDS), times=st.integers(2, 4))
    def the_same_turn_arrives_several_times_at_once(self, words: str, times: int) -> None:
        self.world.run(self._answer({"SpeechResult": words, "Confidence": "0.9"}, times=times))

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 30), is_late=st.booleans())
    def an_earlier_webhook_comes_again(self, which: int, is_late: bool) -> None:
        self.world.run(self._repeat(self.sent[which % len(self.sent)], is_late=is_late))

    @rule(status=st.sampled_from(STATUSES))
    def the_network_tells_a_state(self, status: str) -> None:
        self.world.run(self._tell(status))

    @invariant()
    def a_call_only_moves_on(self) -> None:
        state = self.world.run(self._state())
        assert state.calls == 1
        assert state.turns in (None, [*range(len(state.turns or ()))])
        if self.ended_at is not None:
            assert (state.status, state.ended_at) == ("ended", self.ended_at)
        self.ended_at = state.ended_at

    async def _dial(self) -> None:
        self.phone.sid = f"CA{next(_numbers):032x}".replace("CA0", "CAd")
        await self._send(self.phone.provider.url("voice"), {"CallStatus": "ringing"})

    async def _answer(self, fields: dict[str, str], times: int = 1) -> None:
        """What is heard goes to the Gather that is open; also when the call is over by now."""
        gather = ElementTree.fromstring(self.sent[-1].document).find("Gather")
        if gather is not None:
            await self._send(gather.attrib["action"], fields, times)

    async def _send(self, url: str, fields: dict[str, str], times: int = 1) -> None:
        answers = await asyncio.gather(*(self.phone.send(url, fields) for _ in range(times)))
        documents = {answer.text for answer in answers}
        assert {answer.status_code for answer in answers} == {200}
        assert len(documents) == 1
        self.sent.append(Sent(url, fields, documents.pop()))

    async def _repeat(self, before: Sent, *, is_late: bool) -> None:
        if is_late:
            await self._execute(AGE.format(table="call", of="provider_sid"))
        if self.world.is_forgetful:
            await self._execute(FORGET)
        state = await self._state()
        answer = await self.phone.send(before.url, before.fields)
        assert (answer.status_code, answer.text) == (200, before.document)
        assert await self._state() == state

    async def _tell(self, status: str) -> None:
        url = self.phone.provider.url("status")
        answer = await self.phone.send(url, {"CallStatus": status})
        assert answer.status_code == 204
        state = await self._state()
        if status in ("completed", "busy"):
            assert state.status == "ended"
        await self.phone.send(url, {"CallStatus": status})
        assert await self._state() == state

    async def _state(self) -> Any:
        async with self.world.database.transaction() as session:
            return (await session.execute(text(STATE), {"sid": self.phone.sid})).one()

    async def _execute(self, statement: str) -> None:
        async with self.world.database.transaction() as session:
            await session.execute(text(statement), {"sid": self.phone.sid})


def play(world: World, examples: int, number: int) -> None:
    run_state_machine_as_test(
        seed(number)(lambda: OneCall(world)),
        settings=settings(
            max_examples=examples, stateful_step_count=12, deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


async def play_with(
    city: City, examples: int, *, number: int = 0, is_forgetful: bool = False
) -> None:
    loop = asyncio.get_running_loop()

    def run(act: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(act, loop).result(60)

    database = await open_database(city.database_url, Role.MIGRATE, pool_size=2, raw_size=1)
    try:
        world = World(city, database, run, is_forgetful)
        await asyncio.to_thread(play, world, examples, number)
    finally:
        await database.close()


@pytest.mark.parametrize("number", range(ROUNDS))
async def test_however_webhooks_come_a_call_moves_on_and_each_acts_once(
    city: City, number: int
) -> None:
    await play_with(city, EXAMPLES, number=number)


async def test_a_service_that_forgets_what_it_answered_would_be_found_out(city: City) -> None:
    with pytest.raises(AssertionError):
        await play_with(city, 12, is_forgetful=True)
