"""What residents see of a vendor and what it may charge: it changes after two persons have looked.

How a vendor is reached and what it can take on changes at once (`vetting.amend_vendor`). A card
whose admission nobody has collected yet is still being written, so it changes at once as well.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db import uuid7
from hotline.directory.models import DirectoryEntry, Vendor, VendorService
from hotline.dispatch import vetting_queries as queries
from hotline.dispatch.errors import ReviewNotNow
from hotline.dispatch.identity import is_credit_code
from hotline.dispatch.models import VendorReview
from hotline.dispatch.states import ReviewState, ReviewSubject
from hotline.dispatch.vendor_files import file_of
from hotline.dispatch.vetting_schemas import VendorPatch
from hotline.errors import InvalidInput
from hotline.organizations.queries import districts
from hotline.principal import Principal

OF_VENDOR = ("name", "category", "districts", "address", "lat", "lon", "price_list")
OF_FILE = ("legal_name", "credit_code")
CARD = (*OF_VENDOR, *OF_FILE)


async def shown_card(session: AsyncSession, vendor: Vendor) -> dict[str, Any]:
    file = await file_of(session, vendor)
    held = {name: getattr(vendor, name) for name in OF_VENDOR}
    return held | {name: getattr(file, name) for name in OF_FILE}


async def propose(
    session: AsyncSession, principal: Principal, vendor: Vendor, patch: VendorPatch
) -> VendorReview | None:
    """What of the patch would change the card, put before two persons; the vendor's row is held.

    Raises InvalidInput, and ReviewNotNow while a change that was collected waits for the city.
    """
    wanted = patch.model_dump(include=set(CARD), exclude_none=True)
    shown = await shown_card(session, vendor)
    changed = {name: value for name, value in wanted.items() if value != shown[name]}
    if not changed:
        return None
    await require_fit(session, vendor, changed)
    if await _is_being_written(session, vendor):
        await apply_card(session, vendor, changed)
        return None
    waiting = await _waiting(session, vendor)
    if waiting is None:
        own = uuid7()
        waiting = VendorReview(
            id=own, vendor_id=vendor.id, city_id=vendor.city_id, subject=ReviewSubject.CARD,
            subject_id=own, state=ReviewState.SUBMITTED, submitted_by_id=principal.account_id,
        )  # fmt: skip
        session.add(waiting)
    elif waiting.state != ReviewState.SUBMITTED:
        raise ReviewNotNow
    waiting.proposed = (waiting.proposed or {}) | changed
    await session.flush()
    return waiting


async def apply_card(session: AsyncSession, vendor: Vendor, changed: Mapping[str, Any]) -> None:
    """In force at once; the services are those that the price list names."""
    file = await file_of(session, vendor)
    file.version += 1
    for name, value in changed.items():
        setattr(file if name in OF_FILE else vendor, name, value)
    if "price_list" in changed:
        await serve(session, vendor, [price["service_id"] for price in changed["price_list"]])
    await session.flush()


async def serve(session: AsyncSession, vendor: Vendor, entry_keys: list[str]) -> None:
    """The vendor serves these entries and no others. Raises InvalidInput."""
    known = await _dispatched(session, vendor, entry_keys)
    _require(set(entry_keys) <= set(known), "price_list", "没有这个上门服务事项")
    await session.execute(delete(VendorService).where(VendorService.vendor_id == vendor.id))
    session.add_all(
        VendorService(vendor_id=vendor.id, position=position, entry_id=known[key])
        for position, key in enumerate(entry_keys)
    )
    await session.flush()


async def require_fit(session: AsyncSession, vendor: Vendor, changed: Mapping[str, Any]) -> None:
    """Raises InvalidInput with the field that is wrong."""
    if "credit_code" in changed:
        is_right = is_credit_code(changed["credit_code"])
        _require(is_right, "credit_code", "统一社会信用代码校验不通过")
    if "districts" in changed:
        known = {node.district for node in await districts(session, vendor.city_id)}
        _require(set(changed["districts"]) <= known, "districts", "没有这个区")
    if "price_list" in changed:
        keys = [price["service_id"] for price in changed["price_list"]]
        _require(len(keys) == len(set(keys)), "price_list", "同一服务只能有一行价格")
        is_known = set(keys) <= set(await _dispatched(session, vendor, keys))
        _require(is_known, "price_list", "没有这个上门服务事项")


async def _dispatched(
    session: AsyncSession, vendor: Vendor, entry_keys: list[str]
) -> dict[str, Any]:
    rows = await session.execute(
        select(DirectoryEntry.key, DirectoryEntry.id).where(
            DirectoryEntry.city_id == vendor.city_id,
            DirectoryEntry.key.in_(entry_keys),
            DirectoryEntry.handoff == "dispatch",
        )
    )
    return {key: entry_id for key, entry_id in rows}


async def _is_being_written(session: AsyncSession, vendor: Vendor) -> bool:
    return any(
        one.subject == ReviewSubject.ADMISSION and one.state == ReviewState.SUBMITTED
        for one in await queries.reviews(session, vendor.id)
    )


async def _waiting(session: AsyncSession, vendor: Vendor) -> VendorReview | None:
    chosen = select(VendorReview).where(
        VendorReview.vendor_id == vendor.id,
        VendorReview.subject == ReviewSubject.CARD,
        VendorReview.state.not_in(queries.CLOSED),
    )
    return await session.scalar(chosen.with_for_update(key_share=True))


def _require(is_so: bool, field: str, message: str) -> None:
    if not is_so:
        raise InvalidInput(errors=[{"field": field, "message": message}])
