"""/api/v1/message-texts, and that what was changed there is what is sent."""

from collections.abc import AsyncIterator

import pytest

from hotline.db import Role, open_database
from hotline.messages import api
from hotline.messages.sending import Letter, claim, send_by_template
from hotline.organizations.models import HotlineNumber
from hotline.settings import Settings
from hotline.vault import Vault
from tests.conftest import NewDatabase
from tests.tickets.city import build_city
from tests.tickets.serving import Served

TEXTS = "/api/v1/message-texts"
KEY = "sms_ticket_redo"
OWN = "【海勃湾区】您的{number}重新办理中，{due}前给您答复。"


@pytest.fixture
async def served(
    new_database: NewDatabase, vault: Vault, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    database = await open_database(await new_database(), Role.APP)
    database.carry(vault=vault)
    async with database.transaction() as session:
        city = await build_city(session)
    settings = Settings(data_dir=tmp_path_factory.mktemp("served"))
    yield Served(database, city, settings, api.router)
    await database.close()


class _Gateway:
    async def send(self, text: object) -> str:
        return "SM1"

    def status_url(self, message_id: str) -> str:
        return message_id


async def sent_from(served: Served, key: str) -> str:
    """What goes out for an organization now."""
    city = served.city
    async with served.database.transaction() as session:
        session.add(HotlineNumber(organization_id=city.id, number="+86473114", label="114"))
        letter = Letter(
            city_id=city.id, organization_id=city.ids[key], subject="ticket:1", template=KEY,
            params={"number": "1", "due": "明天", "title": "暖气"}, to="+8613847312345",
            is_urgent=True,
        )  # fmt: skip
        message = await send_by_template(session, letter)
        assert message is not None
        text = await claim(session, message.id, _Gateway(), address="https://x")
        await session.rollback()
    assert hasattr(text, "body")
    body: str = text.body
    return body


async def test_a_districts_own_text_is_sent_for_it_and_for_nobody_else(served: Served) -> None:
    boss = await served.client("district_supervisor", "海勃湾区")
    changed = await boss.put(f"{TEXTS}/{KEY}", json={"text": OWN})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["own"], changed.json()["preview"]["segments"]) == (OWN, 1)
    assert await sent_from(served, "海勃湾区") == "【海勃湾区】您的1重新办理中，明天前给您答复。"
    assert (await sent_from(served, "乌达区")).startswith("【乌海114】")


async def test_the_citys_text_holds_for_districts_without_their_own(served: Served) -> None:
    mayor = await served.client("city_supervisor")
    city_text = OWN.replace("海勃湾区", "乌海热线")
    await mayor.put(f"{TEXTS}/{KEY}", json={"text": city_text})
    boss = await served.client("district_supervisor", "乌达区")
    items = (await boss.get(TEXTS)).json()["items"]
    shown = next(one for one in items if one["key"] == KEY)
    assert (shown["own"], shown["inherited"]) == (None, city_text)
    assert (await sent_from(served, "乌达区")).startswith("【乌海热线】")


async def test_versions_are_kept_and_a_preview_changes_nothing(served: Served) -> None:
    boss = await served.client("city_supervisor")
    first, second = OWN, OWN.replace("您的", "您的工单")
    for text in (first, second, second):
        await boss.put(f"{TEXTS}/{KEY}", json={"text": text})
    tried = await boss.post(f"{TEXTS}/{KEY}/preview", json={"text": "【乌海】{number}{who}"})
    assert tried.json()["faults"] == ["没有这个变量：who"]
    history = (await boss.get(f"{TEXTS}/{KEY}/history")).json()["items"]
    assert [(one["version"], one["text"]) for one in history] == [(2, second), (1, first)]
    assert all(one["created_by_name"] for one in history)


async def test_a_text_that_could_not_be_sent_and_a_key_that_is_none_are_refused(
    served: Served,
) -> None:
    boss = await served.client("city_supervisor")
    bad = await boss.put(f"{TEXTS}/{KEY}", json={"text": "没有签名{number}"})
    assert bad.status_code == 422
    assert bad.json()["params"]["errors"] == [{"field": "text", "message": "须以【签名】开头"}]
    assert (await boss.put(f"{TEXTS}/greeting", json={"text": OWN})).status_code == 404
    agent = await served.client("agent")
    assert (await agent.get(TEXTS)).status_code == 403
