"""The embedded server survives what machines and people do to it."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from hotline.db.embedded import EmbeddedDatabaseError, EmbeddedPostgres
from hotline.db.postgres_binaries import ServerAccount, is_reachable
from hotline.db.postgres_processes import postmaster, server_processes

COUNT = "SELECT count(*) FROM kept"
CHECKOUT = Path(__file__).parents[2]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="drops privileges, which only root can")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Short, unlike pytest's: the socket stays in the data directory. Private, like `mktemp -d`."""
    with tempfile.TemporaryDirectory(prefix="hl") as directory:
        yield Path(directory) / "var"


def ask(server: EmbeddedPostgres, statement: str) -> str:
    return server.cluster.query(statement, database="hotline")


def running(server: EmbeddedPostgres) -> int | None:
    return postmaster(server.cluster.directory)


def in_another_process(data_dir: Path, script: str) -> subprocess.Popen[str]:
    prelude = (
        "import sys, pathlib; from hotline.db.embedded import EmbeddedPostgres; "
        "server = EmbeddedPostgres(pathlib.Path(sys.argv[1])); server.start(); "
        "print('started', flush=True); "
    )
    return subprocess.Popen(
        [sys.executable, "-c", prelude + script, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
    )


async def test_the_dsn_connects_and_chinese_has_trigrams(server: EmbeddedPostgres) -> None:
    engine = create_async_engine(server.dsn())
    async with engine.connect() as connection:
        trigrams = await connection.scalar(text("SELECT show_trgm('北京')"))
        order = await connection.scalar(text("SELECT 'Z' < 'a' COLLATE \"default\""))
    await engine.dispose()
    assert len(trigrams) == 3
    assert order is True


async def test_no_network_port_is_open(server: EmbeddedPostgres) -> None:
    assert ask(server, "SHOW listen_addresses") == ""
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncpg.connect(host="127.0.0.1", port=1, user="postgres")


def test_only_the_account_of_the_server_reaches_the_socket(server: EmbeddedPostgres) -> None:
    directory = server.cluster.socket_dir.stat()
    socket = (server.cluster.socket_dir / ".s.PGSQL.5432").stat()
    assert directory.st_mode & 0o777 == 0o700
    assert socket.st_mode & 0o777 == 0o700
    assert directory.st_uid != 0


@needs_root
def test_root_hands_the_server_to_an_unprivileged_account(server: EmbeddedPostgres) -> None:
    pid = running(server)
    status = Path(f"/proc/{pid}/status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines())
    account = server.cluster.account
    assert account.uid != 0
    assert fields["Uid"].split() == [str(account.uid)] * 4
    assert fields["Gid"].split() == [str(account.gid)] * 4
    assert fields["Groups"].split() == []


@needs_root
def test_below_a_private_directory_the_server_starts_and_opens_nothing(data_dir: Path) -> None:
    private = data_dir.parent
    private.chmod(0o700)
    server = EmbeddedPostgres(data_dir / "deep" / "er", durable=False)
    server.start()
    try:
        assert ask(server, "SELECT 1") == "1"
        assert private.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()


@needs_root
def test_an_ordinary_user_runs_it_as_itself(data_dir: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    account = ServerAccount(nobody.pw_uid, nobody.pw_gid)
    if not is_reachable(Path(asyncpg.__file__), account):
        pytest.skip("the environment lies below a private directory")
    data_dir.mkdir()
    data_dir.parent.chmod(0o755)
    os.chown(data_dir, account.uid, account.gid)
    child = get_context("fork").Process(target=_start_and_ask, args=(account, data_dir))
    child.start()
    child.join(timeout=60)
    assert child.exitcode == 0
    assert (data_dir / "postgres").stat().st_uid == account.uid


def _start_and_ask(account: ServerAccount, data_dir: Path) -> None:
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    server = EmbeddedPostgres(data_dir)
    server.start()
    answer = ask(server, "SELECT 2")
    server.stop()
    os._exit(0 if answer == "2" else 1)


def test_a_long_path_gets_a_short_private_socket_directory(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir / ("x" * 100), durable=False)
    server.start()
    try:
        assert ask(server, "SELECT 1") == "1"
        assert len(str(server.cluster.socket_dir)) < 40
        assert server.cluster.socket_dir.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
        shutil.rmtree(server.cluster.socket_dir)


def test_a_socket_directory_that_others_may_enter_is_refused(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir / ("y" * 100), durable=False)
    server.cluster.socket_dir.mkdir()
    server.cluster.socket_dir.chmod(0o777)
    try:
        with pytest.raises(EmbeddedDatabaseError, match="is not private"):
            server.start()
    finally:
        server.cluster.socket_dir.rmdir()


def kill_all(server: EmbeddedPostgres) -> None:
    for pid in server_processes(server.cluster.directory):
        with suppress(ProcessLookupError):  # some go with the one before
            os.kill(pid, signal.SIGKILL)


def test_kill_9_of_everything_loses_no_committed_row(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    server.start()
    try:
        ask(server, "CREATE TABLE kept (n int)")
        for number in range(3):
            ask(server, f"INSERT INTO kept VALUES ({number})")
            kill_all(server)
            server.start()
        assert ask(server, COUNT) == "3"
    finally:
        server.stop()


def test_kill_9_of_the_postmaster_alone_waits_for_its_children(server: EmbeddedPostgres) -> None:
    ask(server, "DROP TABLE IF EXISTS kept")
    ask(server, "CREATE TABLE kept AS SELECT 1 AS n")
    killed = running(server)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    server.start()
    assert running(server) not in (None, killed)
    assert ask(server, COUNT) == "1"


def test_a_process_id_that_now_belongs_to_another_program_does_not_block_the_start(
    data_dir: Path,
) -> None:
    server = EmbeddedPostgres(data_dir, durable=False)
    server.start()
    pid_file = server.cluster.directory / "postmaster.pid"
    stale = pid_file.read_text().replace(str(running(server)), str(os.getpid()), 1)
    server.stop()
    pid_file.write_text(stale)
    server.start()
    try:
        assert ask(server, "SELECT 1") == "1"
    finally:
        server.stop()


def test_an_initdb_that_was_cut_short_is_done_again(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir, durable=False)
    (server.cluster.directory / "base").mkdir(parents=True)
    (server.cluster.directory / "PG_VERSION").write_text("18\n")
    server.start()
    try:
        assert ask(server, "SELECT 1") == "1"
    finally:
        server.stop()


def test_a_second_process_uses_the_running_server_and_leaves_it(server: EmbeddedPostgres) -> None:
    before = running(server)
    other = in_another_process(server.data_dir, "server.stop()")
    assert other.communicate(timeout=30)[0] == "started\n"
    assert running(server) == before


def test_the_server_stays_for_a_process_that_joined_later(data_dir: Path) -> None:
    first = in_another_process(data_dir, "sys.stdin.read(); server.stop()")
    assert first.stdout is not None
    assert first.stdout.readline() == "started\n"
    second = EmbeddedPostgres(data_dir)
    second.start()
    first.communicate("", timeout=30)
    try:
        assert ask(second, "SELECT 1") == "1"
    finally:
        second.stop()
    assert running(second) is None


def test_a_server_that_outlived_its_process_is_taken_over(data_dir: Path) -> None:
    first = in_another_process(data_dir, "sys.stdin.read()")
    assert first.stdout is not None
    assert first.stdout.readline() == "started\n"
    first.kill()
    first.wait()
    heir = EmbeddedPostgres(data_dir)
    survivor = running(heir)
    assert survivor is not None
    heir.start()
    assert running(heir) == survivor
    heir.stop()
    assert running(heir) is None


def test_starting_at_once_from_several_processes_makes_one_server(data_dir: Path) -> None:
    starters = [in_another_process(data_dir, "sys.stdin.read(); server.stop()") for _ in range(3)]
    for starter in starters:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "started\n"
    for starter in starters:
        starter.communicate("", timeout=30)
        assert starter.returncode == 0
    assert server_processes(data_dir / "postgres") == []


def test_a_server_killed_under_us_is_brought_back(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    server.start()
    server.keep_running()
    try:
        ask(server, "CREATE TABLE kept AS SELECT 1 AS n")
        killed = running(server)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        deadline = time.monotonic() + 15
        while not server.cluster.is_ready():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert ask(server, COUNT) == "1"
    finally:
        server.stop()


def test_a_server_of_a_deleted_directory_makes_way_for_the_new_one(data_dir: Path) -> None:
    first = in_another_process(data_dir / ("z" * 100), "sys.stdin.read()")
    assert first.stdout is not None
    assert first.stdout.readline() == "started\n"
    first.kill()
    first.wait()
    shutil.rmtree(data_dir)
    server = EmbeddedPostgres(data_dir / ("z" * 100))
    server.start()
    try:
        assert ask(server, "SELECT 1") == "1"
    finally:
        server.stop()
        shutil.rmtree(server.cluster.socket_dir)


def test_another_major_version_is_one_clear_sentence(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir, durable=False)
    server.start()
    server.stop()
    (server.cluster.directory / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedDatabaseError, match="was made by PostgreSQL 17"):
        server.start()


def test_an_unwritable_data_directory_is_one_clear_sentence() -> None:
    server = EmbeddedPostgres(Path("/proc/hotline"))
    with pytest.raises(EmbeddedDatabaseError, match="cannot be written"):
        server.start()


def test_a_start_that_failed_holds_no_lock(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "postgres").write_text("a file in the way")
    with pytest.raises(EmbeddedDatabaseError, match="cannot be written"):
        EmbeddedPostgres(data_dir).start()
    (data_dir / "postgres").unlink()
    server = EmbeddedPostgres(data_dir, durable=False)
    server.start()
    server.stop()
    assert running(server) is None
