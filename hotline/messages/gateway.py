"""The way out for text messages, and the first one: the REST of the telephone host."""

from dataclasses import dataclass
from typing import Protocol

from hotline.telephony.client import SentText, Telephony


@dataclass(frozen=True, slots=True)
class Text:
    """A message ready to go; the network tells what became of it at `status_url`."""

    to: str
    from_: str
    body: str
    status_url: str


class SmsGateway(Protocol):
    async def send(self, text: Text) -> str:
        """The network's id of the message.

        Raises HostRefused, HostUnavailable (try later), HostUnsure (it may have gone).
        """
        ...

    async def look(self, text: Text) -> list[SentText] | None:
        """What the network has of messages to that phone; None where it keeps no list.

        Raises as `send` does.
        """
        ...

    def status_url(self, message_id: str) -> str: ...


class TelephonyGateway:
    def __init__(self, telephony: Telephony) -> None:
        self._telephony = telephony

    async def send(self, text: Text) -> str:
        return await self._telephony.send_message(
            to=text.to, from_=text.from_, body=text.body, status_url=text.status_url
        )

    async def look(self, text: Text) -> list[SentText] | None:
        return await self._telephony.sent_messages(to=text.to, from_=text.from_)

    def status_url(self, message_id: str) -> str:
        return self._telephony.provider.url(f"sms-status?message={message_id}")
