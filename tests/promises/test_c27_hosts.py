"""Residents' pages and the console under names of their own."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from hotline.db.embedded import EmbeddedPostgres
from hotline.settings import Settings, Switch
from tests.city import City, free_port, running
from tests.conftest import administer


@pytest.fixture(scope="module")
async def parted(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[City]:
    """`127.0.0.1` is the residents' name, `localhost` the staff's."""
    template, folder = sample_template
    name, port = new_name(), free_port()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    settings = Settings(
        data_dir=folder, port=port, semantic=Switch.OFF,
        public_url=f"http://127.0.0.1:{port}", console_url=f"http://localhost:{port}",
    )  # fmt: skip
    async with running(settings, postgres.dsn(database=name)) as city:
        yield city


@pytest.fixture
async def staff(parted: City) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=parted.settings.console_url, timeout=20) as client:
        yield client


@pytest.mark.parametrize("path", ["/console/", "/api/v1/me", "/api/docs", "/sso", "/sso/begin"])
async def test_c27_nothing_of_the_staff_is_there_under_the_residents_name(
    parted: City, path: str
) -> None:
    assert (await parted.client.get(path)).status_code == 404
    body = {"username": "agent-1", "password": parted.password_of("agent-1")}
    assert (await parted.client.post("/api/v1/sessions", json=body)).status_code == 404


@pytest.mark.parametrize("path", ["/services", "/search?q=x", "/v/abc", "/telephony/voice"])
async def test_c27_nothing_that_residents_write_to_is_there_under_the_staffs_name(
    parted: City, staff: httpx2.AsyncClient, path: str
) -> None:
    assert (await staff.get(path)).status_code == 404
    assert (await staff.get("/")).headers["location"] == "/console/"
    assert (await parted.client.get("/search?q=灯")).status_code == 200


async def test_c27_staff_sign_in_and_open_their_socket_under_their_name_only(
    parted: City, staff: httpx2.AsyncClient
) -> None:
    body = {"username": "agent-2", "password": parted.password_of("agent-2")}
    own = {"Origin": parted.settings.console_url}
    foreign = {"Origin": parted.settings.address}
    assert (await staff.post("/api/v1/sessions", json=body, headers=foreign)).status_code == 403
    assert (await staff.post("/api/v1/sessions", json=body, headers=own)).status_code == 201
    cookie = {"Cookie": f"hotline_session={staff.cookies['hotline_session']}"}
    address = parted.settings.console_url.replace("http", "ws") + "/api/v1/socket"
    async with connect(address, additional_headers=cookie | own) as socket:
        await socket.send('{"type": "start"}')
        assert await socket.recv()
    for where, origin in ((address, foreign), (address.replace("localhost", "127.0.0.1"), own)):
        with pytest.raises(InvalidStatus):
            async with connect(where, additional_headers=cookie | origin):
                pass
