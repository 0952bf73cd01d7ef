"""Files over the API with a storage behind it that listens on the network, as a city runs it."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hotline.attachments import api
from hotline.attachments.bucket import Signer
from hotline.db import Database
from hotline.settings import Settings
from hotline.tickets import service
from hotline.tickets.states import TicketKind
from tests.attachments.test_checks import located
from tests.tickets.city import build_city
from tests.tickets.serving import Served

KEY = Signer("cn-north-1", "key", "secret")


class Storage(BaseHTTPRequestHandler):
    """Says 403 to what is not signed with the key for exactly this request."""

    files: dict[str, bytes]

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        if self._is_signed():
            self.files[self.path] = content
        self._answer(200 if self._is_signed() else 403)

    def do_GET(self) -> None:
        found = self.files.get(self.path) if self._is_signed() else None
        self._answer(404 if found is None else 200, found or b"")

    def log_request(self, *_told: Any) -> None:
        """Tests print nothing."""

    def _is_signed(self) -> bool:
        at = datetime.strptime(self.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        url = httpx2.URL(f"http://{self.headers['host']}{self.path}")
        digest = self.headers["x-amz-content-sha256"]
        wanted = KEY.signed(self.command, url, {}, digest, at)["authorization"]
        return self.headers["authorization"] == wanted

    def _answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def storage() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Kept", (Storage,), {"files": {}}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
async def served(
    database: Database, storage: ThreadingHTTPServer, tmp_path: Path
) -> tuple[Served, str]:
    async with database.transaction() as session:
        city = await build_city(session)
        ticket = await service.open_ticket(
            session, await city.person(session, "agent"), kind=TicketKind.HELP,
            title="暖气不热", description="不热", district="海勃湾区",
        )  # fmt: skip
    settings = Settings(
        data_dir=tmp_path, s3_url=f"http://127.0.0.1:{storage.server_port}/files",
        s3_region=KEY.region, s3_key_id=KEY.key_id, s3_secret=KEY.secret,
    )  # fmt: skip
    return Served(database, city, settings, api.router), f"/api/v1/tickets/{ticket.id}/attachments"


async def test_a_file_lies_in_the_storage_alone_and_is_handed_out_from_there(
    served: tuple[Served, str], storage: ThreadingHTTPServer, tmp_path: Path
) -> None:
    edge, url = served
    agent = await edge.client("agent")
    sent = await agent.post(url, files={"file": ("a.jpg", located(), "image/jpeg")})
    assert sent.status_code == 201, sent.text
    files: dict[str, bytes] = storage.RequestHandlerClass.files  # type: ignore[attr-defined]
    ((path, sealed),) = files.items()
    assert path.startswith("/files/")
    assert not sealed.startswith(b"\xff\xd8")
    assert not (tmp_path / "attachments").exists()
    back = await agent.get(f"{url}/{sent.json()['id']}")
    assert back.content.startswith(b"\xff\xd8")


async def test_without_the_storage_uploads_say_so_and_leave_nothing(
    served: tuple[Served, str], storage: ThreadingHTTPServer
) -> None:
    edge, url = served
    agent = await edge.client("agent")
    await asyncio.to_thread(storage.shutdown)
    storage.server_close()
    sent = await agent.post(url, files={"file": ("a.jpg", located(), "image/jpeg")})
    assert (sent.status_code, sent.json()["code"]) == (503, "store_unavailable")
    assert (await agent.get(url)).json()["items"] == []
