"""Log lines go to another machine beside stderr: syslog over TLS (RFC 5424, framed as RFC 5425).

Whoever logs only puts a line into a queue; a thread of its own sends them. While the collector is
away a bounded number waits for it, and what is more is dropped and counted.
"""

import os
import select
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Thread
from urllib.parse import urlsplit

from hotline import clock, logs
from hotline.settings import Settings

PORT = 6514
MOST_WAITING = 10_000
_LOCAL0 = 16
_SEVERITIES: Mapping[str, int] = {"critical": 2, "error": 3, "warning": 4, "info": 6, "debug": 7}
_LINE_SECONDS = 10.0
_GOODBYE_SECONDS = 3.0
_LONGEST_PAUSE = 30.0


@dataclass(slots=True)
class _Target:
    sender: "Sender | None" = None


_target = _Target()


@contextmanager
def carried_away(settings: Settings) -> Iterator[None]:
    """Lines go to the collector of the settings, too; at the end, what is left of them."""
    if not settings.log_url:
        yield
        return
    _target.sender = sender = Sender(settings.log_url)
    sender.start()
    logs.carry_to(sender.take)
    try:
        yield
    finally:
        logs.carry_to(None)
        sender.end()
        _target.sender = None


def dropped_count() -> int:
    return 0 if _target.sender is None else _target.sender.dropped_count


class Sender:
    """To `tls://host:port`, whose certificate is verified by the machine's store."""

    def __init__(self, url: str, *, most_waiting: int = MOST_WAITING) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or PORT
        self._waiting: Queue[bytes] = Queue(most_waiting)
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="syslog", daemon=True)
        self._line: ssl.SSLSocket | None = None
        self.dropped_count = 0

    def start(self) -> None:
        self._thread.start()

    def take(self, level: str, event: str, text: str) -> None:
        """From any thread, at once; dropped where too many wait."""
        try:
            self._waiting.put_nowait(framed(level, event, text))
        except Full:
            self.dropped_count += 1

    def is_answered(self) -> bool:
        """Whether there is somebody with a certificate that is known; takes ten seconds at most."""
        try:
            self._connect().close()
        except OSError:
            return False
        return True

    def end(self) -> None:
        """Give what waits a moment."""
        self._stopping.set()
        self._thread.join(_GOODBYE_SECONDS)
        self.dropped_count += self._waiting.qsize()

    def _run(self) -> None:
        while not (self._stopping.is_set() and self._waiting.empty()):
            try:
                message = self._waiting.get(timeout=0.2)
            except Empty:
                continue
            self._deliver(message)
        self._hang_up()

    def _deliver(self, message: bytes) -> None:
        """However long it takes; at the end one try is enough."""
        pause = 0.5
        while not self._is_sent(message):
            if self._stopping.wait(pause):
                self.dropped_count += 1
                return
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _is_sent(self, message: bytes) -> bool:
        try:
            if self._line is None or _is_over(self._line):
                self._hang_up()
                self._line = self._connect()
            self._line.sendall(message)
        except OSError:
            self._hang_up()
            return False
        return True

    def _connect(self) -> ssl.SSLSocket:
        context = ssl.create_default_context()
        plain = socket.create_connection((self._host, self._port), timeout=_LINE_SECONDS)
        try:
            return context.wrap_socket(plain, server_hostname=self._host)
        except OSError:
            plain.close()
            raise

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()


def framed(level: str, event: str, text: str) -> bytes:
    """Length, space, message; the event's name is its MSGID."""
    now = clock.now().isoformat(timespec="milliseconds")
    priority = _LOCAL0 * 8 + _SEVERITIES.get(level, 6)
    name = "".join(one for one in event if "!" <= one <= "~")[:32] or "-"
    head = f"<{priority}>1 {now[:-6]}Z {socket.gethostname()} hotline {os.getpid()} {name} - "
    message = (head + text).encode(errors="replace")
    return b"%d %b" % (len(message), message)


def _is_over(line: ssl.SSLSocket) -> bool:
    """Collectors say nothing: whatever can be read is their goodbye."""
    if not line.pending() and not select.select([line], [], [], 0)[0]:
        return False
    line.settimeout(0.0)
    try:
        return line.recv(1024) == b""
    except ssl.SSLWantReadError:
        return False
    finally:
        line.settimeout(_LINE_SECONDS)
