"""An order of a home from the call to the statement, step by step; what stands between two steps
is the test's choice: nothing, or the end of the service."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx2
import orjson
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.attachments.models import Attachment
from hotline.directory.models import Place, Vendor
from hotline.directory.queries import vendor_services
from hotline.dispatch.ledger_models import LedgerEntry
from hotline.dispatch.models import Offer, WorkOrder, WorkOrderHistory
from hotline.dispatch.order_words import PHONE
from hotline.dispatch.vendor_files import file_of
from hotline.messages.models import OutgoingMessage
from hotline.organizations.queries import cities
from hotline.privacy import mask_number
from hotline.vault import vault_of
from tests.queueing.hall import Hall, eventually

DRAIN = "svc-cv-drain"
DISTRICT = "海勃湾区"
RESIDENT = "+8613900001234"
BY_CALL, BY_LINK, BY_REPLY = "+864739009001", "+8613911110002", "+8613911110003"
AS_WRITTEN = "0473-900-9001"
"""The first of them in the directory."""
# The nearest is asked first where all are equally behind.
WAYS = ((BY_CALL, "call", 0.0), (BY_LINK, "sms_link", 0.03), (BY_REPLY, "sms_reply", 0.06))
MOVES = [
    None, None, "offer", "decline", "offer", "time_out", "offer", "accept", "set_out", "arrive",
    "quote_above", "confirm_quote", "finish", "accept_work", "pay", "rate",
]  # fmt: skip
PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "08d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
_TEN_MINUTES_LATER = (
    "UPDATE work_order_offer SET expires_at = now() - interval '1 s' WHERE state = 'open'",
    "UPDATE job SET run_at = now() WHERE kind = 'dispatch.expire_offer' AND done_at IS NULL",
)
Between = Callable[[], Awaitable[None]]


async def prepare(hall: Hall) -> str:
    """Three vendors for the drain, open day and night: one rung, one sent a link, one replies."""
    async with hall.database.transaction() as session:
        city = (await cities(session))[0]
        served = await vendor_services(session, city.id)
        place = await session.scalar(select(Place).where(Place.district == DISTRICT).limit(1))
        assert place is not None
        rows = await session.scalars(select(Vendor).order_by(Vendor.position))
        plumbers = [one for one in rows if DRAIN in served.get(one.id, ())]
        for one in plumbers:
            one.status = "suspended"
        assert len(plumbers) >= len(WAYS)
        for vendor, (number, channel, away) in zip(plumbers, WAYS, strict=False):
            vendor.status, vendor.hours, vendor.grade = "active", "24/7", "A"
            vendor.districts, vendor.joined_on = [DISTRICT], date(2020, 1, 1)
            vendor.lat, vendor.lon = place.lat + away, place.lon
            await answer_by(session, vendor, number, channel)
        return f"{DISTRICT}{place.name}三号楼二单元五零二"


async def answer_by(session: AsyncSession, vendor: Vendor, number: str, channel: str) -> None:
    vault, file = vault_of(session), await file_of(session, vendor)
    file.channel = channel
    file.phone_sealed = vault.seal(number, table="vendor_file", column="phone", row=vendor.id)
    file.phone_masked = mask_number(number)
    file.phone_blind = vault.blind(number, purpose=PHONE)


async def order_by_call(hall: Hall, address: str, between: Between) -> None:
    """Each answer of the caller is a step of its own: the talk goes on where it was."""
    phone = hall.city.phone()
    await phone.dial()
    await between()
    await phone.say(f"我家马桶堵了，在{DISTRICT}")
    if "排名不分先后" in phone.heard[-1]:
        await between()
        await phone.say("都行，轮流吧")
    assert "什么时候" in phone.heard[-1]
    await between()
    await phone.say("明天上午")
    assert "您的电话告诉上门的服务商" in phone.heard[-1]
    await between()
    await phone.say("可以")
    assert "详细地址" in phone.heard[-1]
    await between()
    await phone.say(address)
    assert "正在为您派单" in "".join(phone.heard[-3:])
    await phone.hang_up()


async def placed_with_the_third(hall: Hall, between: Between) -> str:
    """The first declines by telephone, the second lets the time pass, the third accepts; the path
    of the order's page."""
    await press_until_heard(hall, AS_WRITTEN, "2")
    await between()
    link = (await texted(hall, "sms_offer_link"))["link"]
    assert (await hall.city.client.get(link)).status_code == 200
    await between()
    await ten_minutes_pass(hall)
    await between()
    await texted(hall, "sms_offer_reply")
    await reply(hall, BY_REPLY, "1", "SM-accepts")
    await between()
    await until_state(hall, "accepted")
    assert await offers_of(hall) == [
        ("call", "declined"), ("sms_link", "expired"), ("sms_reply", "accepted"),
    ]  # fmt: skip
    assert (await hall.city.client.post(f"{link}/accept")).status_code == 409
    return (await texted(hall, "sms_order_taken"))["link"]


async def done_at_home(hall: Hall, path: str, between: Between) -> None:
    """From setting out to done, a quote above the list in between, and a photo."""
    client = hall.city.client
    for move in ("set_out", "arrive"):
        await step(client, path, move=move)
        await between()
    await step(client, path, move="quote", amount="9000", note="更换主管道")
    await between()
    assert (await order_of(hall)).state == "quoted"
    wrong = await client.post(f"{path}/step", data={"move": "finish", "amount": "9000"})
    assert wrong.status_code == 409
    code = (await texted(hall, "sms_quote_code"))["code"]
    await step(client, path, move="code", code=code)
    await between()
    files = {"photo": ("pipe.png", PHOTO, "image/png")}
    assert (await client.post(f"{path}/photo", files=files)).status_code == 303
    await between()
    await step(client, path, move="finish", amount="9000")
    await between()


async def accepted_paid_and_rated(hall: Hall, path: str, between: Between) -> WorkOrder:
    """By text message of the resident, the payment told by the vendor."""
    await texted(hall, "sms_order_done")
    await reply(hall, RESIDENT, "1", "SM-done")
    await between()
    await until_state(hall, "to_pay")
    await step(hall.city.client, path, move="pay")
    await between()
    await texted(hall, "sms_order_rate")
    await reply(hall, RESIDENT, "5", "SM-rates")
    await between()
    await until_state(hall, "rated")
    return await order_of(hall)


async def nothing_is_lost_or_doubled(hall: Hall, order: WorkOrder) -> None:
    """One ticket, one order, each move, message, photo and entry of the ledger once."""
    assert (order.rating, order.amount_cents, order.quote_basis) == (5, 900_000, "code")
    assert await moves_of(hall) == MOVES
    assert await offers_of(hall) == [
        ("call", "declined"), ("sms_link", "expired"), ("sms_reply", "accepted"),
    ]  # fmt: skip
    assert await hall.rows("SELECT count(*) FROM ticket WHERE entry_key = 'svc-cv-drain'") == [(1,)]
    async with hall.database.transaction() as session:
        sent = Counter(await session.scalars(select(OutgoingMessage.template)))
        assert {name for name, count in sent.items() if count > 1} == set()
        assert set(sent) >= {
            "sms_offer_link", "sms_offer_reply", "sms_order_taken", "sms_quote_code",
            "sms_order_done", "sms_order_rate",
        }  # fmt: skip
        photos = select(Attachment.id).where(Attachment.subject == f"ticket:{order.ticket_id}")
        assert len((await session.scalars(photos)).all()) == 1
        entries = await session.scalars(
            select(LedgerEntry.kind).where(LedgerEntry.work_order_id == order.id)
        )
        assert Counter(entries)["order"] == 1


async def press_until_heard(hall: Hall, address: str, key: str) -> None:
    line = await hall.line_at(address)

    async def is_heard() -> bool:
        return await line.press(key)

    await eventually(is_heard, f"{key} is heard", every=0.02)
    await line.until_heard("已记下")


async def ten_minutes_pass(hall: Hall) -> None:
    async with hall.database.transaction() as session:
        for statement in _TEN_MINUTES_LATER:
            await session.execute(text(statement))


async def texted(hall: Hall, template: str) -> dict[str, str]:
    """What filled the message of a template, once there is one."""

    async def found() -> dict[str, str] | None:
        async with hall.database.transaction() as session:
            chosen = select(OutgoingMessage).where(OutgoingMessage.template == template)
            row = (await session.scalars(chosen)).one_or_none()
            if row is None:
                return None
            sealed = vault_of(session).open(
                row.params_sealed, table="outgoing_message", column="params", row=row.id
            )
            params: dict[str, str] = orjson.loads(sealed)
            return params

    told: dict[str, str] = await eventually(found, template)
    return told


async def reply(hall: Hall, sender: str, body: str, sid: str) -> None:
    """The network delivers every message twice."""
    phone = hall.city.phone(caller=sender)
    for _ in range(2):
        fields = {"MessageSid": sid, "Body": body, "NumMedia": "0"}
        assert (await phone.send(phone.provider.url("sms"), fields)).status_code == 200


async def step(client: httpx2.AsyncClient, path: str, **form: Any) -> None:
    answer = await client.post(f"{path}/step", data=form)
    assert answer.status_code == 303, answer.text


async def order_of(hall: Hall) -> WorkOrder:
    async with hall.database.transaction() as session:
        return (await session.scalars(select(WorkOrder))).one()


async def until_state(hall: Hall, state: str) -> None:
    async def is_so() -> bool:
        return (await order_of(hall)).state == state

    await eventually(is_so, state)


async def offers_of(hall: Hall) -> list[tuple[str, str]]:
    async with hall.database.transaction() as session:
        rows = await session.scalars(select(Offer).order_by(Offer.turn))
        return [(one.channel, one.state) for one in rows]


async def moves_of(hall: Hall) -> list[str | None]:
    async with hall.database.transaction() as session:
        rows = await session.scalars(select(WorkOrderHistory).order_by(WorkOrderHistory.id))
        return [one.move for one in rows]
