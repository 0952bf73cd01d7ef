"""A process full of sockets that only read, as cheaply as Python can: it shares the cores.

    python -m scripts.crowd_clients PORT    tokens as a line of JSON, then `mark`, `seen`, `herd`

One loop over `epoll`; a frame is searched for its numbers and its moment and is not parsed. `herd`
cuts every line in the same moment; each comes back as the console does, with what it saw last.
"""

import base64
import json
import os
import random
import re
import secrets
import select
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

AT_ONCE = 8
FIRST_SECONDS, LONGEST_SECONDS = 0.4, 5.0
"""How long the console waits before it comes again: `agents_ui/src/realtime/backoff.ts`."""
_CHUNK = 1 << 18
_EVENT = re.compile(rb'\{"type":"event","seq":(\d+),"previous":(\d+),.*?"at":"([^"]+)"', re.DOTALL)
_POSITION = re.compile(rb'\{"type":"position","seq":(\d+)')
_READY = re.compile(
    rb'\{"type":"ready","position":(\d+),"epoch":"([^"]+)","recovered":(true|false)'
)
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


class Line:
    """One console: `chain` is the last number of the log that it was told of, in that `epoch`."""

    def __init__(
        self, port: int, token: str, before: "Line | None" = None, cut_at: float | None = None
    ) -> None:
        self.token = token
        self.cut_at = cut_at
        self.rest = b""
        self.chain: int | None = before.chain if before else None
        self.epoch: bytes = before.epoch if before else b""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self.socket.sendall(
            f"GET /api/v1/socket HTTP/1.1\r\nHost: localhost:{port}\r\n"
            f"Origin: http://localhost:{port}\r\nCookie: hotline_session={token}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            came = self.socket.recv(4096)
            if not came:
                raise ConnectionError("no answer")
            head += came
        if not head.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(head.split(b"\r\n", 1)[0].decode())
        self.rest = head.partition(b"\r\n\r\n")[2]
        self.say(_TEXT, self._greeting())
        self.socket.setblocking(False)

    def _greeting(self) -> bytes:
        if self.chain is None:
            return b'{"type":"start"}'
        return b'{"type":"resume","after":%d,"epoch":"%s"}' % (self.chain, self.epoch)

    def cut(self) -> None:
        """Without a word, as a cable that is pulled; nothing that was under way arrives."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def say(self, opcode: int, content: bytes) -> None:
        """A short frame; masked with zeros, which is a mask too."""
        self.socket.sendall(bytes((0x80 | opcode, 0x80 | len(content))) + bytes(4) + content)

    def frames(self) -> list[tuple[int, bytes]]:
        """Whole frames that came. Raises ConnectionError at the end."""
        try:
            came = self.socket.recv(_CHUNK)
        except BlockingIOError:
            return []
        if not came:
            raise ConnectionError("ended")
        found, self.rest = split(self.rest + came)
        return found


def split(stream: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Frames of a server, with their opcode, and what is not whole yet."""
    found, at = [], 0
    while len(stream) - at >= 2:
        length, begin = stream[at + 1] & 0x7F, at + 2
        if length >= 126:
            wide = 2 if length == 126 else 8
            if len(stream) < begin + wide:
                break
            length, begin = int.from_bytes(stream[begin : begin + wide]), begin + wide
        if len(stream) < begin + length:
            break
        found.append((stream[at] & 0x0F, stream[begin : begin + length]))
        at = begin + length
    return found, stream[at:]


class Crowd:
    """All lines, and what they saw. Those that connect are read while others still do."""

    def __init__(self, port: int, tokens: list[str]) -> None:
        self._port = port
        self._tokens = tokens
        self._poll = select.epoll()
        self._lines: dict[int, Line] = {}
        self._lost = self._gaps = 0
        self._anew = 0
        self._late: list[float] = []
        self._away: list[float] = []
        self._cpu = time.process_time()

    def run(self) -> None:
        """Until nobody asks any more."""
        asking = sys.stdin.fileno()
        self._poll.register(asking, select.EPOLLIN)
        self._begin(self._connect)
        while True:
            for number, _ in self._poll.poll():
                if number != asking:
                    self._take(number)
                elif not self._answer(os.read(asking, 100).decode()):
                    return

    @staticmethod
    def _begin(work: Callable[[], None]) -> None:
        threading.Thread(target=work, daemon=True).start()

    def _connect(self) -> None:
        with ThreadPoolExecutor(AT_ONCE) as several:
            for done in [several.submit(self._join, token) for token in self._tokens]:
                with suppress(OSError):
                    done.result()
        print(len(self._lines), flush=True)

    def _join(self, token: str) -> None:
        self._add(Line(self._port, token))

    def _add(self, line: Line) -> None:
        self._lines[line.socket.fileno()] = line
        self._poll.register(line.socket.fileno(), select.EPOLLIN)

    def _cut_all(self) -> None:
        """Every line in the same moment; what they saw until then goes with each."""
        lines, self._lines = self._lines, {}
        for number, line in lines.items():
            self._poll.unregister(number)
            line.cut()
        self._begin(lambda: self._come_back([*lines.values()]))

    def _come_back(self, lines: list[Line]) -> None:
        with ThreadPoolExecutor(len(lines)) as everybody:
            everybody.map(self._return, lines)

    def _return(self, lost: Line) -> None:
        """After a wait of its own, and after longer ones where it was not let in."""
        cut_at, attempt = time.monotonic(), 0
        while True:
            ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2**attempt)
            time.sleep(ceiling / 2 + ceiling / 2 * random.random())  # noqa: S311 (no secret)
            with suppress(OSError):
                self._add(Line(self._port, lost.token, lost, cut_at))
                return
            attempt += 1

    def _take(self, number: int) -> None:
        line = self._lines.get(number)
        if line is None:
            return
        try:
            for opcode, content in line.frames():
                self._frame(line, opcode, content)
        except OSError:
            self._poll.unregister(number)
            self._lines.pop(number).socket.close()
            self._lost += 1

    def _frame(self, line: Line, opcode: int, content: bytes) -> None:
        if opcode == _TEXT:
            self._text(line, content)
        elif opcode == _PING:
            line.say(_PONG, content)
        elif opcode == _CLOSE:
            raise ConnectionError("closed")

    def _text(self, line: Line, content: bytes) -> None:
        if event := _EVENT.match(content):
            seq, previous, at = event.groups()
            made = datetime.fromisoformat(at.decode()).timestamp()
            self._late.append((time.time() - made) * 1000)
            self._gaps += line.chain is not None and line.chain != int(previous)
            line.chain = int(seq)
        elif position := _POSITION.match(content):
            line.chain = int(position[1])
        elif ready := _READY.match(content):
            self._ready(line, ready[3] == b"true")
            line.chain, line.epoch = int(ready[1]), ready[2]

    def _ready(self, line: Line, was_recovered: bool) -> None:
        if line.cut_at is not None:
            self._anew += not was_recovered
            self._away.append(time.monotonic() - line.cut_at)

    def _answer(self, words: str) -> bool:
        """Whether somebody still asks."""
        for word in words.split():
            if word == "mark":
                self._late, self._away, self._gaps, self._anew = [], [], 0, 0
                self._cpu = time.process_time()
            if word == "herd":
                self._cut_all()
            print(json.dumps(self._seen()), flush=True)
        return bool(words)

    def _seen(self) -> dict[str, float]:
        late = sorted(self._late) or [0.0]
        return {
            "sockets": len(self._lines), "lost": self._lost, "gaps": self._gaps,
            "events": len(self._late), "p50": late[len(late) // 2],
            "p95": late[int(len(late) * 0.95)], "most": late[-1],
            "cpu": time.process_time() - self._cpu, "back": len(self._away), "anew": self._anew,
            "away": max(self._away, default=0.0),
        }  # fmt: skip


def main() -> None:
    tokens = json.loads(sys.stdin.readline())
    Crowd(int(sys.argv[1]), tokens).run()


if __name__ == "__main__":
    main()
