"""Sign in with a password and, where one is set up, a one-time code.

The password is judged between two short transactions, never inside one. Failures count per name,
known or not, and per address; the answer to an unknown name costs the same and says the same.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.accounts import first_passwords, hashing, queries, second_factor, sessions
from hotline.accounts.first_passwords import FirstPasswordOver
from hotline.accounts.models import Account, SignInFailure
from hotline.accounts.sessions import Client
from hotline.audit import Result
from hotline.db import Database
from hotline.errors import BadCredentials, HotlineError, TooManyAttempts
from hotline.principal import Principal
from hotline.vault import vault_of

WINDOW = timedelta(minutes=30)
MOST_OF_NAME = 6
# People of one office share an address: it takes more failures than one name does.
MOST_OF_ADDRESS = 60
_KEEP = timedelta(days=1)


class CodeNeeded(BadCredentials):
    code, detail = "totp_needed", "请输入动态验证码。"


@dataclass(frozen=True, slots=True)
class Attempt:
    username: str
    password: str
    totp: str | None
    client: Client
    old_token: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: str
    session_id: UUID
    account_id: UUID


async def sign_in(database: Database, attempt: Attempt) -> SignedIn:
    """Begin a session, and end the one of the token that came along.

    Raises BadCredentials, CodeNeeded and FirstPasswordOver (the password was right),
    TooManyAttempts.
    """
    username = attempt.username.strip().lower()
    async with database.transaction() as session:
        account = await queries.account_by_username(session, username)
        locked = await _is_locked(session, username, attempt.client)
    known_hash = account.password_hash if account else hashing.NOBODY
    is_right = not locked and await hashing.is_right(known_hash, attempt.password)
    renewed = await _renewed(known_hash, attempt.password) if is_right else None
    async with database.transaction() as session:
        outcome = await _settle(session, attempt, username, is_right=is_right)
        if renewed and isinstance(outcome, SignedIn):
            mine = (Account.id == outcome.account_id, Account.password_hash == known_hash)
            await session.execute(update(Account).where(*mine).values(password_hash=renewed))
    if isinstance(outcome, HotlineError):
        raise outcome
    return outcome


async def sign_out(session: AsyncSession, principal: Principal, *, address: str) -> None:
    if principal.session_id is not None:
        await sessions.end(session, principal.session_id, reason="signed_out")
    await audit.record(
        session, principal, "session.ended", target=_target(principal.account_id), address=address
    )


async def confirm_password(
    database: Database, principal: Principal, password: str, client: Client
) -> bool:
    """Ask for the password again; failures count towards the same lock as at sign-in."""
    async with database.transaction() as session:
        account = await queries.own_account(session, principal)
        locked = await _is_locked(session, account.username, client)
    is_right = not locked and await hashing.is_right(account.password_hash, password)
    async with database.transaction() as session:
        await _hold_name(session, account.username)
        locked = await _is_locked(session, account.username, client)
        if not is_right and not locked:
            await _fail(session, account.username, client)
            await audit.record(
                session, principal, "password.refused", target=_target(account.id),
                result=Result.REFUSED, address=client.address,
            )  # fmt: skip
    if locked:
        raise TooManyAttempts
    return is_right


async def _renewed(password_hash: str, password: str) -> str | None:
    """Today's hash of the same password, where the kept one was made with older parameters."""
    if not hashing.is_outdated(password_hash):
        return None
    return await hashing.hash_password(password)


async def _is_locked(session: AsyncSession, username: str, client: Client) -> bool:
    since = clock.now() - WINDOW
    name = _name_hash(session, username)
    return (
        await queries.failures_of_name(session, name, since) >= MOST_OF_NAME
        or await queries.failures_from(session, client.address, since) >= MOST_OF_ADDRESS
    )


async def _settle(
    session: AsyncSession, attempt: Attempt, username: str, *, is_right: bool
) -> SignedIn | HotlineError:
    """Decide under the lock of the name."""
    name = await _hold_name(session, username)
    account = await queries.account_by_username(session, username)
    if await _is_locked(session, username, attempt.client):
        return await _refuse(session, attempt, account, TooManyAttempts())
    if not is_right or account is None or account.disabled_at is not None:
        return await _count_failure(session, attempt, account, username)
    refusal = await _judge_code(session, attempt, account) or _judge_age(account)
    if isinstance(refusal, CodeNeeded | FirstPasswordOver):
        return await _refuse(session, attempt, account, refusal)
    if refusal is not None:
        return await _count_failure(session, attempt, account, username)
    await session.execute(delete(SignInFailure).where(SignInFailure.name_hash == name))
    return await _welcome(session, attempt, account)


async def _hold_name(session: AsyncSession, username: str) -> bytes:
    """Its hash; until the transaction ends, guesses made side by side are counted one by one."""
    name = _name_hash(session, username)
    key = int.from_bytes(name[:8], signed=True)
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
    return name


async def _count_failure(
    session: AsyncSession, attempt: Attempt, account: Account | None, username: str
) -> HotlineError:
    await _fail(session, username, attempt.client)
    locked = await _is_locked(session, username, attempt.client)
    return await _refuse(
        session, attempt, account, TooManyAttempts() if locked else BadCredentials()
    )


async def _fail(session: AsyncSession, username: str, client: Client) -> None:
    await session.execute(delete(SignInFailure).where(SignInFailure.at < clock.now() - _KEEP))
    session.add(SignInFailure(name_hash=_name_hash(session, username), address=client.address))
    await session.flush()


async def _judge_code(
    session: AsyncSession, attempt: Attempt, account: Account
) -> HotlineError | None:
    if account.totp_confirmed_at is None or account.totp_sealed is None:
        return None
    if not attempt.totp:
        return CodeNeeded()
    secret = vault_of(session).open(
        account.totp_sealed, table="account", column="totp_sealed", row=account.id
    )
    step = second_factor.step_of(secret, attempt.totp, now=clock.now(), last=account.totp_step)
    if step is None:
        return BadCredentials()
    account.totp_step = step
    return None


def _judge_age(account: Account) -> HotlineError | None:
    return FirstPasswordOver() if first_passwords.is_over(account) else None


async def _refuse(
    session: AsyncSession, attempt: Attempt, account: Account | None, refusal: HotlineError
) -> HotlineError:
    await audit.record(
        session,
        _as_principal(account),
        "session.refused",
        target=_target(account.id) if account else None,
        result=Result.REFUSED,
        reason=refusal.code,
        address=attempt.client.address,
    )
    return refusal


async def _welcome(session: AsyncSession, attempt: Attempt, account: Account) -> SignedIn:
    await sessions.end_by_token(session, attempt.old_token, reason="replaced")
    token, session_id = await sessions.begin(session, account, attempt.client)
    await audit.record(
        session,
        _as_principal(account, session_id),
        "session.begun",
        target=_target(account.id),
        address=attempt.client.address,
    )
    return SignedIn(token, session_id, account.id)


def _as_principal(account: Account | None, session_id: UUID | None = None) -> Principal | None:
    """Whom the audit names; without any right."""
    if account is None:
        return None
    return Principal(
        account_id=account.id,
        name=account.display_name,
        scopes=frozenset(),
        organization_id=account.organization_id,
        subtree=frozenset(),
        session_id=session_id,
    )


def _name_hash(session: AsyncSession, username: str) -> bytes:
    return vault_of(session).blind(username, purpose="sign-in name")


def _target(account_id: UUID | None) -> str:
    return f"account:{account_id}"
