"""The sample city's log-ins."""

import json
import stat
from pathlib import Path

from hotline.accounts.roles import Role
from hotline.accounts.sample import FILE, make_sample_accounts, sample_logins
from hotline.db import Database
from hotline.directory.importing import import_directory, sample_city
from hotline.organizations.models import Organization
from hotline.organizations.queries import organization
from tests.accounts.conftest import Browser, Town, sign_in

NAMED = {
    "supervisor-haibowan": "海勃湾区",
    "supervisor-wuda": "乌达区",
    "supervisor-hainan": "海南区",
    "supervisor-city": "乌海市",
    **{f"agent-{number}": "乌海市" for number in range(1, 5)},
    "agent-5": "海勃湾区",
    "agent-6": "乌达区",
    "admin-system": "乌海市",
    "admin-security": "乌海市",
    "admin-audit": "乌海市",
}


async def plant(database: Database) -> Organization:
    async with database.transaction() as session:
        report = await import_directory(session, sample_city())
        return await organization(session, report.city_id)


async def test_the_file_lists_every_role_and_the_named_accounts_privately(
    database: Database, tmp_path: Path
) -> None:
    city = await plant(database)
    async with database.transaction() as session:
        await make_sample_accounts(session, city, tmp_path)
    file = tmp_path / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    listed = json.loads(file.read_text(encoding="utf-8"))
    assert {tuple(entry) for entry in listed} == {("username", "password", "role", "organization")}
    assert {entry["role"] for entry in listed} == {str(role) for role in Role}
    places = {entry["username"]: entry["organization"] for entry in listed}
    assert NAMED.items() <= places.items()
    assert len({entry["password"] for entry in listed}) == len(listed)


async def test_a_second_run_changes_nothing(database: Database, tmp_path: Path) -> None:
    city = await plant(database)
    async with database.transaction() as session:
        first = await make_sample_accounts(session, city, tmp_path)
    before = (tmp_path / FILE).read_bytes()
    async with database.transaction() as session:
        assert await make_sample_accounts(session, city, tmp_path) == first
    assert (tmp_path / FILE).read_bytes() == before


async def test_every_listed_log_in_works(town: Town, browser: Browser, tmp_path: Path) -> None:
    city = await plant(town.database)
    async with town.database.transaction() as session:
        await make_sample_accounts(session, city, tmp_path)
    for login in sample_logins(tmp_path):
        answer = await sign_in(browser(), login.username, password=login.password)
        assert answer.status_code == 201, login.username
        assert [role["role"] for role in answer.json()["roles"]] == [login.role]
