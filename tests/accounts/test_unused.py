"""Under MLPS, accounts that nobody uses are disabled; somebody who can give them back stays."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from hotline import clock
from hotline.accounts import queries, service
from hotline.accounts.jobs import LOOK_FOR_UNUSED, next_look, runners
from hotline.accounts.models import Account
from hotline.accounts.roles import Role
from hotline.accounts.service import LastAdministrator
from hotline.jobs import service as jobs
from hotline.jobs.worker import Worker
from hotline.settings import PasswordProfile
from tests.accounts.conftest import Browser, Town, sign_in

LONGEST = timedelta(days=90)
_LONG_AGO = clock.now() - timedelta(days=1)


async def test_ninety_days_without_a_sign_in_disable_and_not_a_moment_less(
    town: Town, browser: Browser
) -> None:
    idle, busy = await town.account("idle", Role.AGENT), await town.account("busy", Role.AGENT)
    await _age(town, LONGEST - timedelta(minutes=1))
    assert (await sign_in(browser(), "busy")).status_code == 201
    await _night(town)
    assert await _disabled(town) == {}
    await _age(town, timedelta(minutes=2))
    await _night(town)
    assert await _disabled(town) == {idle.id: "unused"}
    assert (await sign_in(browser(), "idle")).status_code == 401
    await _age(town, LONGEST)
    await _night(town)
    assert set(await _disabled(town)) == {idle.id, busy.id}


async def test_the_administrator_is_told_and_gives_it_back_for_ninety_days_more(
    town: Town, browser: Browser
) -> None:
    idle = await town.account("idle", Role.AGENT)
    await town.account("admin", Role.SYSTEM_ADMIN)
    await _age(town, timedelta(days=91))
    await _night(town)
    admin = browser()
    assert (await sign_in(admin, "admin")).status_code == 201
    told = (await admin.get("/api/v1/accounts")).json()
    assert told["unused_count"] == 1
    seen = {one["username"]: (one["disabled_why"], one["last_used_at"]) for one in told["items"]}
    assert seen["idle"] == ("unused", None)
    assert seen["admin"][0] is None
    assert seen["admin"][1] is not None
    assert (await admin.post(f"/api/v1/accounts/{idle.id}/enable")).status_code == 204
    await _night(town)
    assert await _disabled(town) == {}
    async with town.database.transaction() as session:
        audited = text(
            "SELECT action, reason FROM audit_entry WHERE target = :target ORDER BY at, id"
        )
        entries = [tuple(row) for row in await session.execute(
            audited, {"target": f"account:{idle.id}"}
        )]  # fmt: skip
        events = text("SELECT payload, scope FROM event WHERE name = 'account.disabled'")
        recorded = (await session.execute(events)).one()
    assert entries[-2:] == [("account.disabled", "unused"), ("account.enabled", None)]
    assert tuple(recorded) == ({"id": str(idle.id), "why": "unused"}, "accounts:read")


async def test_the_system_administrator_who_was_there_last_stays(
    town: Town, browser: Browser
) -> None:
    first = await town.account("first", Role.SYSTEM_ADMIN)
    await town.account("second", Role.SYSTEM_ADMIN)
    assert (await sign_in(browser(), "second")).status_code == 201
    await _age(town, timedelta(days=400))
    await _night(town)
    await _night(town)
    assert await _disabled(town) == {first.id: "unused"}


async def test_nobody_disables_the_last_system_administrator_or_takes_the_role(town: Town) -> None:
    first = await town.account("first", Role.SYSTEM_ADMIN)
    async with town.database.transaction() as session:
        account = await session.get_one(Account, first.id)
        with pytest.raises(LastAdministrator):
            await service.disable_account(session, None, account)
        with pytest.raises(LastAdministrator):
            await service.revoke_role(session, None, account, Role.SYSTEM_ADMIN)
    await town.account("second", Role.SYSTEM_ADMIN)
    async with town.database.transaction() as session:
        account = await session.get_one(Account, first.id)
        await service.disable_account(session, None, account)
        assert len(await queries.held_system_administrators(session, account)) == 1


async def test_under_asvs_nobody_is_disabled_for_being_away(town: Town) -> None:
    await town.account("idle", Role.AGENT)
    await _age(town, timedelta(days=400))
    await _night(town, PasswordProfile.ASVS)
    assert await _disabled(town) == {}


async def test_the_next_look_is_in_the_coming_night(town: Town) -> None:
    now = clock.now()
    assert timedelta(hours=2) <= next_look(now) - now <= timedelta(hours=26)
    assert clock.local(next_look(now)).hour == 2


async def _age(town: Town, by: timedelta) -> None:
    """As if all of it had been so much earlier."""
    async with town.database.transaction() as session:
        await session.execute(
            text("UPDATE account SET created_at = created_at - CAST(:by AS interval)"), {"by": by}
        )
        await session.execute(
            text("UPDATE account_session SET seen_at = seen_at - CAST(:by AS interval)"), {"by": by}
        )


async def _night(town: Town, profile: PasswordProfile = PasswordProfile.MLPS) -> None:
    """Run the job; the one that it leaves for the next night is taken back."""
    town.database.carry(password_profile=profile)
    async with town.database.transaction() as session:
        await jobs.enqueue(session, LOOK_FOR_UNUSED, run_at=_LONG_AGO, dedupe=LOOK_FOR_UNUSED)
    assert await Worker(town.database, runners()).run_due() == 1
    async with town.database.transaction() as session:
        await jobs.cancel(session, LOOK_FOR_UNUSED, LOOK_FOR_UNUSED)
    town.database.carry(password_profile=PasswordProfile.ASVS)


async def _disabled(town: Town) -> dict[object, object]:
    async with town.database.transaction() as session:
        chosen = text("SELECT id, disabled_why FROM account WHERE disabled_at IS NOT NULL")
        return {row.id: row.disabled_why for row in await session.execute(chosen)}
