"""Who runs, who waits: server processes as the kernel shows them, and locks between ours."""

import ctypes
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PR_SET_PDEATHSIG = 1
LOCK_WAIT = 90.0
ORPHANS_WAIT = 5.0
POLL = 0.05


def server_processes(cluster: Path) -> list[int]:
    """Every PostgreSQL process that works in this cluster, the postmaster and its children."""
    return _processes_in(str(cluster.resolve()))


def end_servers_of_deleted(cluster: Path) -> None:
    """Ends servers whose cluster at this path was deleted under them: nothing is left to save."""
    deleted = f"{cluster.resolve()} (deleted)"
    deadline = time.monotonic() + ORPHANS_WAIT
    while (orphans := _processes_in(deleted)) and time.monotonic() < deadline:
        for pid in orphans:
            send_signal(pid, signal.SIGQUIT)
        time.sleep(POLL)


def postmaster(cluster: Path) -> int | None:
    """The process id of the running postmaster; a stale or reused id in the file is None."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if _is_server(pid, str(cluster.resolve())) else None


def send_signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def die_with_parent() -> None:
    """Runs in the child: a fast shutdown when the process that started it ends, however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the file's exclusive lock, waiting for a process that holds it to finish or die."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + LOCK_WAIT
        while not try_lock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{path} is held by another process")
            time.sleep(POLL)
        yield
    finally:
        os.close(descriptor)


def try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _processes_in(directory: str) -> list[int]:
    names = (entry.name for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    return [pid for pid in map(int, names) if _is_server(pid, directory)]


def _is_server(pid: int, directory: str) -> bool:
    """By working directory and program: a process id alone may have been given to another."""
    try:
        works_in = os.readlink(f"/proc/{pid}/cwd")
        program = os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")
    except OSError:
        return False
    return works_in == directory and Path(program).name == "postgres"
