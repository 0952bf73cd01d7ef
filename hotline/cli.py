"""The commands: serve, worker, carrier, db, directory, match, accounts, retention, doctor, …

What one command needs is imported by that command alone: the others need not wait for it.
"""

import asyncio
import codecs
import gc
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hotline import clock
from hotline.access import accounts, keys
from hotline.db import Database
from hotline.db.embedded import EmbeddedPostgres
from hotline.db.installed import Installation
from hotline.directory.faults import DirectoryErrors
from hotline.secret_files import write_secret
from hotline.shell import (
    database_beside,
    leave,
    plain_failures,
    read_settings,
    require_free_port,
    screen,
    why,
    with_database,
    with_installation,
    write_lines,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
db = typer.Typer(no_args_is_help=True, help="数据库：升级、备份、恢复。")
directory = typer.Typer(no_args_is_help=True, help="服务目录：导入、导出。")
app.add_typer(db, name="db")
app.add_typer(directory, name="directory")
app.add_typer(accounts, name="accounts")
app.add_typer(keys, name="keys")
log_commands = typer.Typer(no_args_is_help=True, help="工单日志的封存。")
app.add_typer(log_commands, name="log")
audit = typer.Typer(no_args_is_help=True, help="审计记录。")
app.add_typer(audit, name="audit")
vault = typer.Typer(no_args_is_help=True, help="加密个人信息的密钥。")
app.add_typer(vault, name="vault")
residents = typer.Typer(no_args_is_help=True, help="居民的个人信息。")
app.add_typer(residents, name="residents")


MOST_ERRORS_SHOWN = 500


@app.command()
def serve(
    no_worker: Annotated[bool, typer.Option("--no-worker", help="只处理请求。")] = False,
) -> None:
    """启动热线：电话、接口、控制台；默认带内置数据库和话务平台。"""
    gc.disable()  # until it serves: what a start loads lives on, and looking it through is waste
    settings = read_settings()
    require_free_port(settings)
    with plain_failures(), database_beside(settings) as started:
        from hotline import serving

        serving.serve(settings, started, with_worker=not no_worker)


@app.command()
def worker() -> None:
    """只跑后台任务：事件编号、分区、定时作业。"""
    from hotline import serving

    serving.work(read_settings())


@app.command()
def carrier() -> None:
    """单独运行话务平台。"""
    from hotline import serving

    serving.serve_carrier(read_settings())


@app.command()
def openapi() -> None:
    """打印接口描述（OpenAPI）。"""
    from hotline.main import create_app

    described = create_app(read_settings(), "postgresql+asyncpg://none/none").openapi()
    sys.stdout.write(json.dumps(described, ensure_ascii=False, indent=2) + "\n")


@app.command()
def match(
    text: Annotated[str | None, typer.Option(help="一句话。")] = None,
    file: Annotated[Path | None, typer.Option(help="每行一个 JSON 对象的文件。")] = None,
    output: Annotated[Path | None, typer.Option(help="结果写到哪里。")] = None,
) -> None:
    """看一句话会被理解成什么。"""
    from hotline import administering
    from hotline.matching.evaluate import match_lines, unreadable

    if (text is None) == (file is None):
        leave("请给出 --text 或 --file 其中之一。", code=2)
    settings = read_settings()
    lines = _lines_to_match(text, file)
    results = with_database(settings, lambda base: administering.matcher_of(settings, base))
    found = (json.dumps(line, ensure_ascii=False) for line in match_lines(results, lines))
    if output is None:
        sys.stdout.writelines(f"{line}\n" for line in found)
    else:
        write_lines(output, found)
    if numbers := unreadable(lines):
        shown = "、".join(str(number) for number in numbers[:MOST_ERRORS_SHOWN])
        leave(f"{len(numbers)} 行不是 JSON 对象，已跳过：第 {shown} 行。", code=2)


@db.command("upgrade")
def upgrade_database() -> None:
    """升级到最新的表结构；空库载入样例城市。"""
    with_database(read_settings(), _nothing)
    screen.print("数据库已是最新。")


@db.command("backup")
def back_up_database(
    target: Annotated[Path, typer.Argument(help="备份文件。")],
    made: Annotated[bool, typer.Option("--made", help="别的程序已经做好：只记下来。")] = False,
) -> None:
    """把整个数据库写进一个文件。"""
    from hotline import doctor
    from hotline.db.backup import back_up

    if not made:
        with_installation(lambda there: back_up(there.url, there.server, target))
    doctor.note_backup(read_settings().data_dir, target, elsewhere=made)
    screen.print(f"已{'记下' if made else '备份到'} {target}。")


@db.command("base")
def take_base_backup() -> None:
    """做一份基础备份，放进归档目录；回到某一时刻从它开始。"""
    from hotline import doctor
    from hotline.db.archive import take_base

    made: list[Path] = []
    archive = _archive()

    def act(there: Installation) -> None:
        assert there.server is not None
        made.append(take_base(there.server, archive))

    with_installation(act)
    doctor.note_backup(read_settings().data_dir, made[0])
    screen.print(f"基础备份在 {made[0]}。")


@db.command("restore")
def restore_database(
    source: Annotated[Path | None, typer.Argument(help="备份文件。")] = None,
    to: Annotated[
        str, typer.Option(help="回到的时刻（2026-11-25 10:42:17，本地时间），或 latest。")
    ] = "",
) -> None:
    """从备份文件恢复，或用归档回到某一时刻；现有的数据会被替换。"""
    from hotline.db.backup import restore_from

    if to:
        _restore_to(to)
        return
    if source is None:
        leave("请给出备份文件，或用 --to 指明回到的时刻。", code=2)
    if not source.is_file():
        leave(f"找不到文件 {source}。", code=2)
    with_installation(lambda there: asyncio.run(restore_from(there.url, there.server, source)))
    screen.print("已恢复。")


@directory.command("import")
def import_files(
    folder: Annotated[Path, typer.Argument(help="放着 organizations.jsonl 等文件的目录。")],
) -> None:
    """导入服务目录；有任何错误就什么都不改，并逐条列出。空库由这些文件起步。"""
    from hotline import administering

    settings = read_settings().model_copy(update={"city_files": folder})
    try:
        report = with_database(
            settings, lambda database: administering.import_files(database, folder)
        )
    except DirectoryErrors as errors:
        for error in errors.errors[:MOST_ERRORS_SHOWN]:
            screen.print(str(error), markup=False)
        leave(f"共 {len(errors.errors)} 处错误，数据库没有改动。", code=2)
    for kind, counts in report.counts().items():
        done = f"新增 {counts['created']}，更新 {counts['updated']}，未变 {counts['unchanged']}"
        screen.print(f"{kind}：{done}", markup=False)


@directory.command("export")
def export_files(folder: Annotated[Path, typer.Argument(help="写到哪个目录。")]) -> None:
    """导出服务目录，格式与导入相同。"""
    from hotline import administering

    with_database(read_settings(), lambda database: administering.export_files(database, folder))
    screen.print(f"已导出到 {folder}。")


@log_commands.command("verify")
def verify_log() -> None:
    """用现存的工单日志重新计算每月摘要，与封存的比对。"""
    from hotline import administering

    verdicts = with_database(read_settings(), administering.verify_log)
    for verdict in verdicts:
        same = "一致" if verdict.is_same else "不一致：日志被改动过"
        signed = "签名有效" if verdict.is_signed else "签名无效"
        screen.print(f"{verdict.month}：{same}，{signed}", markup=False)
    if not verdicts:
        screen.print("还没有封存过的月份。")
    if not all(verdict.is_same and verdict.is_signed for verdict in verdicts):
        leave("日志与封存的摘要不符。", code=2)


@audit.command("verify")
def verify_audit() -> None:
    """核验审计链，与已签名的链头比对；相符则签下新的链头。"""
    from hotline import doctor

    settings = read_settings()
    seen = with_database(settings, lambda database: doctor.verify_audit(settings, database))
    if seen.flaw is not None:
        place = f"（第 {seen.seq} 条）" if seen.seq else ""
        leave(f"审计记录不可信：{doctor.FLAWS[seen.flaw]}{place}。", code=2)
    screen.print(f"审计记录完整：{seen.entry_count} 条，链头 {seen.head.hex()[:16]}。")


@residents.command("export")
def export_resident(
    target: Annotated[Path, typer.Argument(help="写到哪个文件。")],
    number: Annotated[str, typer.Option(prompt="电话号码", help="本人的号码。")],
    reason: Annotated[str, typer.Option(prompt="依据（谁申请、如何核实身份）")],
) -> None:
    """把一个号码名下的全部信息写进文件，交给本人；记入审计。"""
    from hotline import subject_access

    held = with_database(
        read_settings(),
        lambda database: subject_access.held_about(database, number, reason=reason),
    )
    write_secret(target, json.dumps(held, ensure_ascii=False, indent=2) + "\n")
    screen.print(f"已写到 {target}：工单 {len(held['tickets'])} 件，通话 {len(held['calls'])} 次。")


@residents.command("erase")
def erase_resident(
    number: Annotated[str, typer.Option(prompt="电话号码", help="本人的号码。")],
    reason: Annotated[str, typer.Option(prompt="依据（谁申请、如何核实身份）")],
) -> None:
    """应本人要求删除一个号码名下的个人信息；保全的和没有办结的留下；记入审计。"""
    from hotline import administering, subject_access

    settings = read_settings()
    hands = administering.erasing_hands(settings)
    count = with_database(
        settings,
        lambda database: subject_access.erase(database, number, reason=reason, hands=hands),
    )
    screen.print(f"已删除 {count} 条；保全的和没有办结的事项仍在。")


@app.command("retention")
def erase_overdue(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只报告，不清除。")] = False,
) -> None:
    """清除保存期满的记录；保全的和没有办结的留下。每天也会自动做。"""
    from hotline.administering import erasing_hands
    from hotline.retention import erasing as retention

    settings = read_settings()
    for over in with_database(settings, retention.overdue):
        screen.print(f"{over.kind}：保存 {over.days} 天，到期 {over.count} 条", markup=False)
    if dry_run:
        return
    hands = erasing_hands(settings)
    done = with_database(settings, lambda database: retention.erase_overdue(database, hands))
    screen.print(f"已清除 {sum(done.values())} 条。")


@vault.command("rotate")
def rotate_key() -> None:
    """启用一把新的主密钥；重启服务后新写入的用它，旧的仍能打开。"""
    from hotline import resealing

    settings = read_settings()
    if settings.vault_key is not None:
        leave("密钥由 HOTLINE_VAULT_KEY 提供：请在其中加入新密钥（1:新,0:旧）。", code=2)
    number = resealing.add_key(settings.data_dir)
    screen.print(f"已启用第 {number} 把密钥。请重启服务，再运行 hotline vault reseal。")


@vault.command("reseal")
def reseal_everything() -> None:
    """把旧密钥加密的内容改用新密钥；可随时中断，再次运行接着做。"""
    from hotline import resealing
    from hotline.attachments.keeping import Store

    settings = read_settings()
    done = with_database(settings, lambda database: resealing.reseal(database, Store.of(settings)))
    screen.print(f"已重新加密 {done.values} 项、文件 {done.files} 个。")
    if done.broken:
        leave(f"{len(done.broken)} 项打不开，如 {done.broken[0]}。", code=2)


@app.command("doctor")
def examine() -> None:
    """检查配置、时钟、数据库、话务平台、日历、磁盘和备份；有问题时退出码为 1。"""
    from hotline import doctor
    from hotline.findings import MARKS, Grade

    with plain_failures():
        findings = doctor.examine(read_settings())
    for finding in findings:
        mark = MARKS[finding.grade]
        screen.print(f"{mark} {finding.subject}：{finding.says}", markup=False)
    if any(finding.grade is Grade.BAD for finding in findings):
        raise typer.Exit(1)


def _restore_to(to: str) -> None:
    from hotline.db.archive import restore_to

    try:
        moment = None if to == "latest" else datetime.fromisoformat(to)
    except ValueError:
        leave("时刻的写法如 2026-11-25 10:42:17。", code=2)
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock.LOCAL)
    settings, archive = read_settings(), _archive()
    with plain_failures():
        server = EmbeddedPostgres(settings.data_dir, archive=archive)
        before = restore_to(server, archive, moment)
    screen.print(f"已恢复。此前的数据库在 {before}，确认无误后再删除。")


def _archive() -> Path:
    settings = read_settings()
    if settings.archive_dir is None or settings.is_external_database:
        leave("没有归档：请设 HOTLINE_ARCHIVE_DIR（只用于内置数据库）。", code=2)
    return settings.archive_dir


def _lines_to_match(text: str | None, file: Path | None) -> list[bytes]:
    """Split at line feeds only: a sentence may hold what else text takes for the end of a line."""
    if text is not None:
        said = text.encode(errors="replace").decode()
        return [json.dumps({"id": "1", "text": said}).encode()]
    assert file is not None
    try:
        return file.read_bytes().removeprefix(codecs.BOM_UTF8).split(b"\n")
    except FileNotFoundError:
        leave(f"找不到文件 {file}。", code=2)
    except OSError as error:
        leave(f"读不了文件 {file}：{why(error)}。", code=2)


async def _nothing(_database: Database) -> None:
    return None
