"""The jobs that send a message, and that look whether one has gone."""

from dataclasses import dataclass
from uuid import UUID

from hotline.db import Database
from hotline.jobs.worker import Claimed, Runner
from hotline.messages import looking, sending
from hotline.messages.gateway import SmsGateway, Text
from hotline.messages.sending import Wait
from hotline.telephony.client import (
    CallGone,
    HostRefused,
    HostUnavailable,
    HostUnsure,
    SentText,
)

NOT_FOUND = "20404"
"""The network knows no such account, or takes no messages."""


def runners(gateway: SmsGateway | None, *, address: str) -> dict[str, Runner]:
    """Without a gateway messages wait. `address` is where residents reach our pages."""
    if gateway is None:
        return {}
    return {sending.SEND: _Sender(gateway, address), sending.LOOK: _Looker(gateway, address)}


@dataclass(frozen=True, slots=True)
class _Sender:
    gateway: SmsGateway
    address: str

    async def __call__(self, database: Database, job: Claimed) -> None:
        """At most once: never in a transaction, and not again when it may have gone."""
        message_id = UUID(job.payload["message_id"])
        text = await self._claim(database, job, message_id)
        if text is None:
            return
        sent: str | Exception
        try:
            sent = await self.gateway.send(text)
        except (CallGone, HostRefused, HostUnavailable) as fault:
            sent = fault
        async with database.transaction() as session:
            match sent:
                case str():
                    await sending.note_sent(session, message_id, sent)
                case HostUnsure():
                    await sending.note_unsure(session, message_id)
                case HostUnavailable():
                    await job.finish(session)
                    await sending.try_later(session, message_id)
                case HostRefused():
                    await sending.note_unsent(session, message_id, str(sent.code))
                case _:
                    await sending.note_unsent(session, message_id, NOT_FOUND)

    async def _claim(self, database: Database, job: Claimed, message_id: UUID) -> Text | None:
        async with database.transaction() as session:
            found = await sending.claim(session, message_id, self.gateway, address=self.address)
            if isinstance(found, Wait):
                await job.finish(session)
                await sending.postpone(session, message_id, found)
                return None
            return found


@dataclass(frozen=True, slots=True)
class _Looker:
    gateway: SmsGateway
    address: str

    async def __call__(self, database: Database, job: Claimed) -> None:
        message_id = UUID(job.payload["message_id"])
        async with database.transaction() as session:
            text = await looking.text_in_doubt(
                session, message_id, self.gateway, address=self.address
            )
        if text is None:
            return
        sent = await self._sent(text)
        async with database.transaction() as session:
            await job.finish(session)
            await looking.conclude(
                session, message_id, looking.Seen(text.body, sent), look=job.payload["look"]
            )

    async def _sent(self, text: Text) -> list[SentText] | None:
        try:
            return await self.gateway.look(text)
        except (CallGone, HostUnavailable, HostRefused):
            return None
