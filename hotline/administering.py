"""What an administrator asks for at a shell, each in one transaction."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from hotline.accounts import first_passwords
from hotline.accounts import queries as account_queries
from hotline.accounts import service as accounts
from hotline.accounts.roles import Role
from hotline.attachments.keeping import Store
from hotline.conversation.live_directory import LiveDirectory
from hotline.db import Database
from hotline.directory.exporting import export_directory
from hotline.directory.importing import ImportReport, import_directory
from hotline.errors import NotFound
from hotline.installation import semantic_of
from hotline.matching.match import Matcher
from hotline.opendata import keys as open_keys
from hotline.organizations.queries import cities, organization_by_key
from hotline.portal import sealing
from hotline.retention import erasing
from hotline.settings import Settings
from hotline.tickets.attending import erase_ticket


@dataclass(frozen=True, slots=True)
class WantedAccount:
    """What `hotline accounts create` was asked for."""

    username: str
    display_name: str
    role: Role
    organization: str
    password: str | None = None
    """The operator's own; otherwise it is made by chance."""


async def matcher_of(settings: Settings, database: Database) -> Matcher:
    """The matcher of the oldest city's directory as it is in the database."""
    live = LiveDirectory(database, semantic_of(settings))
    await live.load()
    async with database.transaction() as session:
        city, *_ = await cities(session)
    return live.of_city(city.id).matcher


async def import_files(database: Database, folder: Path) -> ImportReport:
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL statement_timeout = '120s'"))
        return await import_directory(session, folder)


async def export_files(database: Database, folder: Path) -> None:
    async with database.transaction() as session:
        city, *_ = await cities(session)
        await export_directory(session, city.id, folder)


async def create(database: Database, wanted: WantedAccount) -> str:
    """Its first password."""
    password = wanted.password or first_passwords.make(wanted.username, wanted.display_name)
    async with database.transaction() as session:
        organization = await organization_by_key(session, wanted.organization)
        if organization is None:
            raise NotFound(f"没有编号为 {wanted.organization} 的机构。")
        await accounts.create_account(
            session,
            None,
            accounts.NewAccount(
                username=wanted.username,
                display_name=wanted.display_name,
                password=password,
                organization_id=organization.id,
                roles=(wanted.role,),
            ),
        )
    return password


async def reset(database: Database, username: str, *, codes: bool) -> str:
    """A first password for an account, an administrator's too; `codes`: its device is lost."""
    async with database.transaction() as session:
        account = await account_queries.account_by_username(session, username)
        if account is None:
            raise NotFound(f"没有账号 {username}。")
        if codes:
            await accounts.reset_second_factor(session, None, account)
        return await accounts.reset_password(session, None, account)


async def create_key(database: Database, name: str, contact: str) -> str:
    """A key of the oldest city for its open interfaces."""
    async with database.transaction() as session:
        city, *_ = await cities(session)
        made = await open_keys.make_key(session, None, city_id=city.id, name=name, contact=contact)
    return made.secret


async def verify_log(database: Database) -> list[sealing.Verdict]:
    """Every sealed month of every city against the log as it is."""
    async with database.transaction() as session:
        return [
            await sealing.verify(session, row)
            for city in await cities(session)
            for row in await sealing.digests(session, city.id)
        ]


def erasing_hands(settings: Settings) -> erasing.Hands:
    """What erases files and tickets, for those who erase by number or by age."""
    return erasing.Hands(Store.of(settings).erase, erase_ticket)
