"""A domestic operator's gateway, spoken to as a template says: out, reports, replies."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.types import Receive, Scope, Send

from hotline.calls.webhooks import refuse
from hotline.db import Database
from hotline.errors import InstallationError
from hotline.installation import sms_operator_of
from hotline.messages.gateway import Text
from hotline.messages.models import Message
from hotline.messages.operator_gateway import Operator, OperatorGateway
from hotline.messages.operator_template import OperatorTemplate, read_template
from hotline.messages.sending import INTERRUPTED
from hotline.messages.webhooks import operator_router
from hotline.settings import Settings
from hotline.telephony.client import HostRefused, HostUnavailable, HostUnsure
from hotline.telephony.strangers import Stranger, Strangers
from hotline.telephony.webhook import WebhookRefused
from tests.messages.test_sending import Network, message, run, write
from tests.tickets.city import City

EXAMPLE = Path("docs/examples/sms_gateway.json")
KEY = "k" * 24
TEXT = Text("+8613847312345", "+86473114", "【{body}】您好", "0193-message")


def example() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return read


def operator(**changes: Any) -> Operator:
    return Operator(OperatorTemplate.model_validate(example() | changes), "s3cret", KEY)


class Gate:
    """The operator's side: keeps what came, answers what a test wants."""

    def __init__(self, status: int = 200, said: Any = None, fault: Exception | None = None) -> None:
        self.asked: list[httpx2.Request] = []
        self._answer = (status, {"code": 0, "data": {"msgId": "m1"}} if said is None else said)
        self._fault = fault

    async def send(self, **changes: Any) -> str:
        return await self.network(**changes).send(TEXT)

    def network(self, **changes: Any) -> OperatorGateway:
        return OperatorGateway(operator(**changes), httpx2.MockTransport(self._take))

    def _take(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if self._fault is not None:
            raise self._fault
        status, said = self._answer
        return httpx2.Response(status, content=json.dumps(said).encode())


async def test_the_request_is_the_template_with_its_gaps_filled() -> None:
    gate = Gate()
    assert await gate.send() == "m1"
    (request,) = gate.asked
    assert str(request.url) == "https://sms.example.cn/v2/send"
    assert request.headers["authorization"] == "Bearer s3cret"
    assert json.loads(request.content) == {
        "sign": "乌海114",
        "mobiles": ["13847312345"],
        "content": "【{body}】您好",
        "outId": "0193-message",
    }


async def test_a_form_is_sent_where_the_operator_wants_one() -> None:
    gate = Gate(said={"code": "0"})
    fields = {"mobile": "{to}", "key": "{secret}"}
    assert await gate.send(form="form", fields=fields) == TEXT.status_url
    assert gate.asked[0].content == b"mobile=%2B8613847312345&key=s3cret"


@pytest.mark.parametrize(
    ("status", "said", "fault"),
    [
        (503, {}, None),
        (429, {}, None),
        (200, {"code": "BUSY"}, None),
        (200, {}, httpx2.ConnectError("down")),
        (200, {}, httpx2.ConnectTimeout("slow")),
        (200, {}, httpx2.PoolTimeout("full")),
    ],
)
async def test_trouble_is_tried_again_later(
    status: int, said: Any, fault: Exception | None
) -> None:
    with pytest.raises(HostUnavailable):
        await Gate(status, said, fault).send()


async def test_what_may_have_gone_does_not_go_again(database: Database, town: City) -> None:
    message_id = await write(database, town)
    gate = Gate(fault=httpx2.ReadTimeout("no answer"))
    with pytest.raises(HostUnsure):
        await gate.send()
    for _ in range(2):
        await run(database, gate.network())
    row = await message(database, message_id)
    assert (row.state, row.error) == ("unknown", INTERRUPTED)
    assert len(gate.asked) == 2, "once by the test, once by the job"


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [(400, {}, 400), (200, {"code": "4102"}, 4102), (200, {"code": "NO"}, 0), (200, "?", 0)],
)
async def test_a_refusal_is_final(status: int, said: Any, code: int) -> None:
    with pytest.raises(HostRefused) as refused:
        await Gate(status, said).send()
    assert refused.value.code == code


@pytest.mark.parametrize(
    "change",
    [
        {"fields": {"to": "{number}"}},
        {"url": "sms.example.cn"},
        {"answer": {"status": "code"}},
        {"surplus": 1},
    ],
)
def test_a_template_with_a_mistake_stops_the_start(tmp_path: Path, change: dict[str, Any]) -> None:
    wrong = tmp_path / "gateway.json"
    wrong.write_text(json.dumps(example() | change))
    for path in (wrong, tmp_path / "nowhere.json"):
        with pytest.raises(InstallationError):
            sms_operator_of(Settings(sms_template=path))
    assert sms_operator_of(Settings()) is None
    assert read_template(EXAMPLE).form == "json"


class Desk:
    """The service's own side: the addresses to which the operator reports."""

    def __init__(self, database: Database, **changes: Any) -> None:
        self.strangers = Strangers()
        self._state = {
            "database": database, "operator": operator(**changes), "strangers": self.strangers
        }  # fmt: skip
        self._app = FastAPI()
        self._app.include_router(operator_router)
        self._app.add_exception_handler(WebhookRefused, refuse)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope | {"state": dict(self._state)}, receive, send)

    async def tell(self, what: str, body: Any, key: str = KEY) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self)
        async with httpx2.AsyncClient(transport=transport, base_url="http://114.test") as client:
            return await client.post(f"/telephony/operator/{what}/{key}", json=body)


async def test_reports_are_followed_by_our_id_and_by_the_operators(
    database: Database, town: City
) -> None:
    ids: list[UUID] = []
    for _ in range(2):
        ids.append(await write(database, town))
        await run(database, Network())
    desk = Desk(database)
    first, second = ids
    delivered = {"outId": str(first), "msgId": "SM1", "state": "DELIVRD"}
    assert (await desk.tell("reports", {"reports": [delivered, delivered]})).text == '{"code":0}'
    failed = {"msgId": (await message(database, second)).provider_sid, "state": "EXPIRED"}
    await desk.tell("reports", {"reports": [failed, {"msgId": "m9", "state": "DELIVRD"}]})
    assert (await message(database, first)).state == "delivered"
    row = await message(database, second)
    assert (row.state, row.error) == ("failed", "EXPIRED")
    assert desk.strangers.counts[Stranger.MESSAGE] == 1


@pytest.mark.parametrize(
    ("answered", "report_id"), [("data.msgId", None), (None, "msgId")], ids=["answer", "report"]
)
async def test_a_report_by_our_id_counts_whether_or_not_the_operator_told_its_own(
    database: Database, town: City, answered: str | None, report_id: str | None
) -> None:
    changes = {
        "answer": example()["answer"] | {"id": answered},
        "report": example()["report"] | {"id": report_id},
    }
    message_id = await write(database, town)
    await run(database, Gate().network(**changes))
    sid = (await message(database, message_id)).provider_sid
    assert sid == ("m1" if answered else str(message_id))
    desk = Desk(database, **changes)
    told = {"outId": str(message_id), "msgId": "another", "state": "DELIVRD"}
    await desk.tell("reports", {"reports": [told]})
    row = await message(database, message_id)
    assert (row.state, row.provider_sid) == ("delivered", sid)


async def test_replies_are_kept_once(database: Database, town: City) -> None:
    desk = Desk(database)
    reply = {"moId": "r1", "mobile": "13847312345", "content": "谢谢"}
    for _ in range(2):
        assert (await desk.tell("replies", {"replies": [reply]})).status_code == 200
    async with database.transaction() as session:
        (kept,) = (await session.scalars(select(Message))).all()
    assert (kept.body, kept.from_masked) == ("谢谢", "138****2345")


async def test_whoever_does_not_know_the_key_is_refused(database: Database) -> None:
    desk = Desk(database)
    for what in ("reports", "replies"):
        assert (await desk.tell(what, {}, "guess")).status_code == 403
    assert desk.strangers.counts[Stranger.SENDER] == 2
