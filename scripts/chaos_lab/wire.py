"""A TCP line that can be cut, frozen, slowed down: what stands between a node and its database."""

import asyncio
from contextlib import suppress
from enum import StrEnum


class Line(StrEnum):
    OPEN = "open"
    BLACK_HOLE = "black hole"
    """Connections stay, nothing comes through, new ones are taken and hear nothing."""
    REFUSED = "refused"
    SLOW = "slow"
    """A thirtieth of a second each way, for every packet."""


_SLOW_SECONDS = 0.03


class Wire:
    """Listens on `port` and passes everything on to `target`."""

    def __init__(self, port: int, target: int) -> None:
        self.port = port
        self.target = target
        self.state = Line.OPEN
        self._opened = asyncio.Event()
        self._opened.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port)

    def become(self, state: Line) -> None:
        self.state = state
        if state is Line.BLACK_HOLE:
            self._opened.clear()
        else:
            self._opened.set()
        if state is Line.REFUSED:
            self.reset()

    def reset(self) -> None:
        """Every connection ends with an RST."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def stop(self) -> None:
        self.become(Line.OPEN)
        self.reset()
        if self._server is not None:
            self._server.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.state is Line.REFUSED:
            writer.transport.abort()
            return
        await self._opened.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._writers |= ends
        ways = [
            asyncio.create_task(self._carry(reader, far_writer)),
            asyncio.create_task(self._carry(far_reader, writer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for end in ends:
            self._writers.discard(end)
            with suppress(OSError, RuntimeError):
                end.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while part := await reader.read(65_536):
                await self._opened.wait()
                if self.state is Line.SLOW:
                    await asyncio.sleep(_SLOW_SECONDS)
                writer.write(part)
                await writer.drain()
