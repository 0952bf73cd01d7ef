"""The whole service on one machine: two nodes, workers, a balancer, two databases, the carrier."""

import asyncio
import base64
import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx2
import psutil

from scripts.chaos_lab import false_clock
from scripts.chaos_lab.balancer import Balancer, Node
from scripts.chaos_lab.postgres import Pair
from scripts.chaos_lab.wire import Wire

ROOT = Path(__file__).parents[2]
ACCOUNT = "AC" + "c" * 32
_READY_SECONDS = 300.0


class Process:
    """One of the service's processes; `kill -9` and `kill -STOP` are what it is for."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], log: Path) -> None:
        self.name = name
        self.command = command
        self.env = env
        self.log = log
        self.has_false_clock = False
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._running is not None
        return self._running.pid

    @property
    def is_alive(self) -> bool:
        return self._running is not None and self._running.poll() is None

    def start(self) -> None:
        code = f"from hotline.cli import app; app({self.command!r})"
        if self.has_false_clock:
            code = f"from scripts.chaos_lab.false_clock import run; run({self.command!r})"
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-c", code], env=self.env, stdout=log, stderr=log, cwd=ROOT
            )

    def send(self, number: signal.Signals) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.send_signal(number)

    async def ended(self, within: float) -> float:
        """Seconds until it had ended; killed after `within`."""
        assert self._running is not None
        began = time.monotonic()
        while self._running.poll() is None:
            if time.monotonic() - began > within:
                self.send(signal.SIGKILL)
            await asyncio.sleep(0.05)
        return time.monotonic() - began

    async def kill(self) -> None:
        self.send(signal.SIGCONT)
        self.send(signal.SIGKILL)
        await self.ended(10)


class Town:
    """Everything that runs, by name; ports follow `first_port`."""

    def __init__(self, folder: Path, first_port: int) -> None:
        self.folder = folder
        self.token = secrets.token_hex(16)
        self.python = sys.executable
        ports = range(first_port, first_port + 10)
        self.nodes = [Node("a", ports[0]), Node("b", ports[1])]
        self.balancer = Balancer(ports[2], self.nodes)
        self.carrier_port = ports[3]
        self.pair = Pair(folder / "postgres", (ports[4], ports[5], ports[9]))
        self.to_database = Wire(ports[6], ports[4])
        self.to_carrier = Wire(ports[7], self.carrier_port)
        self.clock_file = folder / "clock"
        self.vault_key = base64.b64encode(secrets.token_bytes(32)).decode()
        for part in ("town", "carrier"):
            (folder / part).mkdir(mode=0o755)
        self.carrier = self._carrier()
        self.a = self._process("a", ["serve", "--no-worker"], ports[0])
        self.b = self._process("b", ["serve", "--no-worker"], ports[1], through_wire=True)
        self.workers = [self._process(f"worker-{n}", ["worker"], ports[8]) for n in (1, 2)]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.balancer.port}"

    @property
    def carrier_url(self) -> str:
        return f"http://127.0.0.1:{self.carrier_port}"

    @property
    def processes(self) -> list[Process]:
        return [self.carrier, self.a, self.b, *self.workers]

    def process_of(self, name: str) -> Process:
        return next(one for one in self.processes if one.name == name)

    async def start(self) -> None:
        self.set_clock(0)
        await self.pair.start()
        await self.to_database.start()
        await self.to_carrier.start()
        await self.balancer.start()
        self.carrier.start()
        self.a.start()
        await self.until_ready("a")
        await self.pair.stand_by()
        for process in (self.b, *self.workers):
            process.start()
        await self.until_ready("b")
        await self._answers(f"{self.carrier_url}/carrier/phone/calls/none/acts")

    async def stop(self) -> None:
        for process in self.processes:
            process.send(signal.SIGCONT)
            process.send(signal.SIGTERM)
        for process in self.processes:
            with suppress(AssertionError):
                await process.ended(15)
        for part in (self.balancer, self.to_database, self.to_carrier):
            await part.stop()
        await asyncio.to_thread(self.pair.stop)

    async def revive(self, process: Process) -> float:
        """Start it again as a supervisor would; seconds until it is ready."""
        began = time.monotonic()
        process.start()
        if process.name in ("a", "b"):
            await self.until_ready(process.name)
        return time.monotonic() - began

    async def until_ready(self, name: str) -> None:
        """Until the balancer's own check says so. Raises TimeoutError."""
        node = next(one for one in self.nodes if one.name == name)
        node.is_up = False
        async with asyncio.timeout(_READY_SECONDS):
            while not node.is_up:
                if not self.process_of(name).is_alive:
                    raise RuntimeError(f"node {name} ended by itself: {self.tail_of(name)}")
                await asyncio.sleep(0.1)

    def tail_of(self, name: str) -> str:
        return self.process_of(name).log.read_text(errors="replace")[-600:]

    def set_clock(self, seconds: float) -> None:
        """How wrong the wall clock of processes with a false one is."""
        self.clock_file.write_text(f"{seconds:+.0f}\n")

    def owner_of(self, client_port: int) -> Process | None:
        """Which process has the connection that the database sees from this port.

        The wire in front of node b is in this very process.
        """
        if _has_port(os.getpid(), client_port):
            return self.b
        return next((one for one in self.processes
                     if one.is_alive and _has_port(one.pid, client_port)), None)  # fmt: skip

    async def _answers(self, url: str) -> None:
        async with httpx2.AsyncClient() as client, asyncio.timeout(_READY_SECONDS):
            while not await _answers_at(client, url):  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.2)

    def _process(
        self, name: str, command: list[str], port: int, *, through_wire: bool = False
    ) -> Process:
        one = self.to_database.port if through_wire else self.pair.primary.port
        hosts = f"host=127.0.0.1:{one}&host=127.0.0.1:{self.pair.standby.port}"
        url = f"postgresql://postgres@/hotline?{hosts}&target_session_attrs=read-write"
        own = {
            "HOTLINE_DATABASE_URL": url,
            "HOTLINE_DATA_DIR": str(self.folder / "town"),
            "HOTLINE_PORT": str(port),
            "HOTLINE_PUBLIC_URL": self.url,
            "HOTLINE_TELEPHONY": "twilio",
            "HOTLINE_TWILIO_API_URL": f"http://127.0.0.1:{self.to_carrier.port}",
            "HOTLINE_DRAIN_SECONDS": "3",
        }
        return Process(name, command, self._shared() | own, self.folder / f"{name}.log")

    def _carrier(self) -> Process:
        """With a database of its own: the telephone network does not fail with us."""
        own = {
            "HOTLINE_DATA_DIR": str(self.folder / "carrier"),
            "HOTLINE_PORT": str(self.carrier_port),
            "HOTLINE_PUBLIC_URL": self.url,
            "HOTLINE_PHONE": "on",
            "HOTLINE_CARRIER_SPEED": "4",
        }
        return Process("carrier", ["carrier"], self._shared() | own, self.folder / "carrier.log")

    def _shared(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE")}
        return kept | {
            "HOTLINE_TWILIO_ACCOUNT_SID": ACCOUNT,
            "HOTLINE_TWILIO_AUTH_TOKEN": self.token,
            "HOTLINE_VAULT_KEY": self.vault_key,
            "HOTLINE_SEMANTIC": "off",
            "HOTLINE_LOG_LEVEL": "warning",
            false_clock.FILE: str(self.clock_file),
            "PYTHONPATH": str(ROOT),
        }


async def _answers_at(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code < 500
    except httpx2.TransportError:
        return False


def _has_port(pid: int, port: int) -> bool:
    with suppress(psutil.Error):
        return any(one.laddr.port == port for one in psutil.Process(pid).net_connections("tcp"))
    return False
