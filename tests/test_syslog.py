"""Log lines reach another machine by TLS, and whoever logs never waits for it."""

import asyncio
import contextlib
import json
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import ValidationError

from hotline import doctor, syslog
from hotline.findings import Grade
from hotline.logs import configure_logs
from hotline.settings import Settings
from hotline.syslog import Sender
from hotline.web.metrics import Metrics
from tests.certificates import make_certificate

MESSAGE = re.compile(r"<(\d+)>1 (\S+Z) \S+ hotline \d+ (\S+) - (.*)", re.DOTALL)


class Collector:
    """Takes one sender at a time and keeps what it said, frame by frame."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
        plain = socket.create_server(("127.0.0.1", port))
        self._listening = context.wrap_socket(plain, server_side=True)
        self.port = int(self._listening.getsockname()[1])
        self.frames: list[str] = []
        self._lines: list[ssl.SSLSocket] = []
        threading.Thread(target=self._run, daemon=True).start()

    def hang_up(self) -> None:
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def end(self) -> None:
        self.hang_up()
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._listening, socket.SHUT_RDWR)
        self._listening.close()

    def _run(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except ssl.SSLError:
                continue
            except OSError:
                return
            self._lines.append(line)
            threading.Thread(target=self._read, args=(line,), daemon=True).start()

    def _read(self, line: ssl.SSLSocket) -> None:
        kept = b""
        while True:
            try:
                got = line.recv(65_536)
            except (OSError, ValueError):
                return
            if not got:
                return
            kept = self._taken(kept + got)

    def _taken(self, kept: bytes) -> bytes:
        """Length, space, message (RFC 5425); what is not whole stays."""
        while found := re.match(rb"(\d+) ", kept):
            end = found.end() + int(found[1])
            if len(kept) < end:
                break
            self.frames.append(kept[found.end() : end].decode())
            kept = kept[end:]
        return kept


@pytest.fixture
def collector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    monkeypatch.setenv("SSL_CERT_FILE", str(make_certificate(tmp_path)))
    made = Collector(tmp_path)
    yield made
    made.end()


@pytest.fixture(autouse=True)
def logs_of_a_service() -> Iterator[None]:
    configure_logs("info", as_json=False)
    yield
    configure_logs("warning", as_json=False)


def until(is_so: Callable[[], bool]) -> None:
    for _ in range(400):
        if is_so():
            return
        time.sleep(0.05)
    pytest.fail("it never came to be so")


def settings_for(collector: Collector) -> Settings:
    return Settings(log_url=f"tls://localhost:{collector.port}")


def read(frame: str) -> tuple[int, str, dict[str, Any]]:
    """Priority, name of the event, the line."""
    found = MESSAGE.fullmatch(frame)
    assert found, frame
    return int(found[1]), found[3], json.loads(found[4])


def test_lines_arrive_framed_and_as_json(collector: Collector) -> None:
    with syslog.carried_away(settings_for(collector)):
        structlog.get_logger().warning("telephony.refused", reason="签名\n不对")
        structlog.get_logger().debug("never.told")
        logging.getLogger("some.library").error("went %s", "wrong")
        try:
            secret = "13800138000"  # noqa: F841
            raise ValueError("broken")
        except ValueError:
            structlog.get_logger().exception("job.failed")
        until(lambda: len(collector.frames) == 3)
    refused, library, failed = map(read, collector.frames)
    assert refused[:2] == (16 * 8 + 4, "telephony.refused")
    assert refused[2]["reason"] == "签名\n不对"
    assert (library[0], library[2]["logger"]) == (16 * 8 + 3, "some.library")
    assert "went wrong" in library[2]["said"]
    assert failed[2]["exception"][0]["exc_type"] == "ValueError"
    assert "13800138000" not in collector.frames[2]
    structlog.get_logger().warning("telephony.refused", reason="afterwards")
    assert len(collector.frames) == 3


def test_a_collector_that_hung_up_gets_the_next_line_on_a_new_one(collector: Collector) -> None:
    with syslog.carried_away(settings_for(collector)):
        structlog.get_logger().info("first.line")
        until(lambda: len(collector.frames) == 1)
        collector.hang_up()
        structlog.get_logger().info("second.line")
        until(lambda: len(collector.frames) == 2)
    assert [read(frame)[1] for frame in collector.frames] == ["first.line", "second.line"]


def test_an_unknown_certificate_gets_nothing(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    [there] = asyncio.run(doctor.log_server(settings_for(collector)))
    monkeypatch.delenv("SSL_CERT_FILE")
    [unknown] = asyncio.run(doctor.log_server(settings_for(collector)))
    assert [there.grade, unknown.grade] == [Grade.GOOD, Grade.BAD]
    sender = Sender(f"tls://localhost:{collector.port}")
    sender.start()
    sender.take("info", "first.line", "{}")
    sender.end()
    assert (collector.frames, sender.dropped_count) == ([], 1)


def test_while_the_collector_is_away_nobody_waits_and_the_rest_is_counted(
    collector: Collector, tmp_path: Path
) -> None:
    port = collector.port
    collector.end()
    sender = Sender(f"tls://localhost:{port}", most_waiting=20)
    began = time.perf_counter()
    sender.start()
    for number in range(1_000):
        sender.take("info", "one.of.many", str(number))
    assert time.perf_counter() - began < 1
    assert 970 <= sender.dropped_count <= 980
    again = Collector(tmp_path, port)
    until(lambda: len(again.frames) + sender.dropped_count == 1_000)
    sender.end()
    again.end()
    assert again.frames[0].endswith(" 0")


def test_logs_go_nowhere_in_clear() -> None:
    for wrong in ("udp://logs.example.cn:514", "tcp://logs.example.cn", "logs.example.cn:6514"):
        with pytest.raises(ValidationError, match="tls://"):
            Settings(log_url=wrong)


def test_what_was_dropped_is_a_figure() -> None:
    names = {family.name for family in Metrics().registry.collect()}
    assert "hotline_log_lines_dropped" in names
    assert syslog.dropped_count() == 0
