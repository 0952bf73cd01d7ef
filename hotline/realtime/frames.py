"""The JSON frames of the socket. The body of an event is serialized once for all readers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson


def body_of(event: Mapping[str, Any]) -> bytes:
    """Everything of an event but its place in one reader's stream."""
    content = orjson.dumps(
        {
            "name": event["name"],
            "at": event["created_at"],
            "subject": {"type": event["subject_type"], "id": event["subject_id"]},
            "payload": event["payload"],
        },
        option=orjson.OPT_UTC_Z,
    )
    return content[1:]


def event_frame(seq: int, previous: int, body: bytes) -> str:
    """`previous` is the last number that this reader was told of."""
    return (b'{"type":"event","seq":%d,"previous":%d,' % (seq, previous) + body).decode()


def ready_frame(position: int, epoch: UUID, *, recovered: bool) -> str:
    return orjson.dumps(
        {"type": "ready", "position": position, "epoch": str(epoch), "recovered": recovered}
    ).decode()


def position_frame(seq: int) -> str:
    return f'{{"type":"position","seq":{seq}}}'


def bye_frame(reason: str) -> str:
    return f'{{"type":"bye","reason":"{reason}"}}'
