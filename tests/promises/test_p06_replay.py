"""Every event can be replayed: a console that folds what it is told holds what it would fetch.

One thing after the other happens in a city. Before and after each, the answers of what consoles
show are kept, and between them what the socket told; the cursor must give the same. Then the
console's own code plays the events over the older answers (`agents_ui/src/records/replay.test.ts`).
"""

import asyncio
import json
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from hotline.db.embedded import EmbeddedPostgres
from hotline.events.catalogue import CATALOGUE
from scripts.prepare.console import find_node
from tests.conftest import administer
from tests.journeys.conftest import shared_hall
from tests.promises import replay_scenes
from tests.promises.replay_recording import Recording, as_material, begin, plain, resumed
from tests.queueing.hall import Hall

__all__ = ["shared_hall"]

AGENT, COLLEAGUE, CHIEF = "agent-1", "agent-5", "supervisor-city"
WUDA, UNIT, EDITOR, ADMIN = "supervisor-wuda", "unit-house-hbw", "editor-1", "admin-system"
PATIENCE = 240
"""Seconds; a tenth of it where the machine has nothing else to do."""
CITY = {AGENT, CHIEF}
DISTRICT = CITY | {COLLEAGUE}
HOLDERS = DISTRICT | {UNIT}
EVERYBODY = HOLDERS | {WUDA, EDITOR}
# Who is told at all in the course of the recording: nobody less and nobody else.
TOLD: Mapping[str, set[str]] = {
    "call.started": CITY,
    "call.turned": DISTRICT,
    "call.queued": CITY,
    "call.offered": CITY,
    "call.offer_ended": CITY,
    "call.answered": DISTRICT,
    "call.held": DISTRICT,
    "call.resumed": DISTRICT,
    "call.transferred": DISTRICT,
    "call.merged": DISTRICT,
    "call.wrapped_up": DISTRICT,
    "call.ended": DISTRICT,
    "call.changed": DISTRICT,
    "call.recorded": DISTRICT,
    "alarm.raised": DISTRICT,
    "ticket.opened": DISTRICT,
    "ticket.moved": HOLDERS,
    "ticket.updated": HOLDERS,
    "ticket.commented": DISTRICT,
    "ticket.withdrawn": HOLDERS,
    "inbox.added": {CHIEF},
    "presence.changed": DISTRICT,
    "account.disabled": {ADMIN},
    "queue.changed": CITY,
    "incident.proposed": DISTRICT,
    "incident.confirmed": DISTRICT,
    "incident.updated": DISTRICT,
    "incident.closed": DISTRICT,
    "directory.published": EVERYBODY,
    "draft.moved": {EDITOR},
    "correction.changed": {EDITOR},
    "announcement.changed": EVERYBODY,
    "canned_text.changed": EVERYBODY,
    "wording.changed": {CHIEF, WUDA},
    "proxy_matter.changed": DISTRICT,
    "work_order.opened": DISTRICT,
    "work_order.moved": DISTRICT,
    "work_order.updated": DISTRICT,
    "accounts.changed": {CHIEF, WUDA},
    "message.received": CITY,
    "message.updated": DISTRICT,
}


@pytest.fixture(scope="module")
async def recording(postgres: EmbeddedPostgres, shared_hall: Hall) -> AsyncIterator[Recording]:
    as_owner = partial(administer, postgres, database=shared_hall.city.database_name)
    async with AsyncExitStack() as stack:
        made = Recording(shared_hall, stack, as_owner)
        await begin(made)
        await replay_scenes.play(made)
        yield made


async def test_everybody_is_told_what_is_theirs_and_nothing_else(recording: Recording) -> None:
    told: dict[str, set[str]] = {name: set() for name in CATALOGUE}
    for watcher in recording.watchers.values():
        for frame in watcher.frames:
            if frame["seq"] > recording.begun:
                told[frame["name"]].add(watcher.name)
    assert told == dict(TOLD)


async def test_every_payload_fits_its_schema(
    recording: Recording, described: dict[str, Any]
) -> None:
    payloads = described["components"]["schemas"]["EventPayloads"]["properties"]
    fit = {
        name: jsonschema_rs.validator_for({**payloads[name], "components": described["components"]})
        for name in CATALOGUE
    }
    frames = [frame for one in recording.watchers.values() for frame in one.frames]
    unfit = {one["name"] for one in frames if not fit[one["name"]].is_valid(one["payload"])}
    assert unfit == set()
    assert {one["name"]: one["subject"]["type"] for one in frames} == {
        name: kind.subject for name, kind in CATALOGUE.items()
    }


async def test_whoever_comes_back_with_the_first_cursor_is_told_the_same(
    recording: Recording,
) -> None:
    for watcher in recording.watchers.values():
        again = await resumed(recording, watcher)
        assert plain(again) == plain(watcher.frames[: len(again)]), watcher.name


async def test_the_console_holds_what_it_would_fetch(
    recording: Recording, repository: Path, tmp_path: Path
) -> None:
    """And would not without the handler of any one event."""
    material = tmp_path / "replay.json"
    await asyncio.to_thread(material.write_text, json.dumps(as_material(recording)))
    node = await asyncio.to_thread(find_node, repository)
    vitest = repository / "agents_ui" / "node_modules" / "vitest" / "vitest.mjs"
    playing = await asyncio.create_subprocess_exec(
        node.program, vitest, "run", "src/records/replay.test.ts",
        cwd=repository / "agents_ui", stdout=PIPE, stderr=STDOUT,
        env={**node.environment, "HOTLINE_REPLAY": str(material), "NO_COLOR": "1"},
    )  # fmt: skip
    async with asyncio.timeout(PATIENCE):
        said, _ = await playing.communicate()
    assert playing.returncode == 0, said.decode()[-8_000:]
    assert "3 passed" in said.decode()
