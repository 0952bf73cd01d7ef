"""Webhooks over real sockets: what only a network can do to them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
import uvicorn

from hotline.carrier.faults import Faults
from hotline.carrier.webhooks import WebhookFailed, Webhooks
from tests.carrier.application import Application, twiml
from tests.carrier.conftest import TOKEN


@pytest.fixture
async def webhooks() -> AsyncIterator[Webhooks]:
    webhooks = Webhooks(httpx2.AsyncClient(trust_env=False), auth_token=TOKEN, faults=Faults())
    yield webhooks
    await webhooks.close()


@asynccontextmanager
async def served(application: Application) -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


async def failure_of(webhooks: Webhooks, url: str) -> WebhookFailed:
    with pytest.raises(WebhookFailed) as caught:
        await webhooks.ask(url, "POST", {"CallSid": "CA1"})
    return caught.value


async def test_a_document_comes_over_a_real_connection(
    webhooks: Webhooks, application: Application
) -> None:
    application.on("/voice", twiml("<Say>您好</Say>"))
    async with served(application) as base:
        reply = await webhooks.ask(f"{base}/voice?x=1#rc=1", "POST", {"Body": "你好"})
    assert "您好" in reply.body.decode()
    assert application.asked[0]["Body"] == "你好"


async def test_nobody_listening_is_11205(webhooks: Webhooks) -> None:
    failure = await failure_of(webhooks, f"http://127.0.0.1:{free_port()}/voice")
    assert (failure.code, failure.kind) == (11205, "ct")


async def test_a_name_that_nobody_has_is_11210(webhooks: Webhooks) -> None:
    failure = await failure_of(webhooks, "http://nobody.invalid/voice")
    assert failure.code == 11210


async def test_a_server_that_never_answers_is_given_up(webhooks: Webhooks) -> None:
    async with _silent_server() as port:
        failure = await failure_of(webhooks, f"http://127.0.0.1:{port}/voice#rt=120&rc=0")
    assert (failure.code, failure.kind) == (11205, "rt")


async def test_a_server_that_speaks_no_tls_is_11220(
    webhooks: Webhooks, application: Application
) -> None:
    async with served(application) as base:
        failure = await failure_of(webhooks, base.replace("http:", "https:") + "/voice")
    assert failure.code == 11220


@asynccontextmanager
async def _silent_server() -> AsyncIterator[int]:
    held: list[asyncio.StreamWriter] = []

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        for writer in held:
            writer.close()
        server.close()
