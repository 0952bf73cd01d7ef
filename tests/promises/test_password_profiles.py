"""Two sets of rules for passwords: ASVS as shipped, MLPS 2.0 where an installation must follow."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.accounts import passwords, renewal, service
from hotline.accounts.models import Account, PastPassword
from hotline.accounts.sessions import is_restricted
from hotline.errors import InvalidInput
from hotline.settings import PasswordProfile, Settings
from tests.accounts.conftest import PASSWORD, Town, own

MLPS = PasswordProfile.MLPS
FIRST, OTHERS = "River4-lamp", [f"Moun{n}tain-kiteQ" for n in range(1, 7)]


@pytest.mark.parametrize(("password", "is_good"), [
    ("Gx7-kite", True), ("Gx7-kit", False), ("gx7-kite", False), ("GX7-KITE", False),
    ("Gxw-kite", False), ("Gx77kite", False), ("山灯G四x河7", False), ("山灯G四x河7，", True),
    ("Aa1!Aa1!", False), ("P@ssw0rd1", False),
])  # fmt: skip
def test_mlps_asks_for_eight_characters_of_four_classes(password: str, is_good: bool) -> None:
    assert (passwords.fault(password, profile=MLPS) is None) is is_good


def test_asvs_asks_for_length_and_no_classes() -> None:
    assert passwords.fault("mountain lamp river kite") is None
    assert passwords.fault("Gx7-kite") is not None


@pytest.fixture
async def mlps(town: Town) -> AsyncIterator[AsyncSession]:
    town.database.carry(password_profile=MLPS)
    async with town.database.transaction() as session:
        yield session


async def test_the_last_five_do_not_come_again_and_the_sixth_may(
    mlps: AsyncSession, town: Town
) -> None:
    account = await _account(mlps, town, FIRST)
    for password in OTHERS[:4]:
        await service.change_password(mlps, own(account), password)
    for known in (FIRST, *OTHERS[:4]):
        with pytest.raises(InvalidInput):
            await service.change_password(mlps, own(account), known)
    await service.change_password(mlps, own(account), OTHERS[4])
    await service.change_password(mlps, own(account), FIRST)
    count = select(func.count()).where(PastPassword.account_id == account.id)
    assert await mlps.scalar(count) == renewal.REMEMBERED == 5


async def test_under_asvs_nobody_is_asked_what_came_before(town: Town) -> None:
    async with town.database.transaction() as session:
        account = await _account(session, town, PASSWORD)
        await service.change_password(session, own(account), PASSWORD)
        assert await session.scalar(select(func.count(PastPassword.id))) == 1


async def test_after_ninety_days_only_a_new_password_can_be_chosen(
    mlps: AsyncSession, town: Town
) -> None:
    account = await _account(mlps, town, FIRST)
    by_mlps, by_asvs = Settings(password_profile=MLPS), Settings()
    assert not is_restricted(account, by_mlps)
    with clock.stopped(clock.now() + timedelta(days=91)):
        assert is_restricted(account, by_mlps)
        assert not is_restricted(account, by_asvs)
        await renewal.replace(mlps, account, account.password_hash)
        assert not is_restricted(account, by_mlps)


async def _account(session: AsyncSession, town: Town, password: str) -> Account:
    city = town.places["city"].id
    new = service.NewAccount("lan", "兰", password, city, must_change_password=False)
    return await service.create_account(session, None, new)
