"""`hotline doctor`: is this installation fit to take calls? It looks, and changes nothing."""

import asyncio
import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate
from sqlalchemy.engine import make_url

from hotline import clock
from hotline.accounts.sample import sample_logins
from hotline.attachments.bucket import StoreUnavailable
from hotline.attachments.keeping import Store
from hotline.attachments.scanner import Verdict, judged, scanner_of
from hotline.attachments.sniff import PDF
from hotline.audit.chain import Flaw, Verification
from hotline.audit.service import verify_all
from hotline.audit.upkeep import sign_head
from hotline.database_checks import copies, has_several_hosts, looked_at
from hotline.db import Database, Role
from hotline.db.database import connect_arguments
from hotline.db.installed import start_database
from hotline.errors import InstallationError
from hotline.findings import Finding, Grade
from hotline.installation import (
    identity_provider,
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
from hotline.tls import proxies_elsewhere, require_certificate
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
_NEXT_YEAR_FROM_MONTH = 12
_CERTIFICATE_DAYS = 14
_RSA_BITS = 3072
"""Worth the 128 bits that everything else here has."""


def examine(settings: Settings) -> list[Finding]:
    """Everything that can be looked at, in the order in which an operator would."""
    found = [
        *configuration(settings, unknown_variables()),
        *leftovers(settings),
        telephone(settings),
        *folder(settings.data_dir),
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
    for name in SECRET_FILES:
        path = settings.data_dir / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            says = f"{name} 其他用户也能读：请执行 chmod 600。"
            found.append(Finding(Grade.BAD, "密钥", says))
    try:
        found += lines(settings)
        semantic_of(settings)
        identity_provider(settings)
        require_certificate(settings)
        if has_key(settings):
            load_vault(settings.data_dir, settings.vault_key)
    except (InstallationError, VaultKeyMissing) as error:
        found.append(Finding(Grade.BAD, "配置", str(error)))
    return found or [Finding(Grade.GOOD, "配置", "没有发现问题。")]


def leftovers(settings: Settings) -> Iterator[Finding]:
    """Log-ins of the sample city have no place in a production: their passwords are in a file."""
    if settings.is_https and sample_logins(settings.data_dir):
        says = "数据目录是样例城市用过的，样例账号还在：正式上线请换一个空的数据目录。"
        yield Finding(Grade.BAD, "账号", says)


def lines(settings: Settings) -> Iterator[Finding]:
    """What goes in clear. Raises InstallationError."""
    if not settings.is_https:
        says = "地址不是 https：只适合样例城市，两步验证和安全 Cookie 都没有启用。"
        yield Finding(Grade.DOUBTFUL, "配置", says)
        return
    for fault in parties_in_clear(settings):
        yield Finding(Grade.BAD, "配置", f"{fault}。")
    if settings.tls_certificate is None and proxies_elsewhere(settings):
        says = "到可信代理之间是明文：代理在另一台机器上时，请设置 HOTLINE_TLS_CERTIFICATE。"
        yield Finding(Grade.DOUBTFUL, "配置", says)


def certificate(path: Path | None, now: datetime) -> list[Finding]:
    """Nothing where a proxy in front holds it."""
    if path is None:
        return []
    subject = "证书"
    try:
        shown = load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return [Finding(Grade.BAD, subject, f"{path} 读不了，或不是 PEM 证书。")]
    ends_at, key = shown.not_valid_after_utc, shown.public_key()
    left = (ends_at - now).days
    if left < 0:
        return [Finding(Grade.BAD, subject, f"已于 {clock.local(ends_at):%Y-%m-%d} 过期：请更换。")]
    grade = Grade.GOOD if left >= _CERTIFICATE_DAYS else Grade.DOUBTFUL
    found = [Finding(grade, subject, f"还有 {left} 天到期。")]
    if isinstance(key, RSAPublicKey) and key.key_size < _RSA_BITS:
        says = f"是 {key.key_size} 位的 RSA：下次换成 P-256，或 {_RSA_BITS} 位以上的 RSA。"
        found.append(Finding(Grade.DOUBTFUL, subject, says))
    return found


async def others(settings: Settings) -> list[Finding]:
    """Who else is asked at run time, where one is named."""
    found = []
    if settings.virus_scanner:
        verdict = await judged(scanner_of(settings), b"", PDF)
        says = "病毒扫描没有应答：上传的文件会全部暂扣。" if verdict is Verdict.HELD else "能应答。"
        grade = Grade.BAD if verdict is Verdict.HELD else Grade.GOOD
        found.append(Finding(grade, "病毒扫描", says))
    found.extend(await storage(Store.of(settings)))
    found.extend(await log_server(settings))
    if settings.replica_url is not None:
        copy = await reports_database(settings)
        says = "连不上，统计仍读主库。" if copy is None else "能连上。"
        found.append(Finding(Grade.DOUBTFUL if copy is None else Grade.GOOD, "只读副本", says))
        if copy is not None:
            await copy.close()
    return found


async def log_server(settings: Settings) -> list[Finding]:
    if not settings.log_url:
        return []
    subject = "日志服务器"
    if await asyncio.to_thread(Sender(settings.log_url).is_answered):
        return [Finding(Grade.GOOD, subject, "能应答。")]
    return [Finding(Grade.BAD, subject, "连不上，或证书不受信任：日志送不走，只在本机。")]


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


def folder(path: Path) -> Iterator[Finding]:
    there = _existing(path)
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        says = f"{path} 写不了：请用它的属主账号运行，或改 HOTLINE_DATA_DIR。"
        yield Finding(Grade.BAD, "数据目录", says)


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
    try:
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        age = now - datetime.fromisoformat(kept["at"])
    except (ValueError, LookupError):
        return Finding(late, subject, f"{BACKUP_FILE} 读不懂，不知道何时备份过：请再备份一次。")
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
        found = [finding async for finding in looked_at(connection)]
        found += await copies(connection, is_cluster=has_several_hosts(url))
    finally:
        await connection.close()
    if all(finding.grade is not Grade.BAD for finding in found):
        found.append(await _key(settings, url))
    return found


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
