"""Every change to accounts and roles; `principal` None is the operator at the command line."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from hotline import audit, clock
from hotline.accounts import (
    breached,
    first_passwords,
    hashing,
    passwords,
    queries,
    renewal,
    second_factor,
    sessions,
)
from hotline.accounts.models import Account, RoleBinding
from hotline.accounts.roles import DUTIES, PLACES, Duty, Role
from hotline.accounts.schemas import AccountDisabled
from hotline.errors import Conflict, InvalidInput
from hotline.events import service as events
from hotline.organizations.queries import organization
from hotline.principal import Principal
from hotline.settings import PasswordProfile
from hotline.vault import vault_of

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


class UsernameTaken(Conflict):
    code, detail = "username_taken", "这个账号名已被使用。"


class DutiesApart(Conflict):
    code = "duties_apart"
    detail = "三类管理员必须分设：一个账号不能同时担任，也不能兼任业务角色。"


class AdministratorsApart(Conflict):
    code = "administrators_apart"
    detail = "管理员账号的密码和验证码不能由其他管理员重置，请由运维人员处理。"


class LastAdministrator(Conflict):
    code = "last_administrator"
    detail = "这是本市最后一个可用的系统管理员，请先另设一个。"


class RolesInTwoPlaces(Conflict):
    code, detail = "roles_in_two_places", "一个账号的角色只能属于同一个机构，请另建账号。"


@dataclass(frozen=True, slots=True)
class NewAccount:
    username: str
    display_name: str
    password: str
    organization_id: UUID
    roles: Collection[Role] = ()
    must_change_password: bool = True


async def create_account(
    session: AsyncSession, principal: Principal | None, new: NewAccount
) -> Account:
    """Make an account and bind its roles to its organization."""
    await _check(session, new)
    account = Account(
        username=new.username,
        display_name=new.display_name.strip(),
        password_hash=await hashing.hash_password(new.password),
        organization_id=new.organization_id,
        must_change_password=new.must_change_password,
    )
    session.add(account)
    await session.flush()
    await _audit(session, principal, "account.created", account)
    for role in new.roles:
        await grant_role(session, principal, account, role, new.organization_id)
    return account


async def grant_role(
    session: AsyncSession,
    principal: Principal | None,
    account: Account,
    role: Role,
    organization_id: UUID,
) -> None:
    """Bind a role; the account has to sign in again.

    Scopes count for the whole subtree of an account, so all its roles stand in one place.
    """
    place = await organization(session, organization_id)
    if place.tier not in PLACES.get(role, {place.tier}):
        raise invalid("organization_id", "这个角色不能设在该层级的机构。")
    held = await queries.bindings(session, [account.id])
    if any(binding.organization_id != organization_id for binding, _ in held):
        raise RolesInTwoPlaces
    if any(binding.role == role for binding, _ in held):
        return
    await _take_duty(session, account, role)
    session.add(RoleBinding(account_id=account.id, role=role, organization_id=organization_id))
    await session.flush()
    await sessions.end_all(session, account.id, reason="roles_changed")
    await _audit(
        session, principal, "role.granted", account, role=role, organization=organization_id
    )


async def revoke_role(
    session: AsyncSession, principal: Principal | None, account: Account, role: Role
) -> None:
    """Take a role back; with the last one the account's duty is open again.

    Raises LastAdministrator.
    """
    if role is Role.SYSTEM_ADMIN:
        await _leave_an_administrator(session, account)
    mine = RoleBinding.account_id == account.id
    await session.execute(delete(RoleBinding).where(mine, RoleBinding.role == role))
    if not await queries.bindings(session, [account.id]):
        account.duty = None
    await sessions.end_all(session, account.id, reason="roles_changed")
    await _audit(session, principal, "role.revoked", account, role=role)


async def disable_account(
    session: AsyncSession, principal: Principal | None, account: Account, *, why: str | None = None
) -> None:
    """Nobody signs in until it is given back; `why` where nobody decided it.

    Raises LastAdministrator.
    """
    await _leave_an_administrator(session, account)
    account.disabled_at, account.disabled_why = account.disabled_at or clock.now(), why
    await sessions.end_all(session, account.id, reason="disabled")
    await _audit(session, principal, "account.disabled", account, reason=why)
    await events.record(
        session, "account.disabled", subject_id=account.id,
        payload=AccountDisabled(id=account.id, why=why), audience=[account.organization_id],
        scope="accounts:read",
    )  # fmt: skip


async def enable_account(
    session: AsyncSession, principal: Principal | None, account: Account
) -> None:
    """From now on its unused days count anew."""
    account.disabled_at = account.disabled_why = None
    account.enabled_at = clock.now()
    await _audit(session, principal, "account.enabled", account)


async def reset_password(
    session: AsyncSession, principal: Principal | None, account: Account
) -> str:
    """Give a password by chance, which ends unless it is soon changed."""
    refuse_administrators(principal, account)
    password = first_passwords.make(account.username, account.display_name)
    await renewal.replace(session, account, await hashing.hash_password(password))
    account.must_change_password = True
    await sessions.end_all(session, account.id, reason="password_changed")
    await _audit(session, principal, "password.reset", account)
    return password


async def change_password(session: AsyncSession, principal: Principal, new_password: str) -> None:
    """One's own, after `confirm_password`; every other session ends."""
    account = await queries.own_account(session, principal)
    await check_password(session, "new_password", new_password, account)
    await renewal.replace(session, account, await hashing.hash_password(new_password))
    account.must_change_password = False
    await _end_others(session, principal, account, reason="password_changed")
    await _audit(session, principal, "password.changed", account)


async def begin_second_factor(session: AsyncSession, principal: Principal) -> str:
    """A new secret, sealed; it counts once a code has confirmed it. Gives the otpauth address."""
    account = await queries.own_account(session, principal)
    if account.totp_confirmed_at is not None:
        raise Conflict("动态验证码已经启用。")
    secret = second_factor.new_secret()
    account.totp_sealed = vault_of(session).seal(
        secret, table="account", column="totp_sealed", row=account.id
    )
    account.totp_step = None
    return second_factor.address_of(secret, account.username)


async def confirm_second_factor(session: AsyncSession, principal: Principal, code: str) -> None:
    """From now on codes are asked for; every other session ends, since none gave one."""
    account = await queries.own_account(session, principal)
    if account.totp_sealed is None or account.totp_confirmed_at is not None:
        raise Conflict("请先获取动态验证码密钥。")
    secret = vault_of(session).open(
        account.totp_sealed, table="account", column="totp_sealed", row=account.id
    )
    step = second_factor.step_of(secret, code, now=clock.now(), last=account.totp_step)
    if step is None:
        raise invalid("code", "动态验证码不正确。")
    account.totp_step = step
    account.totp_confirmed_at = clock.now()
    await _end_others(session, principal, account, reason="second_factor_confirmed")
    await _audit(session, principal, "second_factor.confirmed", account)


async def reset_second_factor(
    session: AsyncSession, principal: Principal | None, account: Account
) -> None:
    """For a lost device: the account sets up codes anew."""
    refuse_administrators(principal, account)
    account.totp_sealed = account.totp_confirmed_at = account.totp_step = None
    await sessions.end_all(session, account.id, reason="second_factor_reset")
    await _audit(session, principal, "second_factor.reset", account)


def require_place(principal: Principal, organization_id: UUID) -> None:
    """Accounts and roles are given only inside the giver's own subtree."""
    if organization_id not in principal.subtree:
        raise invalid("organization_id", "没有这个机构。")


def invalid(field: str, message: str) -> InvalidInput:
    return InvalidInput(errors=[{"field": field, "message": message}])


async def check_password(
    session: AsyncSession, field: str, password: str, owner: Account | NewAccount
) -> None:
    names = (owner.username, owner.display_name)
    profile = session.info.get("password_profile", PasswordProfile.ASVS)
    if fault := passwords.fault(password, names=names, profile=profile):
        raise invalid(field, fault)
    if await breached.is_breached(password, session.info.get("breached")):
        raise invalid(field, "这个密码曾在其他网站泄露，请换一个。")
    if not isinstance(owner, Account) or profile is not PasswordProfile.MLPS:
        return
    if await renewal.was_used(session, owner, password):
        raise invalid(field, f"最近 {renewal.REMEMBERED} 次用过的密码不能再用。")


def refuse_administrators(principal: Principal | None, account: Account) -> None:
    """Whoever resets another administrator's log-in would hold two of the three."""
    if principal is not None and account.duty not in (None, Duty.SERVICE):
        raise AdministratorsApart


async def _check(session: AsyncSession, new: NewAccount) -> None:
    if not _USERNAME.fullmatch(new.username):
        raise invalid("username", "账号名由小写字母、数字、点、横线组成，2 到 64 个字符。")
    if not 1 <= len(new.display_name.strip()) <= 64:
        raise invalid("display_name", "姓名须为 1 到 64 个字符。")
    await check_password(session, "password", new.password, new)
    if await queries.account_by_username(session, new.username) is not None:
        raise UsernameTaken


async def _take_duty(session: AsyncSession, account: Account, role: Role) -> None:
    """The database alone decides between two grants at once."""
    duty = DUTIES[role]
    taken = await session.scalar(
        update(Account)
        .where(Account.id == account.id, or_(Account.duty.is_(None), Account.duty == duty))
        .values(duty=duty)
        .returning(Account.id)
    )
    if taken is None:
        raise DutiesApart
    set_committed_value(account, "duty", duty.value)


async def _leave_an_administrator(session: AsyncSession, account: Account) -> None:
    """Only a system administrator gives accounts back: a city is never without one."""
    if account.duty != Duty.SYSTEM or account.disabled_at is not None:
        return
    usable = await queries.held_system_administrators(session, account)
    if not [one for one in usable if one != account.id]:
        raise LastAdministrator


async def _end_others(
    session: AsyncSession, principal: Principal, account: Account, *, reason: str
) -> None:
    kept = {principal.session_id} if principal.session_id else set()
    await sessions.end_all(session, account.id, reason=reason, but=kept)


async def _audit(
    session: AsyncSession, principal: Principal | None, action: str, account: Account, **facts: Any
) -> None:
    await audit.record(session, principal, action, target=f"account:{account.id}", **facts)
