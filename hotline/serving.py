"""Run the service in this process: settings, port, database, web server, the welcome."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NoReturn

import asyncpg
import typer
import uvicorn
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from hotline import tracing
from hotline.accounts import service as accounts
from hotline.accounts.roles import Role
from hotline.background import Background, job_runners
from hotline.conversation.live_directory import LiveDirectory
from hotline.db import Database
from hotline.db.backup import BackupError
from hotline.db.postgres_binaries import EmbeddedDatabaseError
from hotline.db.roles import RolesMissing
from hotline.directory.exporting import export_directory
from hotline.directory.faults import DirectoryErrors
from hotline.directory.importing import ImportReport, import_directory
from hotline.errors import HotlineError
from hotline.installation import (
    InstallationError,
    opened,
    prepare,
    sample_city_logins,
    semantic_of,
    start_database,
    telephone_host,
)
from hotline.logs import configure_logs
from hotline.matching.match import Matcher
from hotline.opendata import keys as open_keys
from hotline.organizations.queries import cities, organization_by_key
from hotline.portal import sealing
from hotline.settings import Settings, unknown_variables
from hotline.stats.mailing import mailer_of
from hotline.vault import VaultKeyMissing

WS_BYTES = 64 * 1024
DRAIN_SECONDS = 10

screen = Console(stderr=True, highlight=False)


@dataclass(frozen=True, slots=True)
class WantedAccount:
    """What `hotline accounts create` was asked for."""

    username: str
    password: str
    display_name: str
    role: Role
    organization: str


def read_settings() -> Settings:
    """From the environment; a wrong value is one clear sentence."""
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = [f"HOTLINE_{str(e['loc'][0]).upper()}：{e['msg']}" for e in error.errors()]
        leave("配置有误：" + "；".join(wrong))
    configure_logs(settings.log_level)
    for name in unknown_variables():
        screen.print(f"[yellow]不认识的配置 {name}，没有起作用。[/]")
    return settings


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
        leave(error.message)
    except (OSError, TimeoutError) as error:
        leave(f"无法启动：连接不上数据库（{type(error).__name__}）。请检查 HOTLINE_DATABASE_URL。")
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        leave(f"无法启动：数据库拒绝了连接（{type(error).__name__}）。")


def _unwind_on_signals() -> None:
    """Without this, the end of the web server ends the process before it leaves the database."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))


def serve(settings: Settings, *, with_worker: bool) -> None:
    """Until a signal; a second one ends at once."""
    _require_free_port(settings)
    with plain_failures(), tracing.sent_to_collector(settings):
        installation = start_database(settings)
        try:
            asyncio.run(prepare(settings, installation.url, screen.print))
            if installation.server is not None:
                installation.server.keep_running()
            _run_server(settings, installation.url, with_worker=with_worker)
        finally:
            installation.close()


def work(settings: Settings) -> None:
    """The background work without the edges."""
    with plain_failures(), tracing.sent_to_collector(settings):
        installation = start_database(settings)
        try:
            asyncio.run(_work(settings, installation.url))
        finally:
            installation.close()


def serve_carrier(settings: Settings) -> None:
    """The carrier alone, for an installation that runs it on a machine of its own."""
    from hotline.carrier_mount import create_carrier_app

    _require_free_port(settings)
    with plain_failures():
        installation = start_database(settings)
        try:
            asyncio.run(prepare(settings, installation.url, screen.print))
            app = create_carrier_app(settings, installation.url)
            uvicorn.Server(server_config(settings, app)).run()
        finally:
            installation.close()


async def matcher_of(settings: Settings, database: Database) -> Matcher:
    """The matcher of the oldest city's directory as it is in the database."""
    live = LiveDirectory(database, semantic_of(settings))
    await live.load()
    async with database.transaction() as session:
        city, *_ = await cities(session)
    return live.of_city(city.id).matcher


async def import_files(database: Database, folder: Path) -> ImportReport:
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL statement_timeout = '120s'"))
        return await import_directory(session, folder)


async def export_files(database: Database, folder: Path) -> None:
    async with database.transaction() as session:
        city, *_ = await cities(session)
        await export_directory(session, city.id, folder)


async def create(database: Database, wanted: WantedAccount) -> None:
    async with database.transaction() as session:
        organization = await organization_by_key(session, wanted.organization)
        if organization is None:
            raise InstallationError(f"没有编号为 {wanted.organization} 的机构。")
        await accounts.create_account(
            session,
            None,
            accounts.NewAccount(
                username=wanted.username,
                display_name=wanted.display_name,
                password=wanted.password,
                organization_id=organization.id,
                roles=(wanted.role,),
            ),
        )


async def create_key(database: Database, name: str, contact: str) -> str:
    """A key of the oldest city for its open interfaces."""
    async with database.transaction() as session:
        city, *_ = await cities(session)
        made = await open_keys.make_key(session, None, city_id=city.id, name=name, contact=contact)
    return made.secret


async def verify_log(database: Database) -> list[sealing.Verdict]:
    """Every sealed month of every city against the log as it is."""
    async with database.transaction() as session:
        return [
            await sealing.verify(session, row)
            for city in await cities(session)
            for row in await sealing.digests(session, city.id)
        ]


async def _work(settings: Settings, url: str) -> None:
    await prepare(settings, url, screen.print)
    async with telephone_host(settings) as host, opened(settings, url) as database:
        runners = job_runners(
            host, address=settings.address, data_dir=settings.data_dir,
            mailer=mailer_of(settings.mail_server, settings.mail_from),
            webhook_networks=settings.webhook_networks,
        )  # fmt: skip
        await Background(database, runners).run_until_signal()


def _run_server(settings: Settings, url: str, *, with_worker: bool) -> None:
    from hotline.main import create_app

    app = create_app(settings, url, with_worker=with_worker)
    server = _Welcoming(server_config(settings, app), settings, app.state.departure.begin)
    server.run()


def server_config(settings: Settings, app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="websockets-sansio",
        ws_max_size=WS_BYTES,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        lifespan="on",
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key_file,
    )


class _Welcoming(uvicorn.Server):
    """Prints the addresses once it listens; told to stop, it first lets the balancer turn away."""

    def __init__(
        self, config: uvicorn.Config, settings: Settings, leave: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._settings = settings
        self._leave: Callable[[], None] | None = leave if settings.drain_seconds else None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self.started:
            _spare_collections()
            _welcome(self._settings)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first SIGTERM begins the departure; another signal ends at once."""
        leave, self._leave = self._leave, None
        if leave is None or self._loop is None or sig != signal.SIGTERM:
            super().handle_exit(sig, frame)
            return
        self._loop.call_soon_threadsafe(leave)
        ending = partial(super().handle_exit, sig, frame)
        self._loop.call_soon_threadsafe(self._loop.call_later, self._settings.drain_seconds, ending)


def _spare_collections() -> None:
    """What lives until the end (code, directory, vectors) need not be looked through again.

    A turn makes some thousand short-lived objects; with Python's own thresholds a seventh of its
    time went into collections that found nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def _welcome(settings: Settings) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2))
    pages = (
        ("控制台", "/console"),
        ("公众门户", "/"),
        ("虚拟电话", "/phone"),
        ("接口文档", "/api/docs"),
    )
    for name, path in pages:
        table.add_row(name, settings.address + path)
    screen.print()
    screen.print("[bold]114 阳光政务服务热线已经开通[/]")
    screen.print(table)
    logins = sample_city_logins(settings)
    if logins:
        screen.print("样例账号（也在数据目录的 sample-accounts.json 里）：")
        listing = Table(box=None, padding=(0, 1), header_style="dim")
        for heading in ("账号", "密码", "角色"):
            listing.add_column(heading, no_wrap=True)
        listing.add_column("机构", overflow="fold")
        for login in logins:
            listing.add_row(login.username, login.password, login.role, login.organization)
        screen.print(listing)
        screen.print("样例城市放宽了：两步验证可选、样例密码、http、接口文档公开在本机。")
    sys.stderr.flush()


def _require_free_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            leave(
                f"端口 {settings.port} 已被占用或不可用：请停掉占用它的程序，"
                "或用 HOTLINE_PORT 换一个端口。"
            )
