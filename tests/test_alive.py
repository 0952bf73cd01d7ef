"""The image asks itself: what it asks must follow where the settings make the service listen."""

import asyncio
import socket
from http.client import HTTPSConnection
from pathlib import Path

from hotline.alive import is_alive, line_to
from hotline.settings import Settings
from tests.city import City, free_port


async def test_a_service_that_answers_is_alive(city: City) -> None:
    settings = Settings(host="0.0.0.0", port=int(city.url.rpartition(":")[2]))
    assert await asyncio.to_thread(is_alive, settings)


def test_where_nothing_listens_nothing_is_alive() -> None:
    assert not is_alive(Settings(port=free_port()))


def test_whoever_hangs_is_not_alive() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not is_alive(Settings(port=silent.getsockname()[1]), seconds=0.2)


def test_a_service_that_speaks_tls_itself_is_asked_by_tls() -> None:
    settings = Settings(host="10.0.0.5", tls_certificate=Path("/tls/fullchain.pem"))
    line = line_to(settings, seconds=1)
    assert isinstance(line, HTTPSConnection)
    assert (line.host, line.port) == ("10.0.0.5", settings.port)
