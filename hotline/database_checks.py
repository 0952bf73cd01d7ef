"""Whether the database is fit: roles, letters, schema, clock, standby and archive."""

from collections.abc import AsyncIterator
from datetime import datetime

import asyncpg
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from hotline import clock
from hotline.db import Role
from hotline.db.commits import COMMIT_OF_NOTHING
from hotline.db.migrate import migrations_folder
from hotline.findings import Finding, Grade

_CLOCK_SECONDS = 5.0
_COMMIT_SECONDS = 4.0


async def looked_at(connection: asyncpg.Connection) -> AsyncIterator[Finding]:
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
