"""Known and unknown names cost the same: the same statements, and the same time within 10 ms."""

from statistics import median
from time import process_time

import httpx2
from sqlalchemy import event

from hotline.accounts.roles import Role
from tests.accounts.conftest import Browser, Town, sign_in

ROUNDS = 3
ASKED = 9
NEAR = 0.010


async def test_c04_known_and_unknown_names_run_the_same_statements(
    town: Town, browser: Browser
) -> None:
    await town.account("someone", Role.AGENT)
    client, run = browser(), []
    engine = town.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: run.append(given[2]))
    shapes = []
    for username in ("someone", "nobody"):
        run.clear()
        assert (await sign_in(client, username, password="wrong")).status_code == 401
        shapes.append([statement.split(" WHERE ")[0][:80] for statement in run])
    assert len(shapes[0]) > 5
    assert shapes[0] == shapes[1]


async def test_c04_known_and_unknown_names_take_the_same_time(town: Town, browser: Browser) -> None:
    """Asked in turn, by the time of the processor: what a busy machine adds tells nobody anything.
    One round may be spoiled by work of the process itself, a leak would spoil all.
    """
    for number in range(ROUNDS * ASKED):
        await town.account(f"someone{number}", Role.AGENT)
    client, apart = browser(), []
    for number in range(ROUNDS):
        apart.append(await _apart(client, number))
        if apart[-1] < NEAR:
            return
    raise AssertionError(f"medians are apart by {apart} s")


async def _apart(client: httpx2.AsyncClient, number: int) -> float:
    """Names that nobody tried before: a lock answers without looking at the password."""
    known, unknown = [], []
    for one in range(number * ASKED, (number + 1) * ASKED):
        known.append(await _seconds(client, f"someone{one}"))
        unknown.append(await _seconds(client, f"nobody{one}"))
    return abs(median(known) - median(unknown))


async def _seconds(client: httpx2.AsyncClient, username: str) -> float:
    began = process_time()
    assert (await sign_in(client, username, password="wrong")).status_code in (401, 429)
    return process_time() - began
