"""Run the service in this process: web server or background work, and the welcome."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import FrameType

import uvicorn
from rich.table import Table

from hotline import syslog, tracing
from hotline.attachments.keeping import Store
from hotline.background import Background, job_runners
from hotline.db.installed import Installation, start_database
from hotline.installation import (
    is_phone_on,
    opened,
    prepare,
    reach_of,
    sample_city_logins,
    sms_operator_of,
    telephone_host,
    telephone_words,
)
from hotline.jobs.worker import AT_ONCE
from hotline.realtime.line import ImpatientLine
from hotline.settings import Settings, Telephony
from hotline.shell import plain_failures, require_free_port, screen
from hotline.stats.mailing import mailer_of
from hotline.tls import require_certificate

WS_BYTES = 64 * 1024
SUITES = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2: a new key for each connection, and every record sealed; 1.3 has no others."""
DRAIN_SECONDS = 10
WORKER_CONNECTIONS = AT_ONCE + 6
"""One for each job in hand, and for what numbers, rolls up, follows and keeps leases meanwhile."""
_SETTLED_SECONDS = 2
_FOR_FILES = (
    "hotline.sheets.writing",
    "hotline.stats.printing",
    "hotline.stats.printing_pivot",
    "hotline.dispatch.settlement_pdf",
)
"""What writes workbooks and pages to print: a third of a second to load, and needed by no call."""


def serve(settings: Settings, started: Callable[[], Installation], *, with_worker: bool) -> None:
    """Until a signal; a second one ends at once. `started` waits for the database."""
    from hotline.main import create_app  # takes a second, while the database starts

    with syslog.carried_away(settings), tracing.sent_to_collector(settings):
        installation = started()
        asyncio.run(prepare(settings, installation.url, screen.print))
        if installation.server is not None:
            installation.server.keep_running()
        app = create_app(settings, installation.url, with_worker=with_worker)
        _Welcoming(server_config(settings, app), settings, app.state.departure.begin).run()


def work(settings: Settings) -> None:
    """The background work without the edges."""
    with plain_failures(), syslog.carried_away(settings), tracing.sent_to_collector(settings):
        installation = start_database(settings)
        try:
            asyncio.run(_work(settings, installation.url))
        finally:
            installation.close()


def serve_carrier(settings: Settings) -> None:
    """The carrier alone, for an installation that runs it on a machine of its own."""
    from hotline.carrier_mount import create_carrier_app

    require_free_port(settings)
    with plain_failures(), syslog.carried_away(settings):
        installation = start_database(settings)
        try:
            asyncio.run(prepare(settings, installation.url, screen.print))
            app = create_carrier_app(settings, installation.url)
            uvicorn.Server(server_config(settings, app)).run()
        finally:
            installation.close()


async def _work(settings: Settings, url: str) -> None:
    await prepare(settings, url, screen.print)
    opening = opened(settings, url, pool_size=WORKER_CONNECTIONS)
    async with telephone_host(settings) as host, opening as database:
        runners = job_runners(
            host, address=settings.address, data_dir=settings.data_dir, store=Store.of(settings),
            mailer=mailer_of(settings.mail_server, settings.mail_from),
            reach=reach_of(settings), operator=sms_operator_of(settings),
        )  # fmt: skip
        await Background(database, runners).run_until_signal()


def server_config(settings: Settings, app: object) -> uvicorn.Config:
    """Raises InstallationError for a certificate that cannot be used."""
    require_certificate(settings)
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws=ImpatientLine,
        ws_max_size=WS_BYTES,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        lifespan="on",
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key_file,
        ssl_ciphers=SUITES,
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
            _welcome(self._settings)
            self._loop.run_in_executor(None, _load_for_files)
            self._loop.call_later(_SETTLED_SECONDS, spare_collections)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first SIGTERM begins the departure; another signal ends at once."""
        leave, self._leave = self._leave, None
        if leave is None or self._loop is None or sig != signal.SIGTERM:
            super().handle_exit(sig, frame)
            return
        self._loop.call_soon_threadsafe(leave)
        ending = partial(super().handle_exit, sig, frame)
        self._loop.call_soon_threadsafe(self._loop.call_later, self._settings.drain_seconds, ending)


def _load_for_files() -> None:
    """Before somebody waits for one, and away from the loop."""
    for name in _FOR_FILES:
        import_module(name)


def spare_collections() -> None:
    """What lives until the end (code, directory, vectors) need not be looked through again.

    A turn makes some thousand short-lived objects; with Python's own thresholds a seventh of its
    time went into collections that found nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    gc.enable()


def _welcome(settings: Settings) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2))
    table.add_row("控制台", f"{settings.console_address}/console")
    table.add_row("公众门户", f"{settings.address}/")
    if settings.telephony is Telephony.CARRIER and is_phone_on(settings):
        table.add_row("虚拟电话", f"{settings.address}/phone")
    table.add_row("接口文档", f"{settings.console_address}/api/docs")
    screen.print()
    screen.print("[bold]114 阳光政务服务热线已经开通[/]")
    screen.print(table)
    for line in telephone_words(settings):
        screen.print(line, highlight=False)
    if logins := sample_city_logins(settings):
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
