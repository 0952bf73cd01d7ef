"""Text messages: sent through REST, received on a served number, answered by a document."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.carrier.moments import kept, read

_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_DOUBLE = frozenset("\f^{}\\[~]|€")


class MessageStatus(StrEnum):
    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    RECEIVED = "received"
    CANCELED = "canceled"


_UNDER_WAY = frozenset(
    {
        MessageStatus.ACCEPTED,
        MessageStatus.QUEUED,
        MessageStatus.SENDING,
        MessageStatus.SENT,
    }
)


class MessageDirection(StrEnum):
    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_REPLY = "outbound-reply"


@dataclass(slots=True, eq=False)
class Message:
    sid: str
    from_: str | None
    to: str
    body: str
    direction: MessageDirection
    created_at: datetime
    updated_at: datetime
    status: MessageStatus = MessageStatus.QUEUED
    sent_at: datetime | None = None
    error_code: int | None = None
    service_sid: str | None = None
    callback: str | None = None
    owner: str | None = None

    @property
    def is_under_way(self) -> bool:
        return self.status in _UNDER_WAY

    def as_state(self) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "from": self.from_,
            "to": self.to,
            "body": self.body,
            "direction": self.direction.value,
            "created_at": kept(self.created_at),
            "updated_at": kept(self.updated_at),
            "status": self.status.value,
            "sent_at": kept(self.sent_at),
            "error_code": self.error_code,
            "service_sid": self.service_sid,
            "callback": self.callback,
            "owner": self.owner,
        }


def message_from_state(state: dict[str, Any]) -> Message:
    return Message(
        sid=state["sid"],
        from_=state["from"],
        to=state["to"],
        body=state["body"],
        direction=MessageDirection(state["direction"]),
        created_at=datetime.fromisoformat(state["created_at"]),
        updated_at=datetime.fromisoformat(state["updated_at"]),
        status=MessageStatus(state["status"]),
        sent_at=read(state["sent_at"]),
        error_code=state["error_code"],
        service_sid=state["service_sid"],
        callback=state["callback"],
        owner=state["owner"],
    )


def segment_count(body: str) -> int:
    """How many short messages carry `body`: 160 or 153 septets, 70 or 67 UCS-2 units each."""
    if all(character in _GSM_7 or character in _GSM_7_DOUBLE for character in body):
        units = sum(2 if character in _GSM_7_DOUBLE else 1 for character in body)
        return _parts(units, alone=160, joined=153)
    return _parts(len(body.encode("utf-16-be")) // 2, alone=70, joined=67)


def _parts(units: int, *, alone: int, joined: int) -> int:
    return 1 if units <= alone else -(-units // joined)
