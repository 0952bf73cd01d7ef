"""PostgreSQL servers of the lab: a primary and a standby that must have every commit."""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from hotline.db.postgres_binaries import postgres_programs, server_account
from hotline.db.postgres_cluster import LOCALE

_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 120
shared_buffers = '128MB'
max_wal_size = '192MB'
min_wal_size = '64MB'
wal_keep_size = '64MB'
timezone = 'UTC'
jit = off
hot_standby = on
wal_receiver_status_interval = 1
wal_retrieve_retry_interval = '500ms'
archive_mode = on
archive_command = 'test ! -f {archive}/%f && cp %p {archive}/.%f && mv {archive}/.%f {archive}/%f'
"""
_START_SECONDS = 60.0
DISK = "1500m"


class Server:
    """One PostgreSQL on a port of this machine. Blocking calls are short; run them in threads."""

    def __init__(self, folder: Path, port: int, archive: Path) -> None:
        self.folder = folder
        self.port = port
        self.has_own_disk = False
        self._archive = archive
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.account = server_account(folder / "none")
        os.chown(folder, self.account.uid, self.account.gid)

    def initialize(self) -> None:
        made = ("initdb", f"--pgdata={self._cluster}", "--username=postgres", "--auth=trust")
        self.run(*made, *LOCALE)
        self._configure()

    def mount(self, size: str) -> None:
        """A small disk of its own, where one may be mounted."""
        owner = f"size={size},mode=700,uid={self.account.uid},gid={self.account.gid}"
        command = ["mount", "-t", "tmpfs", "-o", owner, "tmpfs", str(self.folder)]
        done = subprocess.run(command, capture_output=True, check=False)
        self.has_own_disk = done.returncode == 0

    def unmount(self) -> None:
        if self.has_own_disk:
            subprocess.run(["umount", str(self.folder)], capture_output=True, check=False)

    def copy_of(self, primary: "Server", *, name: str, follows: bool = True) -> None:
        """A base backup, by default one that goes on following `primary` under this name."""
        source = f"host=127.0.0.1 port={primary.port} user=postgres application_name={name}"
        following = ("-R",) if follows else ()
        self.run("pg_basebackup", "-d", source, "-D", str(self._cluster), "-X", "stream",
                 "--checkpoint=fast", *following)  # fmt: skip
        self._configure()

    def recover_to(self, moment: str, archive: Path) -> None:
        """At its next start it plays the archived log up to this moment, and no further."""
        with (self._cluster / "postgresql.conf").open("a") as file:
            file.write(f"restore_command = 'cp {archive}/%f %p'\narchive_mode = off\n")
            file.write(f"recovery_target_time = '{moment}'\nrecovery_target_action = promote\n")
            file.write("synchronous_standby_names = ''\n")
        auto = self._cluster / "postgresql.auto.conf"
        auto.write_text("")
        signal_file = self._cluster / "recovery.signal"
        signal_file.touch()
        os.chown(signal_file, self.account.uid, self.account.gid)

    def start(self) -> None:
        """Whatever it was before: running, ended, or killed. Raises TimeoutError."""
        self.reap()
        if self._process is None:
            log = (self.folder / "log").open("ab")
            self._process = subprocess.Popen(
                [str(self._program("postgres")), "-D", str(self._cluster)],
                stdout=log, stderr=log, cwd=self.folder, **self.account.dropped(),
            )  # fmt: skip
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while self.run("pg_isready", "-h", "127.0.0.1", "-p", str(self.port), check=False):
            if time.monotonic() > deadline or self.reap():
                raise TimeoutError(f"PostgreSQL on {self.port} did not start")
            time.sleep(0.05)

    def reap(self) -> bool:
        """Whether the process has ended."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        return self._process is None

    def send(self, number: signal.Signals) -> None:
        """SIGQUIT is an immediate stop, SIGKILL a crash of the machine but for its disk."""
        if self._process is not None:
            self._process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        if self._process is None:
            return
        self.send(number)
        self._process.wait(30)
        self._process = None

    def kill_whole(self) -> None:
        """The postmaster and every process of it at once, as when a machine goes."""
        if self._process is None:
            return
        self.run("pg_ctl", "-D", str(self._cluster), "-m", "immediate", "-W", "stop", check=False)
        self._process.kill()
        self._process.wait(30)
        self._process = None

    def processes(self) -> list[int]:
        """The postmaster and everything that it has begun."""
        if self._process is None:
            return []
        own = psutil.Process(self._process.pid)
        return [own.pid, *(child.pid for child in own.children(recursive=True))]

    def promote(self) -> None:
        self.run("pg_ctl", "-D", str(self._cluster), "-w", "promote")

    async def connect(self, database: str = "hotline", **more: Any) -> asyncpg.Connection:
        return await asyncpg.connect(
            host="127.0.0.1", port=self.port, user="postgres", database=database, timeout=5, **more
        )

    async def fetch(self, query: str, *values: Any, database: str = "hotline") -> list[Any]:
        """One query as the superuser, on a connection of its own."""
        connection = await self.connect(database)
        try:
            found: list[Any] = await connection.fetch(query, *values)
        finally:
            await connection.close()
        return found

    async def value(self, query: str, *values: Any, database: str = "hotline") -> Any:
        return (await self.fetch(query, *values, database=database))[0][0]

    def run(self, name: str, *arguments: str, check: bool = True) -> int:
        """One of PostgreSQL's programs as the server's account; its exit code."""
        done = subprocess.run(
            [str(self._program(name)), *arguments], capture_output=True, check=False,
            cwd=self.folder, **self.account.dropped(),
        )  # fmt: skip
        if check and done.returncode != 0:
            raise RuntimeError(f"{name}: {done.stderr.decode(errors='replace')[-400:]}")
        return done.returncode

    @property
    def _cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def programs(self) -> Path:
        return postgres_programs(self.account, near=self.folder)

    def _program(self, name: str) -> Path:
        return self.programs / name

    def _configure(self) -> None:
        with (self._cluster / "postgresql.conf").open("a") as file:
            file.write(_SETTINGS.format(port=self.port, archive=self._archive))
        with (self._cluster / "pg_hba.conf").open("a") as file:
            file.write("host replication all 127.0.0.1/32 trust\n")


class Pair:
    """Where writes go, and who stands by."""

    def __init__(self, folder: Path, ports: tuple[int, int, int]) -> None:
        self.archive = folder / "archive"
        self.archive.mkdir(parents=True)
        self.primary = Server(folder / "one", ports[0], self.archive)
        self.standby = Server(folder / "two", ports[1], self.archive)
        self.third = Server(folder / "three", ports[2], self.archive)
        self._all = (self.primary, self.standby, self.third)
        os.chown(self.archive, self.primary.account.uid, self.primary.account.gid)

    async def start(self) -> None:
        self.primary.mount(DISK)
        await asyncio.to_thread(self.primary.initialize)
        await asyncio.to_thread(self.primary.start)
        await self.primary.fetch(
            "CREATE DATABASE hotline TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin"
            " BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'",
            database="postgres",
        )

    async def stand_by(self) -> None:
        """From here on a commit is answered when both have it."""
        shutil.rmtree(self.standby.folder / "cluster", ignore_errors=True)
        await asyncio.to_thread(self.standby.copy_of, self.primary, name="standby")
        await asyncio.to_thread(self.standby.start)
        alter = "ALTER SYSTEM SET synchronous_standby_names = 'standby'"
        await self.primary.fetch(alter, database="postgres")
        await self.primary.fetch("SELECT pg_reload_conf()", database="postgres")

    def stop(self) -> None:
        for server in self._all:
            server.stop(signal.SIGQUIT)
            server.unmount()
