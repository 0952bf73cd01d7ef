"""Sign in and out, one's own sessions, password and second factor; administration of accounts."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from hotline import audit, clock
from hotline.accounts import (
    first_passwords,
    queries,
    resetting,
    service,
    sessions,
    sign_in,
    single_sign_on,
)
from hotline.accounts.auth import (
    AccountReader,
    AccountWriter,
    AnyAccount,
    RoleWriter,
    cookie_name,
    hand_over,
    require_own_origin,
    token_of,
    who_holds,
)
from hotline.accounts.confirming import client_of, renew_token, require_password
from hotline.accounts.models import Account, RoleBinding
from hotline.accounts.roles import Role
from hotline.accounts.schemas import (
    AccountIn,
    AccountMade,
    AccountOut,
    AccountPage,
    AccountQuery,
    ChosenPasswordIn,
    CodeIn,
    ConfirmIn,
    FirstPasswordOut,
    Me,
    PasswordIn,
    PresenceOut,
    ResetLinkOut,
    RoleIn,
    RoleOut,
    SecondFactorOut,
    SessionOut,
    SessionPage,
    SignInIn,
)
from hotline.agents.models import Seat
from hotline.db import Database, Tx
from hotline.organizations.models import Organization
from hotline.organizations.queries import organization
from hotline.organizations.schemas import OrganizationRef
from hotline.principal import Principal
from hotline.settings import Settings

router = APIRouter(prefix="/api/v1", tags=["accounts"])


@router.post("/sessions", status_code=201)
async def begin_session(request: Request, response: Response, body: SignInIn) -> Me:
    """登录：设置会话 Cookie。"""
    require_own_origin(request)
    settings, database = _installation(request)
    signed_in = await sign_in.sign_in(
        database,
        sign_in.Attempt(
            username=body.username,
            password=body.password,
            totp=body.totp,
            client=client_of(request),
            old_token=token_of(request),
        ),
    )
    hand_over(response, settings, signed_in.token)
    principal = await who_holds(request, signed_in.token)
    async with database.transaction() as session:
        return await _me(session, principal, settings)


@router.get("/sessions")
async def list_sessions(session: Tx, principal: AnyAccount) -> SessionPage:
    """我的有效会话。"""
    account = await queries.own_account(session, principal)
    rows = await queries.open_sessions(session, account.id, clock.now())
    idle = sessions.idle_of(principal.roles)
    alive = [row for row in rows if not sessions.has_ended(row, idle=idle, now=clock.now())]
    items = [SessionOut.model_validate(row) for row in alive]
    return SessionPage(
        items=[
            item.model_copy(update={"is_current": item.id == principal.session_id})
            for item in items
        ]
    )


@router.delete("/sessions/current", status_code=204)
async def end_current_session(session: Tx, principal: AnyAccount, request: Request) -> Response:
    """退出登录。"""
    await sign_in.sign_out(session, principal, address=client_of(request).address)
    settings, _ = _installation(request)
    response = Response(status_code=204, headers={"Clear-Site-Data": '"cache", "storage"'})
    response.delete_cookie(
        cookie_name(settings), secure=settings.is_https, httponly=True, samesite="strict"
    )
    return response


@router.post("/sessions/{session_id}/end", status_code=204)
async def end_session(
    request: Request, response: Response, principal: AnyAccount, session_id: UUID, body: ConfirmIn
) -> None:
    """结束一个会话：自己的；安全管理员可结束他人的。须再次输入自己的密码。"""
    await require_password(request, principal, "password", body.password)
    async with _installation(request)[1].transaction() as session:
        row = await queries.visible_session(session, principal, session_id)
        await sessions.end(session, row.id, reason="ended")
        await renew_token(session, request, response, principal)
        await audit.record(
            session, principal, "session.ended", target=f"account:{row.account_id}",
            address=client_of(request).address,
        )  # fmt: skip


@router.get("/me")
async def show_me(session: Tx, principal: AnyAccount, request: Request) -> Me:
    """我是谁、有哪些角色和权限。"""
    return await _me(session, principal, _installation(request)[0])


@router.post("/me/password", status_code=204)
async def change_password(
    request: Request, response: Response, principal: AnyAccount, body: PasswordIn
) -> None:
    """修改密码：须再次输入当前密码；其他会话随即结束。"""
    await require_password(request, principal, "current_password", body.current_password)
    async with _installation(request)[1].transaction() as session:
        await service.change_password(session, principal, body.new_password)
        await renew_token(session, request, response, principal)


@router.post("/me/totp", status_code=201)
async def begin_second_factor(
    request: Request, response: Response, principal: AnyAccount, body: ConfirmIn
) -> SecondFactorOut:
    """设置动态验证码：返回供验证器扫描的地址。"""
    await require_password(request, principal, "password", body.password)
    async with _installation(request)[1].transaction() as session:
        uri = await service.begin_second_factor(session, principal)
        await renew_token(session, request, response, principal)
    return SecondFactorOut(uri=uri)


@router.post("/me/totp/confirmation", status_code=204)
async def confirm_second_factor(session: Tx, principal: AnyAccount, body: CodeIn) -> None:
    """用一个动态验证码确认启用。"""
    await service.confirm_second_factor(session, principal, body.code)


@router.get("/accounts")
async def list_accounts(
    session: Tx, principal: AccountReader, wanted: Annotated[AccountQuery, Query()]
) -> AccountPage:
    """本机构及下级的账号。"""
    chosen = queries.page_of_accounts(principal, after=wanted.after, limit=wanted.limit + 1)
    found = (await session.scalars(chosen)).all()
    shown = found[: wanted.limit]
    return AccountPage(
        items=await _accounts_out(session, shown),
        next=shown[-1].username if len(found) > wanted.limit else None,
        unused_count=await queries.unused_count(session, principal),
    )


@router.post("/accounts", status_code=201)
async def create_account(session: Tx, principal: AccountWriter, body: AccountIn) -> AccountMade:
    """新建账号：没有任何角色，角色由安全管理员授予；初始密码随机生成，只显示这一次。"""
    service.require_place(principal, body.organization_id)
    password = first_passwords.make(body.username, body.display_name)
    new = service.NewAccount(body.username, body.display_name, password, body.organization_id)
    account = await service.create_account(session, principal, new)
    shown = (await _accounts_out(session, [account]))[0]
    return AccountMade(**shown.model_dump(), first_password=_first_password(account, password))


@router.post("/accounts/{account_id}/disable", status_code=204)
async def disable_account(session: Tx, principal: AccountWriter, account_id: UUID) -> None:
    """停用账号：它的会话随即结束。"""
    account = await queries.account(session, principal, account_id)
    await service.disable_account(session, principal, account)


@router.post("/accounts/{account_id}/enable", status_code=204)
async def enable_account(session: Tx, principal: AccountWriter, account_id: UUID) -> None:
    """恢复停用的账号。"""
    account = await queries.account(session, principal, account_id)
    await service.enable_account(session, principal, account)


@router.post("/accounts/{account_id}/roles")
async def grant_role(
    session: Tx, principal: RoleWriter, account_id: UUID, body: RoleIn
) -> AccountOut:
    """授予角色：账号须重新登录。"""
    account = await queries.account(session, principal, account_id)
    service.require_place(principal, body.organization_id)
    await service.grant_role(session, principal, account, body.role, body.organization_id)
    return (await _accounts_out(session, [account]))[0]


@router.delete("/accounts/{account_id}/roles/{role}", status_code=204)
async def revoke_role(session: Tx, principal: RoleWriter, account_id: UUID, role: Role) -> None:
    """收回角色：账号须重新登录。"""
    account = await queries.account(session, principal, account_id)
    await service.revoke_role(session, principal, account, role)


@router.post("/accounts/{account_id}/password", status_code=201)
async def reset_password(session: Tx, principal: RoleWriter, account_id: UUID) -> FirstPasswordOut:
    """重置密码：随机生成，只显示这一次，下次登录时须修改。"""
    account = await queries.account(session, principal, account_id)
    password = await service.reset_password(session, principal, account)
    return _first_password(account, password)


@router.post("/accounts/{account_id}/reset-link", status_code=201)
async def make_reset_link(session: Tx, principal: RoleWriter, account_id: UUID) -> ResetLinkOut:
    """重置链接：十分钟内有效，只能用一次；由本人打开并自行设置密码。"""
    account = await queries.account(session, principal, account_id)
    token = await resetting.make_link(session, principal, account)
    return ResetLinkOut(
        path=f"/console/reset#{token}", expires_at=clock.now() + resetting.VALID_FOR
    )


@router.post("/password-resets", status_code=204)
async def choose_password(request: Request, body: ChosenPasswordIn) -> None:
    """凭重置链接设置新密码：原有会话随即结束。"""
    require_own_origin(request)
    await resetting.choose_password(
        request.state.database, body.token, body.new_password,
        address=client_of(request).address,
    )  # fmt: skip


@router.delete("/accounts/{account_id}/identity", status_code=204)
async def unbind_identity(session: Tx, principal: RoleWriter, account_id: UUID) -> None:
    """解除统一身份认证的关联。"""
    account = await queries.account(session, principal, account_id)
    service.refuse_administrators(principal, account)
    await single_sign_on.unbind(session, principal, account)


@router.delete("/accounts/{account_id}/totp", status_code=204)
async def reset_second_factor(session: Tx, principal: RoleWriter, account_id: UUID) -> None:
    """重置动态验证码：设备遗失时使用。"""
    account = await queries.account(session, principal, account_id)
    await service.reset_second_factor(session, principal, account)


async def _me(session: Tx, principal: Principal, settings: Settings) -> Me:
    account = await queries.own_account(session, principal)
    bound = await queries.bindings(session, [account.id])
    home = await organization(session, account.organization_id)
    return Me(
        account_id=account.id,
        username=account.username,
        display_name=account.display_name,
        roles=[_role_out(*pair) for pair in bound],
        scopes=sorted(principal.scopes),
        organization=OrganizationRef.model_validate(home),
        presence=await _presence(session, account.id),
        must_change_password=sessions.must_renew(account, settings),
        must_enroll_totp=sessions.must_enroll(account, settings),
    )


async def _presence(session: Tx, account_id: UUID) -> PresenceOut | None:
    """None for whoever never sat down at a seat."""
    seat = await session.get(Seat, account_id)
    if seat is None:
        return None
    return PresenceOut(state=seat.state, reason=seat.reason, since=seat.since)


async def _accounts_out(session: Tx, accounts: Sequence[Account]) -> list[AccountOut]:
    ids = [account.id for account in accounts]
    bound = await queries.bindings(session, ids)
    used = await queries.last_used(session, ids)
    return [
        AccountOut(
            id=account.id,
            username=account.username,
            display_name=account.display_name,
            organization_id=account.organization_id,
            roles=[_role_out(*pair) for pair in bound if pair[0].account_id == account.id],
            disabled_at=account.disabled_at,
            disabled_why=account.disabled_why,
            last_used_at=used.get(account.id),
            has_second_factor=account.totp_confirmed_at is not None,
        )
        for account in accounts
    ]


def _first_password(account: Account, password: str) -> FirstPasswordOut:
    return FirstPasswordOut(password=password, expires_at=first_passwords.over_at(account))


def _role_out(binding: RoleBinding, place: Organization) -> RoleOut:
    return RoleOut(role=Role(binding.role), organization=OrganizationRef.model_validate(place))


def _installation(request: Request) -> tuple[Settings, Database]:
    return request.state.settings, request.state.database
