"""PostgreSQL as part of the service, shared by every process that uses the data directory.

Whoever comes first starts the server (`hotline match` beside `hotline serve` joins it), each holds
a shared lock while it lives, and the last one to stop ends the server. The kernel lets go of the
lock of a process that is killed; its server stays, and the next process takes it over.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

import structlog

from hotline.db.postgres_binaries import EmbeddedDatabaseError
from hotline.db.postgres_cluster import PORT, SUPERUSER, Cluster
from hotline.db.postgres_processes import locked, try_lock

__all__ = ["DATABASE", "SUPERUSER", "EmbeddedDatabaseError", "EmbeddedPostgres"]

DATABASE = "hotline"
DOWN_BEFORE_RESTART = 2.0
WATCH_INTERVAL = 0.5

log = structlog.get_logger()


class EmbeddedPostgres:
    """The database of a data directory. Blocking: call it before the event loop runs.

    `durable=False` is for tests: no fsync, and the server ends with the thread that started it.
    """

    def __init__(
        self, data_dir: Path, *, durable: bool = True, archive: Path | None = None
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.cluster = Cluster(self.data_dir, durable=durable, archive=archive)
        self._in_use: int | None = None
        self._stopping = Event()
        self._watcher: Thread | None = None

    def start(self) -> str:
        """Starts the server, or joins the one that runs; returns the superuser's DSN."""
        self._make_directories()
        with locked(self.data_dir / "postgres.lock"):
            if not self.cluster.is_ready():
                self.cluster.launch()
                self._make_database()
            self._mark_in_use()
        return self.dsn()

    def stop(self) -> None:
        """Leaves the server; ends it when no other process uses it."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        if self._in_use is None:
            return
        with locked(self.data_dir / "postgres.lock"):
            if try_lock(self._in_use, fcntl.LOCK_EX):
                self.cluster.end()
            os.close(self._in_use)
            self._in_use = None

    @contextmanager
    def alone(self) -> Iterator[Cluster]:
        """The cluster, ended and used by nobody else. Raises EmbeddedDatabaseError."""
        self._make_directories()
        with locked(self.data_dir / "postgres.lock"):
            users = os.open(self.data_dir / "postgres.users", os.O_RDWR)
            try:
                if not try_lock(users, fcntl.LOCK_EX):
                    raise EmbeddedDatabaseError(
                        "数据库正在使用：请先停止 hotline。",
                        "The database is in use: stop hotline first.",
                    )
                self.cluster.end()
                yield self.cluster
                self.cluster.end()
            finally:
                os.close(users)

    def keep_running(self) -> None:
        """Until `stop`, brings a server back that was killed under us."""
        self._stopping.clear()
        self._watcher = Thread(target=self._watch, name="embedded-postgres", daemon=True)
        self._watcher.start()

    def dsn(self, role: str = SUPERUSER, database: str = DATABASE) -> str:
        """What SQLAlchemy needs to connect as a role."""
        socket = quote(str(self.cluster.socket_dir), safe="/")
        return f"postgresql+asyncpg://{quote(role)}@/{quote(database)}?host={socket}&port={PORT}"

    def program(self, name: str) -> Path:
        """A PostgreSQL program (`pg_dump`, say) of the server's version."""
        return self.cluster.program(name)

    def _make_directories(self) -> None:
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            for name in ("postgres.lock", "postgres.users"):
                (self.data_dir / name).touch(mode=0o600)
            self.cluster.make_directories()
        except OSError as error:
            raise EmbeddedDatabaseError(
                f"无法写入数据目录 {self.data_dir}；请用它的属主账号运行，或改 HOTLINE_DATA_DIR。",
                f"The data directory {self.data_dir} cannot be written ({error.strerror}): run as "
                "its owner, or set HOTLINE_DATA_DIR.",
            ) from error

    def _mark_in_use(self) -> None:
        if self._in_use is None:
            self._in_use = os.open(self.data_dir / "postgres.users", os.O_RDWR)
            fcntl.flock(self._in_use, fcntl.LOCK_SH)

    def _make_database(self) -> None:
        exists = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608 (constant)
        if not self.cluster.query(exists, database="postgres"):
            self.cluster.query(f"CREATE DATABASE {DATABASE}", database="postgres")
        self.cluster.query("CREATE EXTENSION IF NOT EXISTS pg_trgm", database=DATABASE)
        knows_chinese = "SELECT cardinality(show_trgm('北京')) > 0"
        if self.cluster.query(knows_chinese, database=DATABASE) != "t":
            raise EmbeddedDatabaseError(
                f"{self.data_dir} 中的数据库不识别中文，无法检索；请换一个空的数据目录。",
                f"The database in {self.data_dir} has no Chinese: use an empty data directory.",
            )

    def _watch(self) -> None:
        """A restart by somebody else (`pg_ctl restart`) gets its time before we step in."""
        seen_at = time.monotonic()
        while not self._stopping.wait(WATCH_INTERVAL):
            if not self.cluster.is_running() and time.monotonic() - seen_at >= DOWN_BEFORE_RESTART:
                self._bring_back()
            elif not self.cluster.is_running():
                continue
            seen_at = time.monotonic()

    def _bring_back(self) -> None:
        try:
            self.start()
        except (EmbeddedDatabaseError, OSError) as error:
            log.error("database.restart_failed", error=type(error).__name__)
        else:
            log.warning("database.restarted")
