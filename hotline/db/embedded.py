"""PostgreSQL as part of the service: one cluster in the data directory, reached by a socket.

Several processes may use it at once (`hotline match` beside `hotline serve`): whoever comes first
starts the server, each holds a shared lock while it lives, and the last one to stop ends it.
A process that is killed leaves its server running, and the next one takes that over.
The cluster and the socket lie in directories that only the server's account (and root) may enter,
so every local connection is trusted: who may do what is decided by the database role.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

import structlog

from hotline.db.postgres_binaries import (
    EmbeddedDatabaseError,
    ServerAccount,
    is_reachable,
    postgres_programs,
    server_account,
)
from hotline.db.postgres_processes import (
    die_with_parent,
    end_servers_of_deleted,
    locked,
    postmaster,
    send_signal,
    server_processes,
    try_lock,
)

SUPERUSER = "postgres"
DATABASE = "hotline"
PORT = 5432
MAJOR_VERSION = "18"
SOCKET_PATH_LIMIT = 107
START_WAIT = 60.0
ORPHANS_WAIT = 10.0
STOP_WAIT = 30.0
DOWN_BEFORE_RESTART = 2.0
WATCH_INTERVAL = 0.5
LOG_LIMIT = 5_000_000

# The built-in C.UTF-8 knows Chinese letters; plain C has none, and trigrams of Chinese come out
# empty without a word. Collation by code point needs no system locale and never changes.
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C",
          "--lc-ctype=C.UTF-8", "--encoding=UTF8")  # fmt: skip
# Statements and details of errors may hold personal data: they stay out of the server's log.
DEFAULTS = ("jit=off", "timezone=UTC", "log_timezone=UTC", "log_error_verbosity=terse",
            "log_min_error_statement=panic", "log_min_messages=warning")  # fmt: skip
NOT_DURABLE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")

log = structlog.get_logger()


class EmbeddedPostgres:
    """The cluster in `data_dir/postgres`.

    `durable=False` is for tests: no fsync, and the server ends with the thread that started it.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = data_dir.absolute()
        self.cluster = self.data_dir / "postgres"
        self._durable = durable
        self._server: subprocess.Popen[bytes] | None = None
        self._in_use: int | None = None
        self._stopping = Event()
        self._watcher: Thread | None = None

    def start(self) -> str:
        """Starts the server, or joins the one that runs; returns the superuser's DSN."""
        self._make_directories()
        with locked(self._lock_file):
            self._mark_in_use()
            if not self.is_running():
                self._launch()
                self._make_database()
        return self.dsn()

    def stop(self) -> None:
        """Leaves the server; ends it when no other process uses it."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        if self._in_use is None:
            return
        with locked(self._lock_file):
            if try_lock(self._in_use, fcntl.LOCK_EX):
                self._end_server()
            os.close(self._in_use)
            self._in_use = None

    def keep_running(self) -> None:
        """Starts a thread that brings a server that was killed back, until `stop`."""
        self._stopping.clear()
        self._watcher = Thread(target=self._watch, name="embedded-postgres", daemon=True)
        self._watcher.start()

    def is_running(self) -> bool:
        """Whether the server takes connections now."""
        return self.cluster.is_dir() and self._run("pg_isready", "-q").returncode == 0

    def dsn(self, role: str = SUPERUSER, database: str = DATABASE) -> str:
        """What SQLAlchemy needs to connect as a role."""
        socket = quote(str(self.socket_dir), safe="")
        return f"postgresql+asyncpg://{quote(role)}@/{quote(database)}?host={socket}&port={PORT}"

    @property
    def socket_dir(self) -> Path:
        """The cluster itself, or a short private directory where its path is too long."""
        socket = self.cluster / f".s.PGSQL.{PORT}"
        if len(os.fsencode(socket)) <= SOCKET_PATH_LIMIT:
            return self.cluster
        name = hashlib.sha256(os.fsencode(self.cluster.resolve())).hexdigest()[:16]
        return Path("/tmp") / f"hotline-{name}"  # noqa: S108 (its owner and mode are checked)

    def program(self, name: str) -> Path:
        """A PostgreSQL program (`pg_dump`, say) that the server's account can run."""
        return postgres_programs(self.account, near=self.data_dir) / name

    @property
    def account(self) -> ServerAccount:
        return server_account(self.cluster)

    @property
    def _lock_file(self) -> Path:
        return self.data_dir / "postgres.lock"

    def _make_directories(self) -> None:
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            account = self.account
            self.cluster.mkdir(mode=0o700, exist_ok=True)
            os.chown(self.cluster, account.uid, account.gid)
            self._lock_file.touch(mode=0o600)
        except OSError as error:
            raise EmbeddedDatabaseError(
                f"无法写入数据目录 {self.data_dir}（{error.strerror}）；请换一个账号运行，或修改 "
                f"HOTLINE_DATA_DIR。 The data directory {self.data_dir} cannot be written "
                f"({error.strerror}): run as its owner, or set HOTLINE_DATA_DIR."
            ) from error
        _make_private(self.socket_dir, account)

    def _mark_in_use(self) -> None:
        """Kept until `stop`, and let go by the kernel if we are killed."""
        if self._in_use is None:
            users = self.data_dir / "postgres.users"
            self._in_use = os.open(users, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._in_use, fcntl.LOCK_SH)

    def _launch(self) -> None:
        if not (self.cluster / "PG_VERSION").exists():
            self._initialize()
        self._check_version()
        end_servers_of_deleted(self.cluster)
        if postmaster(self.cluster) is None:
            self._wait_for_orphans()
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)
            self._spawn()
        self._wait_until_ready()

    def _initialize(self) -> None:
        """An initdb that was cut short is done again from an empty directory."""
        for leftover in self.cluster.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        settings = [f"--set={setting}" for setting in DEFAULTS]
        sync = [] if self._durable else ["--no-sync"]
        made = self._run(
            "initdb", f"--pgdata={self._directory}", f"--username={SUPERUSER}",
            "--auth-local=trust", "--auth-host=reject", *LOCALE, *settings, *sync,
        )  # fmt: skip
        if made.returncode != 0:
            raise EmbeddedDatabaseError(f"无法建立数据库。 initdb failed: {_last_line(made.stderr)}")

    def _check_version(self) -> None:
        version = (self.cluster / "PG_VERSION").read_text().strip()
        if version != MAJOR_VERSION:
            raise EmbeddedDatabaseError(
                f"{self.cluster} 由 PostgreSQL {version} 建立，本版本自带 {MAJOR_VERSION}；请先用旧版本"
                f"备份，再用 hotline db restore 恢复。 {self.cluster} was made by PostgreSQL {version}"
                f" and this version brings {MAJOR_VERSION}: back up with the old version first."
            )

    def _wait_for_orphans(self) -> None:
        """Children of a killed postmaster hold its shared memory for a second or two."""
        if self._server is not None:
            self._server.poll()
        deadline = time.monotonic() + ORPHANS_WAIT
        while server_processes(self.cluster):
            if time.monotonic() > deadline:
                raise EmbeddedDatabaseError(
                    f"{self.cluster} 上仍有旧的数据库进程没有退出，请稍后重试。 Old database processes "
                    f"still use {self.cluster}: try again in a moment."
                )
            time.sleep(0.1)

    def _spawn(self) -> None:
        settings = ["listen_addresses=", "unix_socket_permissions=0700", f"port={PORT}",
                    f"unix_socket_directories={self._socket_setting}",
                    *(() if self._durable else NOT_DURABLE)]  # fmt: skip
        command = [str(self.program("postgres")), "-D", self._directory]
        with self._open_log() as output:
            self._server = subprocess.Popen(  # noqa: S603 (our own program)
                [*command, *(part for setting in settings for part in ("-c", setting))],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.cluster,
                env=_clean_environment(),
                start_new_session=True,
                preexec_fn=None if self._durable else die_with_parent,
                **self.account.dropped(),
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_WAIT
        while not self.is_running():
            if postmaster(self.cluster) is None and self._has_exited():
                raise EmbeddedDatabaseError(
                    f"内置数据库没有启动，原因见 {self._log_file}。 The embedded database did not "
                    f"start: {_last_line(self._log_file.read_bytes())}"
                )
            if time.monotonic() > deadline:
                raise EmbeddedDatabaseError(
                    f"内置数据库 {START_WAIT:.0f} 秒内没有就绪，详见 {self._log_file}。 The embedded "
                    f"database was not ready in {START_WAIT:.0f} s: see {self._log_file}."
                )
            time.sleep(0.05)

    def _has_exited(self) -> bool:
        return self._server is None or self._server.poll() is not None

    def _make_database(self) -> None:
        found = self.query(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'", "postgres")  # noqa: S608
        if not found:
            self.query(f"CREATE DATABASE {DATABASE}", "postgres")
        self.query("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        if self.query("SELECT cardinality(show_trgm('北京')) > 0") != "t":
            raise EmbeddedDatabaseError(
                f"{self.cluster} 的字符集不识别中文，无法检索；请换一个空的数据目录。 The database in "
                f"{self.cluster} does not know Chinese letters: use an empty data directory."
            )

    def query(self, statement: str, database: str = DATABASE) -> str:
        """Runs a statement as the superuser, for what must happen before any connection pool."""
        answer = self._run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database,
                           "-c", statement)  # fmt: skip
        if answer.returncode != 0:
            raise EmbeddedDatabaseError(f"数据库拒绝了语句。 {_last_line(answer.stderr)}")
        return answer.stdout.decode().strip()

    def _end_server(self) -> None:
        pid = postmaster(self.cluster)
        if pid is None:
            return
        deadline = time.monotonic() + STOP_WAIT
        send_signal(pid, signal.SIGINT)
        while postmaster(self.cluster) is not None:
            if time.monotonic() > deadline:
                send_signal(pid, signal.SIGQUIT)
                break
            if self._server is not None:
                self._server.poll()
            time.sleep(0.02)

    def _watch(self) -> None:
        """A restart by somebody else (`pg_ctl restart`) gets its time before we step in."""
        down_since: float | None = None
        while not self._stopping.wait(WATCH_INTERVAL):
            if postmaster(self.cluster) is not None:
                down_since = None
                continue
            down_since = down_since or time.monotonic()
            if time.monotonic() - down_since >= DOWN_BEFORE_RESTART - WATCH_INTERVAL:
                self._bring_back()

    def _bring_back(self) -> None:
        try:
            self.start()
        except (EmbeddedDatabaseError, OSError) as error:
            log.error("database.restart_failed", error=type(error).__name__)
        else:
            log.warning("database.restarted")

    @property
    def _directory(self) -> str:
        """The cluster's name for the server's account.

        An account that may not pass the directories above reaches it as its working directory.
        """
        return str(self.cluster) if is_reachable(self.cluster, self.account) else "/proc/self/cwd"

    @property
    def _socket_setting(self) -> str:
        in_cluster = self.socket_dir == self.cluster
        return "." if in_cluster and self._directory != str(self.cluster) else str(self.socket_dir)

    @property
    def _log_file(self) -> Path:
        return self.data_dir / "postgres.log"

    def _open_log(self) -> contextlib.closing:  # type: ignore[type-arg]
        raise NotImplementedError

    def _run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        environment = _clean_environment() | {
            "PGHOST": str(self.socket_dir), "PGPORT": str(PORT), "PGUSER": SUPERUSER,
        }  # fmt: skip
        return subprocess.run(  # noqa: S603 (our own programs)
            [str(self.program(name)), *arguments],
            capture_output=True,
            check=False,
            cwd=self.cluster,
            env=environment,
            **self.account.dropped(),
        )
