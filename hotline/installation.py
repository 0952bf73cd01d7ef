"""What must be there before the service starts: database, schema, secrets, the sample city."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts import oidc
from hotline.accounts.breached import BreachedFile
from hotline.accounts.oidc import Provider as IdentityProvider
from hotline.accounts.oidc import require_origin
from hotline.accounts.sample import SampleLogin, make_sample_accounts, sample_logins
from hotline.attachments.keeping import Store
from hotline.canned_texts.founding import put_starting_texts
from hotline.db import Database, Role, open_database
from hotline.db.installed import with_driver
from hotline.db.migrate import upgrade
from hotline.db.outages import LINE_LOST
from hotline.directory.faults import DirectoryErrors
from hotline.directory.importing import import_directory, sample_city
from hotline.errors import InstallationError
from hotline.matching import meaning
from hotline.matching.semantic import Semantic
from hotline.messages.operator_gateway import Operator
from hotline.messages.operator_template import read_template
from hotline.organizations.models import Organization
from hotline.organizations.queries import cities
from hotline.secret_files import make_secret
from hotline.settings import Settings, Switch, Telephony
from hotline.telephony.capabilities import CARRIER, capabilities_of, words_for
from hotline.telephony.client import TWILIO_API, telephony_of
from hotline.telephony.client import Telephony as RestOfHost
from hotline.telephony.provider import Provider, known_bases
from hotline.telephony.public_hosts import Reach, networks
from hotline.tls import in_clear
from hotline.vault import SealBroken, VaultKeyMissing, load_vault, vault_of

log = structlog.get_logger()

Tell = Callable[[str], None]

CARRIER_FILE = "carrier.json"
SAMPLE_CITY = "city-wuhai"
_FAULTS_SHOWN = 20
_ONE_LOADS = text("SELECT pg_advisory_xact_lock(hashtext('sample city'))")


async def prepare(settings: Settings, url: str, tell: Tell) -> None:
    """Newest schema, and the first city where there is none yet: one's own, or the sample."""
    if faults := parties_in_clear(settings):
        raise InstallationError(f"生产环境不使用明文连接：{'；'.join(faults)}。")
    identity_provider(settings)
    try:
        async with asyncio.timeout(60):
            await upgrade(url)
    except (OSError, TimeoutError) as error:
        raise InstallationError(f"数据库连接不上：{type(error).__name__}。") from error
    async with opened(settings, url) as database:
        await require_key(database)
        if await _is_empty(database):
            tell(f"正在载入{settings.city_files or '乌海样例城市'}……")
            await _load_first_city(settings, database)
        await _sample_accounts(settings, database)


@asynccontextmanager
async def opened(settings: Settings, url: str, *, pool_size: int = 2) -> AsyncIterator[Database]:
    """A pool with the vault; a small one is enough for commands."""
    database = await open_database(url, Role.APP, pool_size=pool_size, raw_size=2)
    carry_secrets(database, settings)
    try:
        yield database
    finally:
        await database.close()


async def reports_database(settings: Settings) -> Database | None:
    """The copy that statistics are read from; None without one, and where it cannot be reached."""
    if settings.replica_url is None:
        return None
    url = with_driver(settings.replica_url.get_secret_value())
    try:
        copy = await open_database(url, Role.READ, pool_size=6, raw_size=1)
    except LINE_LOST as error:
        log.warning("reports.replica_unreachable", error=type(error).__name__)
        return None
    carry_secrets(copy, settings)
    return copy


def carry_secrets(database: Database, settings: Settings) -> None:
    """What every session needs to seal, and to judge new passwords by."""
    listing = settings.breached_passwords
    database.carry(
        vault=load_vault(settings.data_dir, settings.vault_key),
        breached=None if listing is None else BreachedFile(listing),
        password_profile=settings.password_profile,
    )


def identity_provider(settings: Settings) -> IdentityProvider | None:
    """Where staff may sign in by single sign-on. Raises InstallationError for half a setting."""
    if not settings.oidc_issuer:
        return None
    secret = settings.oidc_client_secret
    if not settings.oidc_client_id or secret is None:
        raise InstallationError("统一身份认证缺少客户端编号或密钥。")
    try:
        require_origin(settings.oidc_issuer)
    except ValueError as error:
        raise InstallationError("统一身份认证的签发者须为 https 地址。") from error
    return IdentityProvider(
        oidc.Client(
            settings.oidc_issuer, settings.oidc_client_id, secret.get_secret_value(),
            f"{settings.console_address}/sso/return",
        )
    )  # fmt: skip


def provider_of(settings: Settings) -> Provider | None:
    """The telephone network; None where none is configured, and then nobody may call us."""
    is_carrier = settings.telephony is Telephony.CARRIER
    account, token = settings.twilio_account_sid, settings.twilio_auth_token
    secret = token.get_secret_value() if token else ""
    if is_carrier and not (account and secret):
        account, secret = _carrier_account(settings.data_dir)
    if not account or not secret:
        return None
    bases = known_bases(settings, inside_first=is_carrier)
    return Provider(account, secret, bases, settings.transfer_number)


def sms_operator_of(settings: Settings) -> Operator | None:
    """The operator whose gateway sends text messages; None where the telephone network does.

    Raises InstallationError for a template that cannot be read.
    """
    if settings.sms_template is None:
        return None
    try:
        template = read_template(settings.sms_template)
    except (OSError, ValueError) as error:
        raise InstallationError(f"短信平台的接口模板有误：{error}") from error
    secret, key = settings.sms_secret, settings.sms_report_key
    return Operator(
        template,
        secret.get_secret_value() if secret else "",
        key.get_secret_value() if key else "",
    )


def reach_of(settings: Settings) -> Reach:
    """What webhooks of subscriptions may reach."""
    return Reach(networks(settings.webhook_networks), may_be_clear=not settings.is_https)


def parties_in_clear(settings: Settings) -> list[str]:
    """Whom a production would talk to in clear, in Chinese. Raises InstallationError."""
    operator = sms_operator_of(settings)
    return in_clear(settings, gateway="" if operator is None else operator.template.url)


def telephone_host(settings: Settings) -> AbstractAsyncContextManager[RestOfHost | None]:
    """The REST side of the telephone network; None where none is configured."""
    is_carrier = settings.telephony is Telephony.CARRIER
    return telephony_of(
        provider_of(settings), is_carrier=is_carrier, api_url=settings.twilio_api_url
    )


def telephone_words(settings: Settings) -> list[str]:
    """What the telephone network and the text messages come to, for those who start the service."""
    provider = provider_of(settings)
    if provider is None:
        return ["话务平台：没有账号或密钥，不能接打电话"]
    is_carrier = settings.telephony is Telephony.CARRIER
    address = settings.twilio_api_url or TWILIO_API
    able = CARRIER if is_carrier else capabilities_of(address)
    name = "内置" if is_carrier else urlsplit(address).netloc
    can = f"支持{words_for(able.present)}，" if able.present else ""
    lines = [f"话务平台：{name}，{can}每秒最多外呼 {able.calls_per_second:g} 次"]
    if able.missing:
        lines.append(f"　　　　　不支持{words_for(able.missing)}，相应功能会降级")
    operator = sms_operator_of(settings)
    lines.append(f"短信：{'随话务平台' if operator is None else '运营商接口'}")
    return lines


def sample_city_logins(settings: Settings) -> list[SampleLogin]:
    """None in a production, whatever lies in its directory: its start is told to a journal."""
    return sample_logins(settings.data_dir) if is_sample_city(settings) else []


def is_sample_city(settings: Settings) -> bool:
    """The sample city lives beside its log-ins; it relaxes what a production must not."""
    return bool(sample_logins(settings.data_dir)) and not settings.is_https


def is_phone_on(settings: Settings) -> bool:
    """On for the sample city, otherwise off: whoever reaches the phone can place calls."""
    if settings.phone is None:
        return is_sample_city(settings)
    return settings.phone is Switch.ON


_SEALED = (
    ("call", "from", text("SELECT id, from_sealed FROM call WHERE from_sealed IS NOT NULL"
                          " ORDER BY id DESC LIMIT 1")),
    ("ticket", "caller", text("SELECT id, caller_sealed FROM ticket"
                              " WHERE caller_sealed IS NOT NULL ORDER BY id DESC LIMIT 1")),
)  # fmt: skip


async def require_key(database: Database) -> None:
    """Raises VaultKeyMissing when what was sealed last does not open: never start with that."""
    async with database.transaction() as session:
        for table, column, newest in _SEALED:
            found = (await session.execute(newest)).one_or_none()
            if found is None:
                continue
            try:
                vault_of(session).open(found[1], table=table, column=column, row=found[0])
            except SealBroken as error:
                raise VaultKeyMissing(
                    "个人信息是用另一把密钥加密的：请找回 vault-keys.json 或 HOTLINE_VAULT_KEY。"
                ) from error


async def _is_empty(database: Database) -> bool:
    async with database.transaction() as session:
        return await _has_no_city(session)


async def _has_no_city(session: AsyncSession) -> bool:
    return await session.scalar(select(func.count()).select_from(Organization)) == 0


async def _load_first_city(settings: Settings, database: Database) -> None:
    """Of nodes that start together one does it; the others wait and find it done.

    Raises InstallationError for files of one's own that have faults.
    """
    from hotline.editing.sample_forms import put_sample_forms

    async with database.transaction() as session:
        await session.execute(text("SET LOCAL statement_timeout = '60s'"))
        await session.execute(_ONE_LOADS)
        if not await _has_no_city(session):
            return
        city_id = await _city_from(session, settings.city_files or sample_city())
        await put_starting_texts(session, city_id)
        if settings.city_files is None:
            await put_sample_forms(session, Store.of(settings), city_id)


async def _city_from(session: AsyncSession, folder: Path) -> UUID:
    try:
        return (await import_directory(session, folder)).city_id
    except DirectoryErrors as faulty:
        shown = "\n".join(map(str, faulty.errors[:_FAULTS_SHOWN]))
        count = len(faulty.errors)
        raise InstallationError(f"城市文件有 {count} 处错误，没有载入：\n{shown}") from faulty


async def _sample_accounts(settings: Settings, database: Database) -> None:
    """Only an installation that began as the sample city gets its log-ins."""
    async with database.transaction() as session:
        await session.execute(_ONE_LOADS)
        sample = [city for city in await cities(session) if city.key == SAMPLE_CITY]
        if sample and not settings.is_https:
            await make_sample_accounts(session, sample[0], settings.data_dir)


def _carrier_account(data_dir: Path) -> tuple[str, str]:
    """The account of the embedded carrier, made once."""
    path = data_dir / CARRIER_FILE
    if not path.exists():
        made = {"account_sid": f"AC{secrets.token_hex(16)}", "auth_token": secrets.token_hex(16)}
        make_secret(path, json.dumps(made))
    kept = json.loads(path.read_text())
    return kept["account_sid"], kept["auth_token"]


def semantic_of(settings: Settings) -> Semantic | None:
    """The semantic channel: where the extra is installed, unless it is switched off.

    Raises InstallationError when it is asked for and not there.
    """
    if settings.semantic is Switch.OFF:
        return None
    if not meaning.is_installed():
        if settings.semantic is Switch.ON:
            raise InstallationError("语义通道没有安装：请安装 hotline[semantic]，或设为 off。")
        return None
    return meaning.load_meaning()
