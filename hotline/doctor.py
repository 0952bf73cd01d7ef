"""`hotline doctor`: is this installation fit to take calls? It looks, and changes nothing."""

import asyncio
import json
import shutil
import stat
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import asyncpg
from alembic.script import ScriptDirectory
from cryptography.x509 import load_pem_x509_certificate
from sqlalchemy.engine import make_url

from hotline import clock
from hotline.attachments.bucket import StoreUnavailable
from hotline.attachments.keeping import Store
from hotline.attachments.scanner import Verdict, judged, scanner_of
from hotline.attachments.sniff import PDF
from hotline.audit.chain import Flaw, Verification
from hotline.audit.service import verify_all
from hotline.audit.upkeep import sign_head
from hotline.db import Database, Role
from hotline.db.commits import COMMIT_OF_NOTHING
from hotline.db.database import connect_arguments
from hotline.db.installed import start_database
from hotline.db.migrate import migrations_folder
from hotline.errors import InstallationError
from hotline.installation import (
    is_sample_city,
    opened,
    parties_in_clear,
    provider_of,
    reports_database,
    require_key,
    semantic_of,
)
from hotline.settings import Settings, Telephony, unknown_variables
from hotline.syslog import Sender
from hotline.telephony.capabilities import capabilities_of, words_for
from hotline.telephony.client import TWILIO_API
from hotline.tls import proxies_elsewhere
from hotline.vault import VaultKeyMissing, load_vault
from hotline.worktime import official_calendar

BACKUP_FILE = "last-backup.json"
VAULT_FILE = "vault-keys.json"
SECRET_FILES = (VAULT_FILE, "carrier.json", "sample-accounts.json", "audit-key", "digest-key")
FLAWS: Mapping[Flaw, str] = {
    Flaw.MISSING: "有记录被删除",
    Flaw.ALTERED: "有记录被改动",
    Flaw.UNLINKED: "有记录绕过审计写入",
    Flaw.CUT_OFF: "末尾的记录被截去",
    Flaw.REWRITTEN: "整条链被重写",
    Flaw.FORGED: "链头的签名无效",
}
_GIB = 1024**3
_CLOCK_SECONDS = 5.0
_NEXT_YEAR_FROM_MONTH = 12
_CERTIFICATE_DAYS = 14
_COMMIT_SECONDS = 4.0


class Grade(StrEnum):
    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


MARKS: Mapping[Grade, str] = {Grade.GOOD: "✓", Grade.DOUBTFUL: "!", Grade.BAD: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """`says` is a plain sentence: what is so, and what to do about it."""

    grade: Grade
    subject: str
    says: str


def examine(settings: Settings) -> list[Finding]:
    """Everything that can be looked at, in the order in which an operator would."""
    found = [
        *configuration(settings, unknown_variables()),
        telephone(settings),
        calendar(clock.now(), official_calendar().years),
        disk(*shutil.disk_usage(_existing(settings.data_dir))[0:3:2]),
        backup(settings.data_dir, clock.now(), is_sample=is_sample_city(settings)),
        *certificate(settings.tls_certificate, clock.now()),
        *asyncio.run(others(settings)),
    ]
    if not settings.is_external_database and not (settings.data_dir / "postgres").is_dir():
        return [*found, Finding(Grade.BAD, "数据库", "还没有建立：先运行一次 hotline serve。")]
    installation = start_database(settings)
    try:
        return [*found, *asyncio.run(_examine_database(settings, installation.url))]
    finally:
        installation.close()


def configuration(settings: Settings, unknown: list[str]) -> list[Finding]:
    found = [Finding(Grade.DOUBTFUL, "配置", f"不认识 {name}，没有起作用。") for name in unknown]
    if not settings.is_https:
        says = "地址不是 https：只适合样例城市，两步验证和安全 Cookie 都没有启用。"
        found.append(Finding(Grade.DOUBTFUL, "配置", says))
    if settings.is_https and settings.tls_certificate is None and proxies_elsewhere(settings):
        says = "到可信代理之间是明文：代理在另一台机器上时，请设置 HOTLINE_TLS_CERTIFICATE。"
        found.append(Finding(Grade.DOUBTFUL, "配置", says))
    for name in SECRET_FILES:
        path = settings.data_dir / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            says = f"{name} 其他用户也能读：请执行 chmod 600。"
            found.append(Finding(Grade.BAD, "密钥", says))
    try:
        found += [Finding(Grade.BAD, "配置", f"{one}。") for one in parties_in_clear(settings)]
        semantic_of(settings)
        if has_key(settings):
            load_vault(settings.data_dir, settings.vault_key)
    except (InstallationError, VaultKeyMissing) as error:
        found.append(Finding(Grade.BAD, "配置", str(error)))
    return found or [Finding(Grade.GOOD, "配置", "没有发现问题。")]


def certificate(path: Path | None, now: datetime) -> list[Finding]:
    """Nothing where a proxy in front holds it."""
    if path is None:
        return []
    subject = "证书"
    try:
        ends_at = load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return [Finding(Grade.BAD, subject, f"{path} 读不了，或不是 PEM 证书。")]
    left = (ends_at - now).days
    if left < 0:
        return [Finding(Grade.BAD, subject, f"已于 {clock.local(ends_at):%Y-%m-%d} 过期：请更换。")]
    grade = Grade.GOOD if left >= _CERTIFICATE_DAYS else Grade.DOUBTFUL
    return [Finding(grade, subject, f"还有 {left} 天到期。")]


async def others(settings: Settings) -> list[Finding]:
    """Who else is asked at run time, where one is named."""
    found = []
    if settings.virus_scanner:
        verdict = await judged(scanner_of(settings), b"", PDF)
        says = "病毒扫描没有应答：上传的文件会全部暂扣。" if verdict is Verdict.HELD else "能应答。"
        grade = Grade.BAD if verdict is Verdict.HELD else Grade.GOOD
        found.append(Finding(grade, "病毒扫描", says))
    found.extend(await storage(Store.of(settings)))
    if settings.log_url:
        is_there = await asyncio.to_thread(Sender(settings.log_url).is_answered)
        says = "能应答。" if is_there else "连不上，或证书不受信任：日志送不走，只在本机。"
        found.append(Finding(Grade.GOOD if is_there else Grade.BAD, "日志服务器", says))
    if settings.replica_url is not None:
        copy = await reports_database(settings)
        says = "连不上，统计仍读主库。" if copy is None else "能连上。"
        found.append(Finding(Grade.DOUBTFUL if copy is None else Grade.GOOD, "只读副本", says))
        if copy is not None:
            await copy.close()
    return found


def has_key(settings: Settings) -> bool:
    """Opening the vault without a key would make a new one."""
    return settings.vault_key is not None or (settings.data_dir / VAULT_FILE).exists()


def telephone(settings: Settings) -> Finding:
    subject = "话务平台"
    if settings.telephony is Telephony.CARRIER:
        return Finding(Grade.GOOD, subject, "使用内置话务平台。")
    if provider_of(settings) is None:
        says = "没有账号或密钥：请设置 HOTLINE_TWILIO_ACCOUNT_SID 和 HOTLINE_TWILIO_AUTH_TOKEN。"
        return Finding(Grade.BAD, subject, says)
    address = settings.twilio_api_url or TWILIO_API
    if not settings.is_https:
        says = "外部平台需要 https 的 HOTLINE_PUBLIC_URL，否则它打不进来。"
        return Finding(Grade.BAD, subject, says)
    missing = capabilities_of(address).missing
    if missing:
        says = f"平台不支持{words_for(missing)}，相应功能会降级。"
        return Finding(Grade.DOUBTFUL, subject, says)
    return Finding(Grade.GOOD, subject, f"已配置 {address}。")


async def storage(store: Store) -> list[Finding]:
    """The bucket of files, where there is one: asked for a file that is not there."""
    if store.bucket is None:
        return []
    subject = "文件存储"
    try:
        await store.bucket.get("doctor")
    except StoreUnavailable:
        says = "没有应答，或拒绝了密钥：请检查 HOTLINE_S3_*，密钥须能列出、读、写、删。"
        return [Finding(Grade.BAD, subject, says)]
    return [Finding(Grade.GOOD, subject, f"已接通 {store.bucket.url}。")]


def calendar(now: datetime, years: frozenset[int]) -> Finding:
    """The years of the holiday notices that came with this release."""
    here = clock.local(now)
    if here.year not in years:
        says = f"没有 {here.year} 年的放假安排，办理时限会算错：请导入或升级。"
        return Finding(Grade.BAD, "工作日历", says)
    if here.month >= _NEXT_YEAR_FROM_MONTH and here.year + 1 not in years:
        says = f"还没有 {here.year + 1} 年的放假安排：公布后请导入。"
        return Finding(Grade.DOUBTFUL, "工作日历", says)
    return Finding(Grade.GOOD, "工作日历", f"{here.year} 年的放假安排已有。")


def disk(total: int, free: int) -> Finding:
    says = f"数据目录还有 {free / _GIB:.1f} GB。"
    if free < _GIB:
        return Finding(Grade.BAD, "磁盘", says + "不足 1 GB，请立即清理。")
    if free < 5 * _GIB or free * 10 < total:
        return Finding(Grade.DOUBTFUL, "磁盘", says + "请尽快清理或扩容。")
    return Finding(Grade.GOOD, "磁盘", says)


def backup(data_dir: Path, now: datetime, *, is_sample: bool) -> Finding:
    subject, late = "备份", Grade.DOUBTFUL if is_sample else Grade.BAD
    path = data_dir / BACKUP_FILE
    if not path.exists():
        return Finding(late, subject, "从未备份：请每天运行 hotline db backup。")
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    age = now - datetime.fromisoformat(kept["at"])
    if kept["file"] and not Path(kept["file"]).exists():
        return Finding(late, subject, f"最近一次的文件 {kept['file']} 已不在原处。")
    if age > timedelta(days=2):
        return Finding(late, subject, f"最近一次是 {age.days} 天前。")
    return Finding(Grade.GOOD, subject, f"最近一次是 {clock.local(now - age):%Y-%m-%d %H:%M}。")


def note_backup(data_dir: Path, target: Path, *, elsewhere: bool = False) -> None:
    """Remember the newest backup, so that its age can be told; not the place on another machine."""
    noted = {"file": "" if elsewhere else str(target.resolve()), "at": clock.now().isoformat()}
    (data_dir / BACKUP_FILE).write_text(json.dumps(noted), encoding="utf-8")


async def verify_audit(settings: Settings, database: Database) -> Verification:
    """The whole chain; a head is signed only of one that holds."""
    async with database.transaction() as session:
        seen = await verify_all(session, settings.data_dir)
    if seen.flaw is None:
        await sign_head(database, settings.data_dir)
    return seen


async def _examine_database(settings: Settings, url: str) -> list[Finding]:
    try:
        connection = await asyncpg.connect(**connect_arguments(make_url(url), Role.MIGRATE))
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        says = f"连接不上（{type(error).__name__}）：请检查 HOTLINE_DATABASE_URL 和四个数据库角色。"
        return [Finding(Grade.BAD, "数据库", says)]
    try:
        found = [finding async for finding in _looked_at(connection)]
        found += await copies(connection, is_cluster=has_several_hosts(url))
    finally:
        await connection.close()
    if all(finding.grade is not Grade.BAD for finding in found):
        found.append(await _key(settings, url))
    return found


async def _looked_at(connection: asyncpg.Connection) -> AsyncIterator[Finding]:
    yield await roles(connection)
    yield await chinese(connection)
    yield await schema(connection)
    then: datetime = await connection.fetchval("SELECT clock_timestamp()")
    yield clocks(clock.now(), then)


async def roles(connection: asyncpg.Connection) -> Finding:
    """The application must not own its tables, and must be unable to change the audit."""
    made = await connection.fetch(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY($1)", [role.value for role in Role]
    )
    missing = {role.value for role in Role} - {row["rolname"] for row in made}
    if missing:
        says = f"缺少角色 {'、'.join(sorted(missing))}：请运行 hotline db upgrade。"
        return Finding(Grade.BAD, "数据库角色", says)
    if await connection.fetchval(_MAY_CHANGE_AUDIT):
        says = "服务所用的角色能改动审计记录：请撤销它的 UPDATE、DELETE、TRUNCATE 权限。"
        return Finding(Grade.BAD, "数据库角色", says)
    return Finding(Grade.GOOD, "数据库角色", "四个角色齐全，服务不能改动审计记录。")


async def chinese(connection: asyncpg.Connection) -> Finding:
    if await connection.fetchval("SELECT cardinality(show_trgm('供暖')) > 0"):
        return Finding(Grade.GOOD, "数据库文字", "能检索中文。")
    says = "LC_CTYPE 不认识中文，检索会一无所获：见运维手册“外部 PostgreSQL”。"
    return Finding(Grade.BAD, "数据库文字", says)


async def schema(connection: asyncpg.Connection) -> Finding:
    wanted = set(ScriptDirectory(str(migrations_folder())).get_heads())
    there = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
    now = await connection.fetch("SELECT version_num FROM alembic_version") if there else []
    if {row["version_num"] for row in now} == wanted:
        return Finding(Grade.GOOD, "表结构", "是最新的。")
    return Finding(Grade.BAD, "表结构", "不是这个版本的：请先备份，再运行 hotline db upgrade。")


def clocks(ours: datetime, databases: datetime) -> Finding:
    apart = abs((ours - databases).total_seconds())
    if apart > _CLOCK_SECONDS:
        says = f"与数据库的时钟相差 {apart:.0f} 秒：请开启时间同步。"
        return Finding(Grade.BAD, "时钟", says)
    return Finding(Grade.GOOD, "时钟", "与数据库一致。")


def has_several_hosts(url: str) -> bool:
    return isinstance(make_url(url).query.get("host"), tuple)


async def copies(connection: asyncpg.Connection, *, is_cluster: bool) -> list[Finding]:
    """Standby and archive: what is left when the machine of the database is lost."""
    seen = await connection.fetchrow(_COPIES)
    found = [finding async for finding in commits(connection)]
    if is_cluster or seen["awaited"] or seen["following"]:
        found.append(standby(seen["awaited"], seen["following"]))
    if seen["archive_fails"]:
        says = "日志归档失败：磁盘会写满，也回不到某一时刻。请看数据库的日志和归档目录。"
        found.append(Finding(Grade.BAD, "归档", says))
    elif seen["archives"]:
        found.append(Finding(Grade.GOOD, "归档", "日志在归档。"))
    elif is_cluster:
        found.append(Finding(Grade.DOUBTFUL, "归档", "没有归档日志：只能回到最近一次备份。"))
    return found


async def commits(connection: asyncpg.Connection) -> AsyncIterator[Finding]:
    """Only where they wait: whoever is told of a standby that is gone may have let them go on."""
    try:
        await connection.fetchval(COMMIT_OF_NOTHING, timeout=_COMMIT_SECONDS)
    except TimeoutError:
        says = "写入停住了：提交得不到回答，多半在等备库。见运维手册“备库坏了”。"
        yield Finding(Grade.BAD, "提交", says)


def standby(awaited: str, following: int) -> Finding:
    subject = "备库"
    if not following and awaited:
        says = f"数据库在等备库 {awaited}，它不在，写入会停住：见运维手册“备库坏了”。"
        return Finding(Grade.BAD, subject, says)
    if not following:
        says = "没有备库在跟随，数据库再坏就会丢数据：见运维手册“主库坏了”的最后几步。"
        return Finding(Grade.BAD, subject, says)
    if not awaited:
        says = "在跟随，但提交不等它：主库坏了会丢最后几笔。请设置 synchronous_standby_names。"
        return Finding(Grade.DOUBTFUL, subject, says)
    return Finding(Grade.GOOD, subject, "在同步跟随。")


async def _key(settings: Settings, url: str) -> Finding:
    if not has_key(settings):
        says = "找不到 vault-keys.json，也没有 HOTLINE_VAULT_KEY：已加密的个人信息打不开。"
        return Finding(Grade.BAD, "密钥", says)
    try:
        async with opened(settings, url) as database:
            await require_key(database)
    except VaultKeyMissing as error:
        return Finding(Grade.BAD, "密钥", str(error))
    return Finding(Grade.GOOD, "密钥", "能打开已加密的个人信息。")


def _existing(path: Path) -> Path:
    return next(one for one in (path, *path.absolute().parents) if one.exists())


_COPIES = r"""
SELECT current_setting('synchronous_standby_names') AS awaited,
       (SELECT count(*) FROM pg_stat_replication
        WHERE application_name NOT LIKE 'pg\_%') AS following,
       current_setting('archive_mode') <> 'off' AS archives,
       coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false)
           AS archive_fails
FROM pg_stat_archiver
"""
_MAY_CHANGE_AUDIT = """
SELECT bool_or(has_table_privilege('hotline_app', name, what))
FROM unnest(ARRAY['audit_entry', 'audit_link']) AS name,
     unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS what
WHERE to_regclass(name) IS NOT NULL
"""
