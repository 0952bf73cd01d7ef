"""Passwords known from breaches: the list that ships and the operator's file, both on this disk."""

import hashlib
from pathlib import Path

import pytest

from hotline.accounts import service
from hotline.accounts.breached import BreachedFile, is_well_known, well_known
from hotline.accounts.models import Account
from hotline.accounts.roles import Role
from hotline.errors import InvalidInput
from hotline.settings import Settings
from tests.accounts.conftest import PASSWORD, Town, own

BREACHED = [f"lantern-{number}-over-the-bridge" for number in range(400)]


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    hashes = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in BREACHED)
    path = tmp_path / "breached.txt"
    path.write_text("".join(f"{one}:{n * 37}\r\n" for n, one in enumerate(hashes)))
    return path


@pytest.mark.parametrize(
    "password",
    ["sunflower1999!", "1234567891011", "!!spongebob2024", "cheerleader2", "Brooklyn99!!!"],
)
def test_c02_a_password_of_the_list_that_ships_is_refused_also_with_signs_around(
    password: str,
) -> None:
    assert is_well_known(password)


def test_c02_the_list_that_ships_is_long_and_takes_nothing_else() -> None:
    assert len(well_known()) > 15_000
    assert not is_well_known(PASSWORD)
    assert not is_well_known("correct horse battery staple")


def test_c02_every_line_of_the_operators_file_is_found_and_nothing_else(listing: Path) -> None:
    own = BreachedFile(listing)
    assert [word for word in BREACHED if not own.holds(word)] == []
    assert [word for word in BREACHED if own.holds(word.upper())] == []


def test_c02_a_file_without_hashes_refuses_the_start(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("password\n")
    with pytest.raises(ValueError, match="SHA-1"):
        BreachedFile(path)


async def test_c02_a_breached_password_is_taken_for_no_account(town: Town, listing: Path) -> None:
    town.database.carry(breached=BreachedFile(listing))
    account = await town.account("someone", Role.AGENT)
    for password in (BREACHED[7], "sunflower1999!"):
        with pytest.raises(InvalidInput) as refused:
            await _give(town, account, password)
        assert "泄露" in str(refused.value.params)


async def _give(town: Town, account: Account, password: str) -> None:
    async with town.database.transaction() as session:
        await service.change_password(session, own(account), password)


def test_c02_the_file_is_a_setting(listing: Path) -> None:
    assert Settings(breached_passwords=listing).breached_passwords == listing
