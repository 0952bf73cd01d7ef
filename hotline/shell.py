"""What every command shares at a shell: the settings, a failure in one sentence, the exit."""

import asyncio
import errno
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import asyncpg
import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rich.console import Console

from hotline import tracing
from hotline.db import Database
from hotline.db.backup import BackupError
from hotline.db.installed import Installation, start_database
from hotline.db.postgres_binaries import EmbeddedDatabaseError
from hotline.db.roles import RolesMissing
from hotline.directory.faults import DirectoryErrors
from hotline.errors import HotlineError, InstallationError
from hotline.logs import configure_logs
from hotline.settings import Settings, missing_secrets_folder, unknown_variables
from hotline.vault import VaultKeyMissing

screen = Console(stderr=True, highlight=False)
T = TypeVar("T")
_BOUNDS = {
    "greater_than": ("大于", "gt"), "greater_than_equal": ("不小于", "ge"),
    "less_than": ("小于", "lt"), "less_than_equal": ("不大于", "le"),
}  # fmt: skip
_REASONS = {
    errno.ENOENT: "没有这个文件或目录", errno.EACCES: "没有权限", errno.EPERM: "没有权限",
    errno.EISDIR: "是一个目录", errno.ENOTDIR: "上级不是目录", errno.ENOSPC: "磁盘已满",
    errno.EROFS: "只读",
}  # fmt: skip


def read_settings() -> Settings:
    """From the environment; a wrong value is one clear sentence."""
    try:
        settings = Settings()
    except ValidationError as error:
        leave("配置有误：" + "；".join(map(_wrong_setting, error.errors())))
    except OSError as error:
        leave(f"读不了密钥文件 {error.filename}：{why(error)}。")
    if folder := missing_secrets_folder(settings):
        leave(f"读不了密钥文件的目录 {folder}（HOTLINE_SECRETS_DIR）。")
    configure_logs(settings.log_level)
    for name in unknown_variables():
        screen.print(f"[yellow]不认识的配置 {name}，没有起作用。[/]")
    return settings


def _wrong_setting(fault: ErrorDetails) -> str:
    """What is wrong with several together has no place of its own, and names them itself."""
    says = _in_chinese(fault)
    return f"HOTLINE_{str(fault['loc'][0]).upper()}：{says}" if fault["loc"] else says


def _in_chinese(fault: ErrorDetails) -> str:
    kind, bounds = fault["type"], fault.get("ctx", {})
    if kind.endswith("_parsing"):
        return "须是数字"
    if kind == "enum":
        return f"须是 {str(bounds['expected']).replace(' or ', '、').replace(chr(39), '')} 之一"
    if kind in _BOUNDS:
        word, name = _BOUNDS[kind]
        return f"须{word} {bounds[name]}"
    return fault["msg"].removeprefix("Value error, ")


def why(error: OSError) -> str:
    """What the system says, in Chinese where it says it often."""
    return _REASONS.get(error.errno or 0, error.strerror or type(error).__name__)


def leave(sentence: str, *, code: int = 1) -> NoReturn:
    screen.print(sentence, style="red", markup=False)
    raise typer.Exit(code)


@contextmanager
def plain_failures() -> Iterator[None]:
    """What can go wrong at a start, told in one sentence."""
    _unwind_on_signals()
    try:
        yield
    except (EmbeddedDatabaseError, RolesMissing, InstallationError, VaultKeyMissing) as error:
        leave(f"无法启动：{error}")
    except tracing.TracingNotInstalledError:
        leave("无法启动：设了 HOTLINE_OTLP_URL，但没有安装 tracing 附加包。")
    except BackupError as error:
        leave(f"没有完成，数据没有改动：{error}")
    except DirectoryErrors:
        raise
    except HotlineError as error:
        leave(_with_faults(error))
    except (OSError, TimeoutError) as error:
        leave(_out_of_reach(error))
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        leave(f"无法启动：数据库拒绝了连接（{type(error).__name__}）。")


def _out_of_reach(error: OSError) -> str:
    """A file names itself; without a name it was a line to the database (TimeoutError too)."""
    if error.filename is not None:
        return f"读写不了 {error.filename}：{why(error)}。"
    return f"无法启动：连接不上数据库（{type(error).__name__}）。请检查 HOTLINE_DATABASE_URL。"


def _with_faults(error: HotlineError) -> str:
    """Each field's own sentence, where there are any: a shell shows no form beside them."""
    faults = [str(one["message"]) for one in error.params.get("errors", ()) if "message" in one]
    return error.message if not faults else " ".join(faults)


@contextmanager
def database_beside(settings: Settings) -> Iterator[Callable[[], Installation]]:
    """The database starts while the block goes on, whose own imports take seconds.

    What it yields waits for it. Raises what `start_database` raises.
    """
    with ThreadPoolExecutor(1, "database") as beside:
        starting = beside.submit(start_database, settings)
        try:
            yield starting.result
        finally:
            if starting.exception() is None:
                starting.result().close()


def with_installation(act: Callable[[Installation], None]) -> None:
    """Start or join the database as it is, whatever schema it has."""
    with plain_failures():
        installation = start_database(read_settings())
        try:
            act(installation)
        finally:
            installation.close()


def with_database(settings: Settings, act: Callable[[Database], Awaitable[T]]) -> T:
    """Start or join the database, bring it up to date, do one thing."""
    from hotline.installation import opened, prepare

    async def run(url: str) -> T:
        await prepare(settings, url, screen.print)
        async with opened(settings, url) as database:
            return await act(database)

    with plain_failures():
        installation = start_database(settings)
        try:
            return asyncio.run(run(installation.url))
        finally:
            installation.close()


def write_lines(output: Path, lines: Iterable[str]) -> None:
    try:
        with output.open("w", encoding="utf-8") as target:
            target.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        leave(f"写不了文件 {output}：{why(error)}。", code=2)


def require_free_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                leave(f"本机没有地址 {settings.host}：请改 HOTLINE_HOST。")
            leave(
                f"端口 {settings.port} 已被占用或不可用：请停掉占用它的程序，"
                "或用 HOTLINE_PORT 换一个端口。"
            )


def _unwind_on_signals() -> None:
    """Without this, the end of the web server ends the process before it leaves the database."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
