"""The service as a process of its own, for what measures it from outside."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from pydantic import SecretStr

from hotline.settings import Settings

ROOT = Path(__file__).parent.parent
_READY_SECONDS = 60


_WORKER = """
import asyncio, contextlib, pathlib, signal, sys
told = pathlib.Path(sys.argv.pop())
def tell(*_):
    with contextlib.suppress(RuntimeError):
        told.write_text(str(len(asyncio.all_tasks())))
signal.signal(signal.SIGUSR1, tell)
from hotline.cli import app
app(["worker"])
"""
"""It has no page of figures: asked by a signal, it writes down how many tasks it has."""


@contextmanager
def running_service(
    settings: Settings, *, with_worker: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    """`hotline serve` with these settings, from when it is ready until the block ends."""
    command = [sys.executable, "-c", "from hotline.cli import app; app()", "serve"]
    if not with_worker:
        command.append("--no-worker")
    _require_free(settings.port)
    server = _started(settings, command)
    try:
        await_answer(f"http://127.0.0.1:{settings.port}/readyz")
        yield server
    finally:
        end(server)


@contextmanager
def running_worker(settings: Settings, tasks: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`hotline worker`; each SIGUSR1 has it write the number of its tasks into `tasks`."""
    worker = _started(settings, [sys.executable, "-c", _WORKER, str(tasks)])
    try:
        yield worker
    finally:
        end(worker)


@contextmanager
def running_carrier(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """`hotline carrier`, from when it answers until the block ends."""
    command = [sys.executable, "-c", "from hotline.cli import app; app()", "carrier"]
    _require_free(settings.port)
    carrier = _started(settings, command)
    try:
        await_answer(f"http://127.0.0.1:{settings.port}/carrier/phone/calls/none/acts")
        yield carrier
    finally:
        end(carrier)


def await_answer(url: str) -> None:
    """Until something answers there, whatever it says. Raises SystemExit."""
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        try:
            httpx2.get(url, timeout=1)
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


def end(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM)
    server.wait(60)


def password_of(data_dir: Path, username: str) -> str:
    """Of one of the sample city's people."""
    logins = json.loads((data_dir / "sample-accounts.json").read_text())
    return next(str(one["password"]) for one in logins if one["username"] == username)


def cpu_ms(pid: int) -> float:
    """What all threads have used so far: nanoseconds on the run queue's clock."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((one / "schedstat").read_text().split()[0]) for one in threads) / 1e6


def _require_free(port: int) -> None:
    """Else somebody else's service would answer, and be measured. Raises SystemExit."""
    with socket.socket() as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind(("127.0.0.1", port))
        except OSError as error:
            raise SystemExit(f"port {port} is taken") from error


def _started(settings: Settings, command: list[str]) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        **{f"HOTLINE_{name.upper()}": value for name, value in _given(settings)},
        "HOTLINE_LOG_LEVEL": "error",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def _given(settings: Settings) -> Iterator[tuple[str, str]]:
    """What was not left as it is by itself."""
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        if value is not None:
            yield name, value.get_secret_value() if isinstance(value, SecretStr) else str(value)
