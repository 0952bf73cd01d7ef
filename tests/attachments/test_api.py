"""Files of tickets over the API: rights at every download, sealed on the disk."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from hotline.attachments import api
from hotline.attachments.keeping import FOLDER
from hotline.attachments.models import Attachment
from hotline.db import Role, open_database
from hotline.settings import Settings
from hotline.tickets import service
from hotline.tickets.states import TicketKind
from hotline.vault import Vault
from tests.attachments.test_checks import PDF_FILE, located
from tests.conftest import NewDatabase
from tests.tickets.city import build_city
from tests.tickets.serving import Served


@pytest.fixture(scope="module")
async def served(
    new_database: NewDatabase, vault: Vault, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    database = await open_database(await new_database(), Role.APP)
    database.carry(vault=vault)
    async with database.transaction() as session:
        city = await build_city(session)
    folder = tmp_path_factory.mktemp("files")
    yield Served(database, city, Settings(data_dir=folder), api.router)
    await database.close()


@pytest.fixture
async def url(served: Served) -> str:
    async with served.database.transaction() as session:
        ticket = await service.open_ticket(
            session, await served.city.person(session, "agent"), kind=TicketKind.HELP,
            title="暖气不热", description="不热", district="海勃湾区",
        )  # fmt: skip
    return f"/api/v1/tickets/{ticket.id}/attachments"


async def send(client: httpx2.AsyncClient, url: str, name: str, content: bytes) -> Any:
    return await client.post(url, files={"file": (name, content, "image/jpeg")})


async def test_a_photo_comes_back_clean_as_an_attachment(served: Served, url: str) -> None:
    agent = await served.client("agent")
    answer = await send(agent, url, "我叫张伟的家.jpg", located())
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    assert kept["media_type"] == "image/jpeg"
    assert "张伟" not in kept["name"]
    shown = await agent.get(f"{url}/{kept['id']}")
    assert shown.status_code == 200
    assert b"CANARY" not in shown.content
    assert shown.headers["content-disposition"].startswith("attachment;")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in shown.headers["cache-control"]
    assert [one["id"] for one in (await agent.get(url)).json()["items"]] == [kept["id"]]


@pytest.mark.parametrize("name", ["../../a.jpg", "..\\a.jpg", "/etc/a.jpg", "a.jpg"])
async def test_the_name_of_a_file_leads_into_no_folder(served: Served, url: str, name: str) -> None:
    agent = await served.client("agent")
    kept = (await send(agent, url, name, located())).json()
    assert kept["name"] == "a.jpg"
    shown = await agent.get(f"{url}/{kept['id']}")
    assert shown.headers["content-disposition"] == "attachment; filename*=UTF-8''a.jpg"


async def test_a_file_that_is_sent_again_with_its_key_is_kept_once(
    served: Served, url: str
) -> None:
    agent = await served.client("agent")
    agent.headers["Idempotency-Key"] = url
    first, again = [await send(agent, url, "a.jpg", located()) for _ in range(2)]
    assert (first.status_code, again.json()) == (201, first.json())
    assert len((await agent.get(url)).json()["items"]) == 1
    assert (await send(agent, url, "b.jpg", located())).status_code == 409


async def test_on_the_disk_it_is_sealed_under_a_generated_name(served: Served, url: str) -> None:
    agent = await served.client("agent")
    await send(agent, url, "合同.pdf", PDF_FILE + b"CANARY")
    files = [one for one in (served.settings.data_dir / FOLDER).rglob("*") if one.is_file()]
    assert files
    assert all(b"CANARY" not in one.read_bytes() for one in files)
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}
    assert all(Path(one.name).suffix == "" for one in files)


async def test_another_district_reads_writes_and_lists_nothing(served: Served, url: str) -> None:
    agent = await served.client("agent")
    kept = (await send(agent, url, "a.pdf", PDF_FILE)).json()
    for role, place in (("unit_handler", "unit-乌达区"), ("district_supervisor", "乌达区")):
        stranger = await served.client(role, place)
        assert (await stranger.get(f"{url}/{kept['id']}")).status_code == 404
        assert (await stranger.get(url)).status_code == 404
        assert (await send(stranger, url, "a.pdf", PDF_FILE)).status_code == 404


async def test_a_file_of_another_ticket_is_not_found_under_this_one(
    served: Served, url: str
) -> None:
    agent = await served.client("agent")
    kept = (await send(agent, url, "a.pdf", PDF_FILE)).json()
    async with served.database.transaction() as session:
        other = await service.open_ticket(
            session, await served.city.person(session, "agent"), kind=TicketKind.HELP,
            title="路灯", description="坏了",
        )  # fmt: skip
    answer = await agent.get(f"/api/v1/tickets/{other.id}/attachments/{kept['id']}")
    assert answer.status_code == 404


async def test_what_is_held_is_not_given_out(served: Served, url: str) -> None:
    agent = await served.client("agent")
    kept = (await send(agent, url, "a.pdf", PDF_FILE)).json()
    async with served.database.transaction() as session:
        row = (await session.scalars(select(Attachment).where(Attachment.id == kept["id"]))).one()
        row.verdict = "held"
    assert (await agent.get(f"{url}/{kept['id']}")).json()["code"] == "attachment_held"


async def test_what_is_refused_leaves_nothing(served: Served, url: str) -> None:
    agent = await served.client("agent")
    answer = await send(agent, url, "a.svg", b"<svg onload='alert(1)'/>")
    assert (answer.status_code, answer.json()["code"]) == (422, "file_refused")
    assert (await agent.get(url)).json()["items"] == []


async def test_twenty_files_and_no_more(served: Served, url: str) -> None:
    agent = await served.client("agent")
    answers = [(await send(agent, url, "a.pdf", PDF_FILE)).status_code for _ in range(21)]
    assert answers == [201] * 20 + [409]
