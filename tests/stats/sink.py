"""A mail server that keeps what it is given."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class Sink:
    def __init__(self) -> None:
        self.port = 0
        self.letters: list[EmailMessage] = []
        self.to: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Just enough of SMTP: one command a line, and the letter up to its lone dot."""
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            command = line.strip().upper()
            if command.startswith(b"RCPT"):
                self.to.append(line.decode().partition("<")[2].partition(">")[0])
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                self.letters.append(await _letter(reader))
            writer.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")
            if command == b"QUIT":
                break
        writer.close()


@asynccontextmanager
async def mail_sink() -> AsyncIterator[Sink]:
    sink = Sink()
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0)
    sink.port = server.sockets[0].getsockname()[1]
    yield sink
    server.close()


async def _letter(reader: asyncio.StreamReader) -> EmailMessage:
    lines = []
    while (line := await reader.readline()) != b".\r\n":
        lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
    found = message_from_bytes(b"".join(lines), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found
