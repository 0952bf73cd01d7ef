"""The telephone and the way of a vendor: its file is made from the directory when first needed."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.models import Vendor
from hotline.dispatch.models import VendorFile
from hotline.dispatch.order_words import PHONE
from hotline.dispatch.states import OfferChannel
from hotline.errors import InvalidInput
from hotline.messages.limits import may_be_texted
from hotline.privacy import mask_number
from hotline.telephony.dial_rules import may_ring_office, plain
from hotline.tickets.words import normal_number
from hotline.vault import vault_of

_TABLE = "vendor_file"
_FIXED = re.compile(r"0\d{9,11}")
_PREMIUM = re.compile(r"(0\d{2,3})?(16[08]|268|968)\d*")


async def file_of(session: AsyncSession, vendor: Vendor) -> VendorFile:
    """Its file as it is now; who never said how is asked the way its telephone allows."""
    found = await session.get(VendorFile, vendor.id, populate_existing=True)
    if found is not None:
        return found
    made = insert(VendorFile).values(**_from_directory(session, vendor))
    await session.execute(made.on_conflict_do_nothing())
    return await session.get_one(VendorFile, vendor.id)


async def shown_file(session: AsyncSession, vendor: Vendor) -> VendorFile:
    """The same to be looked at: reading makes no file where there is none yet."""
    found = await session.get(VendorFile, vendor.id, populate_existing=True)
    return found or VendorFile(**_from_directory(session, vendor))


def set_phone(session: AsyncSession, file: VendorFile, number: str) -> None:
    """Offers, codes and calls go there from now on. Raises InvalidInput."""
    e164 = normal_number(number)
    if not (may_be_texted(e164) or may_ring_vendor(e164)):
        wrong = {"field": "phone", "message": "不是本国的手机或固定电话"}
        raise InvalidInput(errors=[wrong])
    vault = vault_of(session)
    file.phone_sealed = vault.seal(e164, table=_TABLE, column="phone", row=file.vendor_id)
    file.phone_blind = vault.blind(e164, purpose=PHONE)
    file.phone_masked = mask_number(e164)


def set_channel(file: VendorFile, channel: OfferChannel, number: str) -> None:
    """Raises InvalidInput for text messages to a fixed telephone."""
    if channel is not OfferChannel.CALL and not may_be_texted(number):
        wrong = {"field": "channel", "message": "固定电话收不到短信，只能选电话派单"}
        raise InvalidInput(errors=[wrong])
    file.channel = channel


def phone_of(session: AsyncSession, file: VendorFile) -> str:
    """In clear, for texting or ringing; never for a log or a list."""
    return vault_of(session).open(
        file.phone_sealed, table=_TABLE, column="phone", row=file.vendor_id
    )


async def phone_of_vendor(session: AsyncSession, vendor_id: UUID) -> str:
    vendor = await session.get_one(Vendor, vendor_id)
    return phone_of(session, await file_of(session, vendor))


def may_ring_vendor(number: str) -> bool:
    """The city has vetted the number, so it need not look like one that is in use today."""
    digits = plain(number)
    is_fixed = _FIXED.fullmatch(digits) is not None and _PREMIUM.fullmatch(digits) is None
    return may_ring_office(number) or is_fixed


def _from_directory(session: AsyncSession, vendor: Vendor) -> dict[str, Any]:
    number = normal_number(vendor.phone)
    vault = vault_of(session)
    channel = OfferChannel.SMS_LINK if may_be_texted(number) else OfferChannel.CALL
    return {
        "vendor_id": vendor.id,
        "created_at": vendor.created_at,
        "updated_at": vendor.created_at,
        "version": 1,
        "city_id": vendor.city_id,
        "channel": channel,
        "phone_sealed": vault.seal(number, table=_TABLE, column="phone", row=vendor.id),
        "phone_masked": mask_number(number),
        "phone_blind": vault.blind(number, purpose=PHONE),
        "silent_turns": 0,
    }
