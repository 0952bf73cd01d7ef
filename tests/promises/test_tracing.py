"""One trace from the telephone to the console, and nothing of a person in it."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from hotline import tracing
from hotline.db import Database
from hotline.db.embedded import EmbeddedPostgres
from hotline.events import service as events
from hotline.events.sequencer import number_events
from hotline.realtime.hub import Hub
from hotline.settings import Settings, Switch
from tests.city import City, free_port, running
from tests.conftest import administer
from tests.empty_events import empty

NUMBER, WORDS = "+8613947300951", "我家暖气不热，我在滨河街道"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    with tracing.followed_by(provider):
        yield kept


async def test_a_turn_is_one_trace_from_the_webhook_to_the_socket(
    spans: InMemorySpanExporter,
    postgres: EmbeddedPostgres,
    sample_template: tuple[str, Path],
) -> None:
    template, folder = sample_template
    await administer(postgres, f"CREATE DATABASE traced TEMPLATE {template}")
    settings = Settings(data_dir=folder, port=free_port(), semantic=Switch.OFF)
    async with running(settings, postgres.dsn(database="traced")) as city:
        await _one_call(city)
        async with asyncio.timeout(20):
            while not (pushed := _named(spans, "socket.push")):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    traces = {span.context.trace_id for span in pushed if span.context}
    whole = [
        {span.name for span in spans.get_finished_spans()
         if span.context and span.context.trace_id == trace}
        for trace in traces
    ]  # fmt: skip
    wanted = {"POST /telephony/turn", "match", "transaction", "event", "socket.push"}
    assert any(wanted <= names for names in whole), whole
    _holds_nothing_of_a_person(spans.get_finished_spans())


async def _one_call(city: City) -> None:
    agent = await city.signed_in("supervisor-city")
    async with city.console(agent) as console:
        phone = await city.phone(caller=NUMBER).dial()
        await phone.say(WORDS)
        async with asyncio.timeout(20):
            while json.loads(await console.recv()).get("name") != "ticket.opened":
                pass


def _named(spans: InMemorySpanExporter, name: str) -> Sequence[ReadableSpan]:
    return [span for span in spans.get_finished_spans() if span.name == name]


def _holds_nothing_of_a_person(spans: Sequence[ReadableSpan]) -> None:
    told = json.dumps([span.to_json() for span in spans], ensure_ascii=False)
    assert len(spans) > 10
    for canary in (NUMBER, NUMBER[3:], WORDS, "暖气", "滨河"):
        assert canary not in told


def test_an_error_is_told_by_its_type_alone(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match=WORDS), tracing.span("transaction"):
        raise ValueError(WORDS)
    (span,) = spans.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert dict(span.attributes or {}) == {"error.type": "ValueError"}
    assert (span.events, span.status.description) == ((), None)


async def test_an_event_carries_no_trace_where_traces_are_off(database: Database) -> None:
    assert not tracing.is_on()
    assert tracing.here() is None
    with tracing.span("anything") as nothing:
        assert nothing is None
    async with database.transaction() as session:
        assert session.in_transaction()


async def test_only_the_traces_of_the_last_events_are_kept_for_the_sockets(
    database: Database, spans: InMemorySpanExporter
) -> None:
    hub, stopping = Hub(database), asyncio.Event()
    await hub.begin()
    async with database.transaction() as session:
        for number in range(1_002):
            await events.record(
                session, "ticket.opened", subject_id=str(number), payload=empty("ticket.opened"),
                audience=[uuid4()], scope="tickets:read",
            )  # fmt: skip
    await number_events(database.raw)
    following = asyncio.create_task(hub.run(stopping))
    async with asyncio.timeout(20):
        await hub.reach(1_002)
    stopping.set()
    await following
    assert [*hub.traces] == list(range(3, 1_003))
    assert all(trace.startswith("00-") for trace in hub.traces.values())
