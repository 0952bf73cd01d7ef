"""Mail with a file, by SMTP."""

import asyncio
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from hotline.stats.reporting import File

TIMEOUT_SECONDS = 20.0
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Letter:
    """`key` names it to the recipients' servers: the same letter twice is one letter."""

    key: str
    to: Sequence[str]
    subject: str
    text: str
    file: File


class Mailer(Protocol):
    async def send(self, letter: Letter) -> None: ...


class SmtpMailer:
    """`smtp://user:password@host:587` (with STARTTLS, but on this machine) or `smtps://…:465`.

    The server's certificate is verified; nothing goes out in clear to another machine.
    """

    def __init__(self, url: str, sender: str) -> None:
        self._url = urlsplit(url)
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        """Raises OSError or SMTPException when it did not go."""
        await asyncio.to_thread(self._send, composed(letter, self._sender))

    def _send(self, message: EmailMessage) -> None:
        host, port = self._url.hostname or "localhost", self._url.port
        verified = ssl.create_default_context()
        if self._url.scheme == "smtps":
            secure = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=verified)
            with secure as line:
                self._deliver(line, message)
            return
        with smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS) as line:
            line.ehlo()
            if line.has_extn("starttls"):
                line.starttls(context=verified)
            elif host not in _HERE:
                raise smtplib.SMTPNotSupportedError("the mail server offers no TLS")
            self._deliver(line, message)

    def _deliver(self, line: smtplib.SMTP, message: EmailMessage) -> None:
        if self._url.username:
            line.login(unquote(self._url.username), unquote(self._url.password or ""))
        line.send_message(message)


def composed(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = sender, ", ".join(letter.to)
    message["Subject"] = letter.subject
    message["Message-ID"] = f"<{letter.key}@{sender.rpartition('@')[2] or 'localhost'}>"
    message.set_content(letter.text)
    kind, _, detail = letter.file.media_type.partition(";")[0].partition("/")
    message.add_attachment(
        letter.file.content, maintype=kind, subtype=detail, filename=letter.file.name
    )
    return message


def mailer_of(url: str | None, sender: str) -> Mailer | None:
    """None where no mail server is set: reports are kept and not mailed."""
    return SmtpMailer(url, sender) if url else None
