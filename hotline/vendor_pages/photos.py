"""Photos of the work, as a vendor's telephone sends them: with the step, or on their own."""

import hashlib
from collections.abc import Mapping, Set

from fastapi import UploadFile
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.attachments import keeping
from hotline.attachments.keeping import Checked, Store, TooManyFiles
from hotline.attachments.scanner import Verdict, scanner_of
from hotline.attachments.sniff import MOST_BYTES, FileRefused, FileTooLarge
from hotline.dispatch import actors
from hotline.dispatch.done_photo import photos_lacking
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.order_photos import note_photo
from hotline.dispatch.queries import held_order
from hotline.dispatch.states import DonePhoto, OrderState
from hotline.errors import HotlineError
from hotline.settings import Settings
from hotline.tickets.attach import attach_to_ticket
from hotline.tickets.notices import subject_of
from hotline.vendor_pages.access import Opened
from hotline.vendor_pages.steps import WITH_PHOTOS

SAME = "fault_photo_same"
_LONGEST_NAME = 120
_NOT_NOW = "fault_photo_later"
_FAULTS: Mapping[type[HotlineError], str] = {
    FileRefused: "fault_photo",
    FileTooLarge: "fault_photo_large",
    TooManyFiles: "fault_photos_full",
}


def is_chosen(photo: UploadFile | None) -> bool:
    """A browser sends a file without name and content where none was chosen."""
    return photo is not None and bool(photo.filename or photo.size)


def takes_photos(order: WorkOrder) -> bool:
    return order.state in WITH_PHOTOS or order.done_photo == DonePhoto.OWED


def has_photos(page: Opened) -> bool:
    """As many as the work asks for."""
    order = page.order
    return order is not None and photos_lacking(order.category, order.photo_count) == 0


async def keep_photo(
    session: AsyncSession, page: Opened, photo: UploadFile, settings: Settings,
    *, only_in: Set[OrderState] | None = None,
) -> str | None:  # fmt: skip
    """The key of what is wrong with it, or None. `only_in`: the states in which it is meant, so
    that a form that is sent twice brings its photo once."""
    assert page.order is not None
    name = (photo.filename or "")[-_LONGEST_NAME:]
    try:
        content = await photo.read(MOST_BYTES + 1)
        checked = await keeping.check(content, name, scanner_of(settings))
        order = await held_order(session, page.order.id)
        if order is None or order.vendor_id != page.vendor.id or not takes_photos(order):
            return "fault_move"
        is_meant = only_in is None or order.state in only_in or order.done_photo == DonePhoto.OWED
        if not is_meant:
            return "fault_move"
        store = Store.of(settings)
        return await _kept(session, page, order, checked, store=store, name=name)
    except HotlineError as error:
        return next((key for kind, key in _FAULTS.items() if isinstance(error, kind)), _NOT_NOW)


async def _kept(
    session: AsyncSession, page: Opened, order: WorkOrder, checked: Checked, *,
    store: Store, name: str,
) -> str | None:  # fmt: skip
    """The same picture again shows nothing new."""
    if not checked.kind.is_image or checked.verdict is Verdict.INFECTED:
        return "fault_photo"
    digest = hashlib.sha256(checked.content).digest()
    before = await keeping.kept(session, subject_of(order.ticket_id))
    if any(one.digest == digest for one in before):
        return SAME
    vendor = actors.vendor(page.vendor.id, page.vendor.name, page.person_name)
    async with session.begin_nested():
        hotline = await actors.machine(session, order.city_id)
        await attach_to_ticket(session, hotline, order.ticket_id, store, checked, name=name)
        if checked.verdict is Verdict.PASSED:  # what nobody may look at yet shows nothing
            await note_photo(session, vendor, order)
    return None
