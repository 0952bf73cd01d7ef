"""A load balancer as nginx would be set up: health checks, and another node where one fails.

Webhooks may be sent again, since the service answers a repeated step as it did before; other
requests are sent again only when the node did not take the connection.
"""

import asyncio
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

CHECK_EVERY = 0.5
CHECK_SECONDS = 1.0
CALL_SECONDS = 12.5
"""A little less than the telephone network waits."""
FIRST_TRY_SECONDS = 5.0


@dataclass
class Node:
    name: str
    port: int
    is_up: bool = True


@dataclass
class Answered:
    """What the network and the browsers got, from the balancer's own record."""

    statuses: Counter[str] = field(default_factory=Counter)
    sent_again: int = 0
    seconds: list[tuple[float, float, str]] = field(default_factory=list)
    """When a webhook came, how long it took, and which it was."""

    def webhooks_since(self, moment: float) -> list[float]:
        return [took for came, took, _ in self.seconds if came >= moment]

    def slowest_since(self, moment: float) -> dict[str, float]:
        """What 99 of 100 took at most, by the kind of webhook."""
        by_kind = defaultdict(list)
        for came, took, kind in self.seconds:
            if came >= moment:
                by_kind[kind].append(took)
        return {kind: sorted(all_)[int(len(all_) * 0.99)] for kind, all_ in by_kind.items()}


class NodeFailed(Exception):
    """The node gave no answer; `may_have_acted` is False when it did not take the connection."""

    def __init__(self, *, may_have_acted: bool) -> None:
        self.may_have_acted = may_have_acted


class Balancer:
    def __init__(self, port: int, nodes: list[Node]) -> None:
        self.port = port
        self.nodes = nodes
        self.answered = Answered()
        self._turn = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._tunnels: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=2**20)
        self._tasks = [asyncio.create_task(self._check(node)) for node in self.nodes]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self.drop_sockets()
        if self._server is not None:
            self._server.close()

    def drop_sockets(self) -> int:
        """Cut every console at once; how many there were."""
        cut = tuple(self._tunnels)
        for writer in cut:
            writer.transport.abort()
        return len(cut)

    async def _check(self, node: Node) -> None:
        request = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        while True:
            try:
                async with asyncio.timeout(CHECK_SECONDS):
                    reader, writer = await asyncio.open_connection("127.0.0.1", node.port)
                    writer.write(request)
                    node.is_up = b" 200 " in await reader.readline()
                    writer.close()
            except (OSError, TimeoutError):
                node.is_up = False
            await asyncio.sleep(CHECK_EVERY)

    def _next(self) -> Node:
        """In turn, of those that are up; of all when nobody seems to be."""
        up = [node for node in self.nodes if node.is_up] or self.nodes
        self._turn += 1
        return up[self._turn % len(up)]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if b"upgrade: websocket" in head.lower():
                    await self._tunnel(head, reader, writer)
                    break
                body = await reader.readexactly(_length(head))
                writer.write(await self._answer(head, body))
                await writer.drain()
        writer.close()

    async def _answer(self, head: bytes, body: bytes) -> bytes:
        is_call = head.startswith(b"POST /telephony/")
        came = time.monotonic()
        answer = await self._from_a_node(head, body, is_call=is_call)
        status = answer[9:12].decode()
        self.answered.statuses[("webhook " if is_call else "other ") + status[0] + "xx"] += 1
        if is_call:
            kind = head.split(b" ", 2)[1].partition(b"?")[0].decode().rpartition("/")[2]
            self.answered.seconds.append((came, time.monotonic() - came, kind))
        return answer

    async def _from_a_node(self, head: bytes, body: bytes, *, is_call: bool) -> bytes:
        deadline = time.monotonic() + (CALL_SECONDS if is_call else 30.0)
        tries = 0
        while (left := deadline - time.monotonic()) > 0:
            self.answered.sent_again += tries > 0
            patience = min(left, FIRST_TRY_SECONDS) if is_call and tries == 0 else left
            try:
                return await _ask(self._next(), head, body, patience)
            except NodeFailed as failure:
                if failure.may_have_acted and not is_call:
                    break
            tries += 1
            if tries % len(self.nodes) == 0:
                await asyncio.sleep(0.2)
        return _bad_gateway()

    async def _tunnel(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        node = self._next()
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", node.port)
        except OSError:
            writer.write(_bad_gateway())
            return
        far_writer.write(head)
        self._tunnels.add(writer)
        ways = [
            asyncio.create_task(_carry(reader, far_writer)),
            asyncio.create_task(_carry(far_reader, writer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        self._tunnels.discard(writer)
        far_writer.close()


async def _ask(node: Node, head: bytes, body: bytes, patience: float) -> bytes:
    """The node's whole answer. Raises NodeFailed."""
    try:
        async with asyncio.timeout(min(patience, 2.0)):
            reader, writer = await asyncio.open_connection("127.0.0.1", node.port, limit=2**22)
    except (OSError, TimeoutError) as error:
        node.is_up = False
        raise NodeFailed(may_have_acted=False) from error
    try:
        async with asyncio.timeout(patience):
            writer.write(_closing(head) + body)
            got = await reader.readuntil(b"\r\n\r\n")
            if b"content-length:" in got.lower():
                return got + await reader.readexactly(_length(got))
            return _with_length(got, await reader.read())
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        raise NodeFailed(may_have_acted=True) from error
    finally:
        writer.close()


def _closing(head: bytes) -> bytes:
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines[:1], b"Connection: close", *lines[1:]])


def _with_length(head: bytes, body: bytes) -> bytes:
    """An answer without a length (204, or until the end) gets one, so that the line is kept."""
    rest = body if b"transfer-encoding" not in head.lower() else _unchunked(body)
    lines = [one for one in head.split(b"\r\n") if not one.lower().startswith(b"transfer-encoding")]
    return b"\r\n".join([*lines[:1], b"Content-Length: %d" % len(rest), *lines[1:]]) + rest


def _unchunked(body: bytes) -> bytes:
    parts = []
    while body:
        size, _, body = body.partition(b"\r\n")
        parts.append(body[: int(size, 16)])
        body = body[int(size, 16) + 2 :]
    return b"".join(parts)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _bad_gateway() -> bytes:
    return b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
