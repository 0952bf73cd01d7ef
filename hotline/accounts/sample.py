"""The sample city's log-ins: made at the first run with random passwords, kept in one file."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts import first_passwords, queries, service
from hotline.accounts.roles import Role
from hotline.accounts.service import NewAccount
from hotline.organizations.models import Organization
from hotline.organizations.queries import districts, organization_by_key
from hotline.secret_files import write_secret

log = structlog.get_logger()

FILE = "sample-accounts.json"
_UNITS = ("org-house", "org-chengguan", "org-house-hbw", "org-chengguan-wd", "org-heat-hn")


@dataclass(frozen=True, slots=True)
class SampleAccount:
    username: str
    display_name: str
    role: Role
    place: Organization


@dataclass(frozen=True, slots=True)
class SampleLogin:
    username: str
    password: str
    role: str
    organization: str


async def make_sample_accounts(
    session: AsyncSession, city: Organization, data_dir: Path
) -> list[SampleLogin]:
    """Make those that are missing and write the file; a second run changes nothing.

    The file is written before the transaction commits: a crash between the two leaves passwords
    that nothing takes, and the next run makes new ones.
    """
    known = {login.username: login for login in sample_logins(data_dir)}
    fresh = [
        await _make(session, sample)
        async for sample in _cast(session, city)
        if await queries.account_by_username(session, sample.username) is None
    ]
    if fresh:
        known |= {login.username: login for login in fresh}
        _write(data_dir, list(known.values()))
        log.info("accounts.sample_made", count=len(fresh))
    return list(known.values())


def sample_logins(data_dir: Path) -> list[SampleLogin]:
    """What `sample-accounts.json` lists; nothing when there is none."""
    path = data_dir / FILE
    if not path.exists():
        return []
    return [SampleLogin(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]


async def _make(session: AsyncSession, sample: SampleAccount) -> SampleLogin:
    password = first_passwords.make(sample.username, sample.display_name)
    await service.create_account(
        session,
        None,
        NewAccount(
            username=sample.username,
            display_name=sample.display_name,
            password=password,
            organization_id=sample.place.id,
            roles=[sample.role],
            must_change_password=False,
        ),
    )
    return SampleLogin(sample.username, password, sample.role, sample.place.name)


def _write(data_dir: Path, logins: list[SampleLogin]) -> None:
    listing = [
        {
            "username": login.username,
            "password": login.password,
            "role": login.role,
            "organization": login.organization,
        }
        for login in logins
    ]
    write_secret(data_dir / FILE, json.dumps(listing, ensure_ascii=False, indent=1) + "\n")


async def _cast(session: AsyncSession, city: Organization) -> AsyncIterator[SampleAccount]:
    nodes = {node.key.removeprefix("district-"): node for node in await districts(session, city.id)}
    for number in range(1, 7):
        place = {5: nodes.get("haibowan"), 6: nodes.get("wuda")}.get(number) or city
        yield SampleAccount(f"agent-{number}", f"话务员{number}号", Role.AGENT, place)
    yield SampleAccount("dispatcher-1", "市派单员", Role.DISPATCHER, city)
    yield SampleAccount("supervisor-city", "市值班长", Role.CITY_SUPERVISOR, city)
    for slug, node in nodes.items():
        name = node.short_name
        yield SampleAccount(f"dispatcher-{slug}", f"{name}派单员", Role.DISPATCHER, node)
        yield SampleAccount(f"supervisor-{slug}", f"{name}值班长", Role.DISTRICT_SUPERVISOR, node)
    for key in _UNITS:
        unit = await organization_by_key(session, key)
        if unit is not None:
            username = f"unit-{key.removeprefix('org-')}"
            yield SampleAccount(username, f"{unit.short_name}经办人", Role.UNIT_HANDLER, unit)
    yield SampleAccount("editor-1", "目录编辑", Role.DIRECTORY_EDITOR, city)
    yield SampleAccount("editor-2", "目录审核", Role.DIRECTORY_EDITOR, city)
    house = await organization_by_key(session, "org-house")
    if house is not None:
        name = f"{house.short_name}编辑"
        yield SampleAccount("editor-house", name, Role.DIRECTORY_EDITOR, house)
    yield SampleAccount("admin-system", "系统管理员", Role.SYSTEM_ADMIN, city)
    yield SampleAccount("admin-security", "安全管理员", Role.SECURITY_ADMIN, city)
    yield SampleAccount("admin-audit", "审计管理员", Role.AUDIT_ADMIN, city)
