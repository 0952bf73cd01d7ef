"""A resident who follows an order sees who comes: name, badge and the photo on it."""

import base64
import hashlib
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.attachments.keeping import Store, check
from hotline.attachments.scanner import NoScanner
from hotline.calls.models import Turn
from hotline.conversation.wording import LONGEST
from hotline.db import uuid7
from hotline.directory.models import Vendor
from hotline.dispatch import paper_files
from hotline.dispatch.actors import machine, vendor
from hotline.dispatch.models import VendorDocument, VendorWorker, WorkOrder
from hotline.dispatch.move_order import make_move
from hotline.dispatch.open_order import Wishes, order_service
from hotline.dispatch.queries import held_order
from hotline.dispatch.rules import Move
from hotline.dispatch.schemas import OrderMoveIn
from hotline.dispatch.states import OrderState, PaperState
from hotline.dispatch.vetting import submit_worker
from hotline.dispatch.vetting_schemas import WorkerIn
from hotline.errors import NotFound
from hotline.organizations.queries import cities
from hotline.portal.badge_photos import BadgePhotos
from hotline.portal.home_visit import PhotoRef
from hotline.principal import Principal
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.vault import Vault, load_vault
from tests.city import City
from tests.portal.conftest import OwnCity, Seen

DRAIN = "svc-cv-drain"
HTML = {"Accept": "text/html"}


async def ordered(session: AsyncSession, hotline: Principal) -> tuple[WorkOrder, Vendor]:
    """An order that a vendor has accepted."""
    rows = await session.scalars(select(Vendor).where(Vendor.status == "active"))
    firm = next(one for one in rows if DRAIN in str(one.price_list))
    order = await order_service(
        session, hotline, entry_id=DRAIN, district="海勃湾区",
        wishes=Wishes(caller_number="13900001234"),
    )  # fmt: skip
    order.state, order.vendor_id = OrderState.ACCEPTED, firm.id
    await session.flush()
    return order, firm


async def badged(
    session: AsyncSession, hotline: Principal, firm: Vendor, store: Store
) -> VendorWorker:
    """Somebody of the firm with a photo and a certificate."""
    wanted = WorkerIn(name="王小明", identity="11010519491231002X", badge="A001")
    made = await submit_worker(session, hotline, firm.id, wanted)
    picture = BytesIO()
    Image.new("RGB", (900, 1200), "white").save(picture, "JPEG")
    photo = await check(picture.getvalue(), "a.jpg", NoScanner())
    await paper_files.keep_photo(session, hotline, made, store, photo)
    made.state = PaperState.VALID
    session.add(
        VendorDocument(
            id=uuid7(), vendor_id=firm.id, worker_id=made.id, kind="无犯罪记录证明", number="8",
            issuer="公安分局", expires_on=date(2036, 1, 1), state=PaperState.VALID,
        )
    )  # fmt: skip
    await session.flush()
    return made


def photo_on(page: str) -> Image.Image:
    (source,) = [str(one["src"]) for one in Seen(page).all("img") if "工牌" in str(one["alt"])]
    head, _, content = source.partition(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(BytesIO(base64.b64decode(content)))


async def heard_by_telephone(own_city: OwnCity, city: City, code: str) -> None:
    """The same name, for the ear of whoever ordered; no transcript keeps it."""
    line = await city.phone(caller="+8613900001234").dial()
    await (await line.say("我上次报的马桶怎么样了")).press(code)
    assert "服务商已经接单" in line.now_hears
    assert "上门的是王小明，工牌A零零幺" in line.now_hears
    assert len(line.now_hears) <= LONGEST
    await line.say("请再说一遍")
    assert "王小明" in line.now_hears
    async with own_city.database.transaction() as session:
        kept = "".join(await session.scalars(select(Turn.said).where(Turn.said.is_not(None))))
    assert "工牌A零零幺" in kept
    assert "王小明" not in kept


async def test_a_resident_sees_who_comes_until_the_order_has_ended(own_city: OwnCity) -> None:
    own_city.database.carry(vault=load_vault(own_city.settings.data_dir, None))
    store = Store(own_city.settings.data_dir)
    async with own_city.database.transaction() as session:
        hotline = await machine(session, (await cities(session))[0].id)
        order, firm = await ordered(session, hotline)
        worker = await badged(session, hotline, firm, store)
        ticket = await session.get_one(Ticket, order.ticket_id)
        assert worker.photo_id is not None
        photo_id = worker.photo_id
        form: dict[str, Any] = {
            "number": ticket.number, "code": tickets.query_code(session, ticket)
        }  # fmt: skip
    async with own_city.serve() as city:
        before = (await city.client.post("/track", data=form, headers=HTML)).text
        assert "服务商还没有说派谁来" in before
        async with own_city.database.transaction() as session:
            held = await held_order(session, order.id)
            assert held is not None
            wanted = OrderMoveIn(move=Move.SEND_WORKER, version=held.version, worker_id=worker.id)
            await make_move(session, vendor(firm.id, firm.name), held, wanted)
        page = (await city.client.post("/track", data=form, headers=HTML)).text
        assert "王小明" in page
        assert "工牌号 A001" in page
        assert firm.name in page
        assert max(photo_on(page).size) <= 240
        store.path(photo_id).unlink()
        again = (await city.client.post("/track", data=form, headers=HTML)).text
        assert photo_on(again).size == photo_on(page).size
        await heard_by_telephone(own_city, city, form["code"])
        async with own_city.database.transaction() as session:
            held = await held_order(session, order.id)
            assert held is not None
            held.state, held.ended_at = OrderState.COMPLETED, clock.now()
        after = (await city.client.post("/track", data=form, headers=HTML)).text
        assert "王小明" not in after
        assert "已完成" in after


async def test_small_photos_are_kept_by_content_and_not_without_end(own_city: OwnCity) -> None:
    vault, store = load_vault(own_city.settings.data_dir, None), Store(own_city.settings.data_dir)
    photos = BadgePhotos(most=2)
    refs = [await stored(store, vault, color) for color in ("red", "green", "blue")]
    for ref in refs:
        picture = Image.open(BytesIO(await photos.small(ref, store, vault)))
        assert picture.size == (180, 240)
        store.path(ref.attachment_id).unlink()
    for ref in refs[1:]:
        await photos.small(ref, store, vault)
    with pytest.raises(NotFound):
        await photos.small(refs[0], store, vault)


async def stored(store: Store, vault: Vault, color: str) -> PhotoRef:
    """A sealed photo, as the storage has it."""
    own, taken = uuid7(), BytesIO()
    Image.new("RGB", (900, 1200), color).save(taken, "JPEG")
    content = taken.getvalue()
    sealed = vault.seal_bytes(content, table="attachment", column="content", row=own)
    await store.write(own, sealed)
    return PhotoRef(own, hashlib.sha256(content).digest())
