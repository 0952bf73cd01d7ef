"""Whoever asks to be erased is taken out of objections too, unless the law holds the number."""

from datetime import timedelta
from uuid import UUID

import pytest

from hotline import clock
from hotline.db import Database
from hotline.dispatch.models import VendorReview
from hotline.dispatch.objections import by_number, object_to
from hotline.dispatch.states import ReviewState, ReviewSubject
from hotline.retention.erasing import Hands
from hotline.retention.models import LegalHold
from hotline.subject_access import erase
from hotline.tickets.attending import erase_ticket
from hotline.tickets.words import blind_number
from tests.dispatch.town import build_town

NUMBER = "+8613947311901"


async def _keep(_file_id: UUID) -> None:
    """There are no files here."""


@pytest.mark.parametrize("is_held", [False, True])
async def test_a_number_leaves_objections_unless_it_is_held(
    database: Database, is_held: bool
) -> None:
    async with database.transaction() as session:
        town = await build_town(session)
        vendor = await town.vendor()
        review = VendorReview(
            vendor_id=vendor.id, city_id=town.city.id, subject=ReviewSubject.ADMISSION,
            subject_id=vendor.id, state=ReviewState.IN_NOTICE,
            notice_until=clock.now() + timedelta(days=5),
        )  # fmt: skip
        session.add(review)
        await session.flush()
        await object_to(session, town.city.id, review.id, words="多收了三百元", phone=NUMBER)
        if is_held:
            session.add(LegalHold(
                city_id=town.city.id, number_blind=blind_number(session, NUMBER), label="",
                reason="法院公函",
            ))  # fmt: skip
    hands = Hands(_keep, erase_ticket)
    count = await erase(database, NUMBER, reason="本人持身份证到场申请", hands=hands)
    async with database.transaction() as session:
        left = await by_number(session, NUMBER)
    assert (count, len(left)) == ((0, 1) if is_held else (1, 0))
