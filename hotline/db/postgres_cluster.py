"""One PostgreSQL cluster in a directory: made, started, asked, ended.

The cluster and its socket lie in directories that only the server's account (and root) may enter,
so every local connection is trusted: who may do what is decided by the database role.
"""

import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import IO

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
    postmaster,
    send_signal,
    server_processes,
)

SUPERUSER = "postgres"
PORT = 5432
MAJOR_VERSION = "18"
SOCKET_PATH_LIMIT = 107
START_WAIT = 60.0
ORPHANS_WAIT = 10.0
STOP_WAIT = 30.0
LOG_LIMIT = 5_000_000

# The built-in C.UTF-8 knows Chinese letters; plain C has none, and trigrams of Chinese come out
# empty without a word. Collation by code point needs no system locale and never changes.
LOCALE = (
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--lc-collate=C",
    "--lc-ctype=C.UTF-8",
    "--encoding=UTF8",
)
# Statements and details of errors may hold personal data: they stay out of the server's log.
DEFAULTS = (
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
)
WAL = "wal"
FOR_TESTS = ("fsync=off", "full_page_writes=off", "max_connections=300")
"""Many cities run on it side by side, each with some thirty connections."""


class Cluster:
    def __init__(self, data_dir: Path, *, durable: bool, archive: Path | None = None) -> None:
        self.data_dir = data_dir
        self.archive = archive
        self.directory = data_dir / "postgres"
        self._log_file = data_dir / "postgres.log"
        self._durable = durable
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def account(self) -> ServerAccount:
        return server_account(self.directory)

    @property
    def socket_dir(self) -> Path:
        """The cluster itself, or a short private directory where its path is too long."""
        socket = self.directory / f".s.PGSQL.{PORT}"
        if len(os.fsencode(socket)) <= SOCKET_PATH_LIMIT:
            return self.directory
        name = sha256(os.fsencode(self.directory.resolve())).hexdigest()[:16]
        return Path(f"/tmp/hotline-{name}")  # noqa: S108 (its owner and mode are checked)

    def program(self, name: str) -> Path:
        return postgres_programs(self.account, near=self.data_dir) / name

    def is_running(self) -> bool:
        return postmaster(self.directory) is not None

    def is_ready(self) -> bool:
        return self.is_running() and self._ask("pg_isready", "-q").returncode == 0

    def make_directories(self) -> None:
        account = self.account
        self.directory.mkdir(mode=0o700, exist_ok=True)
        os.chown(self.directory, account.uid, account.gid)
        if self.socket_dir != self.directory:
            _make_private(self.socket_dir, account)
        if self.archive is not None:
            self._make_archive(self.archive, account)

    def launch(self) -> None:
        """Starts the server, or waits for one that is starting, until it takes connections."""
        if not (self.directory / "global" / "pg_control").exists():
            self._initialize()
        self._check_version()
        end_servers_of_deleted(self.directory)
        if not self.is_running():
            self._wait_for_orphans()
            # Its process is gone; the id in it may by now be anybody's, and would stop the start.
            (self.directory / "postmaster.pid").unlink(missing_ok=True)
            self._spawn()
        self._wait_until_ready()

    def end(self) -> None:
        """A fast shutdown: open transactions are rolled back, committed ones are kept."""
        pid = postmaster(self.directory)
        if pid is None:
            return
        send_signal(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_WAIT
        while self.is_running():
            if time.monotonic() > deadline:
                send_signal(pid, signal.SIGQUIT)
                return
            time.sleep(0.02)
            self._has_exited()

    def query(self, statement: str, *, database: str) -> str:
        """A statement as the superuser, for what must happen before there are connections."""
        answer = self._ask(
            "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement
        )
        if answer.returncode != 0:
            raise EmbeddedDatabaseError(
                f"内置数据库拒绝了语句：{answer.stderr.decode()}",
                f"The embedded database refused: {statement}",
            )
        return answer.stdout.decode().strip()

    def _initialize(self) -> None:
        """One that was cut short before has left files: initdb wants an empty directory."""
        for leftover in self.directory.iterdir():
            if leftover.is_dir() and not leftover.is_symlink():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()
        settings = [f"--set={setting}" for setting in DEFAULTS]
        made = subprocess.run(  # noqa: S603 (our own program)
            [
                *(str(self.program("initdb")), f"--pgdata={self._name_for_server}"),
                *(f"--username={SUPERUSER}", "--auth-local=trust", "--auth-host=reject"),
                *(*LOCALE, *settings, *(() if self._durable else ("--no-sync",))),
            ],
            capture_output=True,
            check=False,
            cwd=self.directory,
            env=_clean_environment(),
            **self.account.dropped(),
        )
        if made.returncode != 0:
            raise EmbeddedDatabaseError(
                f"无法在 {self.directory} 建立数据库：{_last_line(made.stderr)}",
                f"No database can be made in {self.directory}: {_last_line(made.stderr)}",
            )

    def _check_version(self) -> None:
        version = (self.directory / "PG_VERSION").read_text().strip()
        if version != MAJOR_VERSION:
            raise EmbeddedDatabaseError(
                f"{self.directory} 由 PostgreSQL {version} 建立，本版本自带 {MAJOR_VERSION}；"
                "请先用旧版本备份，再恢复到新的数据目录。",
                f"{self.directory} was made by PostgreSQL {version}, this release brings "
                f"{MAJOR_VERSION}: back up with the old one, restore into an empty directory.",
            )

    def _wait_for_orphans(self) -> None:
        """Children of a killed postmaster hold its shared memory for a second or two."""
        self._has_exited()
        deadline = time.monotonic() + ORPHANS_WAIT
        while server_processes(self.directory):
            if time.monotonic() > deadline:
                raise EmbeddedDatabaseError(
                    f"{self.directory} 上旧的数据库进程没有退出，请稍后重试。",
                    f"Old database processes still use {self.directory}: try again in a moment.",
                )
            time.sleep(0.1)

    def _spawn(self) -> None:
        settings = [
            "listen_addresses=",
            f"port={PORT}",
            "unix_socket_permissions=0700",
            f"unix_socket_directories={self._socket_for_server}",
            *(() if self._durable else FOR_TESTS),
            *(() if self.archive is None else _archiving(self.archive / WAL)),
        ]
        options = [part for setting in settings for part in ("-c", setting)]
        with self._open_log() as output:
            self._server = subprocess.Popen(  # noqa: S603 (our own program)
                [str(self.program("postgres")), "-D", self._name_for_server, *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.directory,
                env=_clean_environment(),
                start_new_session=True,
                preexec_fn=None if self._durable else die_with_parent,  # noqa: PLW1509 (tests only)
                **self.account.dropped(),
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_WAIT
        while not self.is_ready():
            if self._has_exited() and not self.is_running():
                raise EmbeddedDatabaseError(
                    f"内置数据库没有启动，原因见 {self._log_file}。",
                    f"The embedded database did not start, see {self._log_file}: "
                    f"{_last_line(self._log_file.read_bytes())}",
                )
            if time.monotonic() > deadline:
                raise EmbeddedDatabaseError(
                    f"内置数据库 {START_WAIT:.0f} 秒内没有就绪，详见 {self._log_file}。",
                    f"The embedded database was not ready in {START_WAIT:.0f} s, see "
                    f"{self._log_file}.",
                )
            time.sleep(0.05)

    def _has_exited(self) -> bool:
        """Also reaps it: PostgreSQL takes a zombie with the old process id for a running server."""
        return self._server is None or self._server.poll() is not None

    @property
    def _name_for_server(self) -> str:
        """An account that may not pass the directories above enters by the working directory."""
        if is_reachable(self.directory, self.account):
            return str(self.directory)
        return "/proc/self/cwd"

    @property
    def _socket_for_server(self) -> str:
        if self.socket_dir == self.directory and self._name_for_server != str(self.directory):
            return "."
        return str(self.socket_dir)

    def _make_archive(self, archive: Path, account: ServerAccount) -> None:
        wal = archive / WAL
        wal.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chown(wal, account.uid, account.gid)
        if not is_reachable(wal, account) or any(sign in str(wal) for sign in "'\"\\%"):
            raise EmbeddedDatabaseError(
                f"数据库的账号进不了归档目录 {wal}，或路径有特殊符号：请换 HOTLINE_ARCHIVE_DIR。",
                f"The server's account cannot use the archive {wal}: set HOTLINE_ARCHIVE_DIR.",
            )

    def _open_log(self) -> IO[bytes]:
        if self._log_file.exists() and self._log_file.stat().st_size > LOG_LIMIT:
            self._log_file.replace(self._log_file.with_suffix(".log.1"))
        self._log_file.touch(mode=0o600)
        return self._log_file.open("ab")

    def _ask(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        where = {"PGHOST": str(self.socket_dir), "PGPORT": str(PORT), "PGUSER": SUPERUSER}
        return subprocess.run(  # noqa: S603 (our own programs)
            [str(self.program(program)), *arguments],
            capture_output=True,
            check=False,
            env={**_clean_environment(), **where},
        )


def _archiving(wal: Path) -> tuple[str, ...]:
    """A piece is there whole or not at all, and never replaced by another.

    After a crash the server may bring a piece that is there already: that is success, or it would
    bring nothing else any more.
    """
    there = wal.absolute()
    copy = f'cp "%p" "{there}/.%f" && mv -n "{there}/.%f" "{there}/%f"'
    again = f'cmp -s "%p" "{there}/%f"'
    return (
        "archive_mode=on",
        f'archive_command={again} || {{ test ! -f "{there}/%f" && {copy}; }}',
        "archive_timeout=60s",
    )


def _make_private(directory: Path, account: ServerAccount) -> None:
    """In a shared place: what somebody else made or may enter is refused, never mended."""
    try:
        directory.mkdir(mode=0o700)
        os.chown(directory, account.uid, account.gid)
    except FileExistsError:
        status = directory.lstat()
        ours = stat.S_ISDIR(status.st_mode) and status.st_uid in (account.uid, os.geteuid())
        if not ours or status.st_mode & 0o077:
            raise EmbeddedDatabaseError(
                f"{directory} 不是本服务的私有目录；请删除它，或缩短数据目录的路径。",
                f"{directory} is not private: remove it, or shorten the data directory's path.",
            ) from None
        os.chown(directory, account.uid, account.gid)


def _clean_environment() -> Mapping[str, str]:
    """Without settings of another PostgreSQL (PGDATA, PGOPTIONS, …) that may be around."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _last_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no message"
