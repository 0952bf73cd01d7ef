"""Text messages by a domestic operator's HTTP gateway, as its template describes it."""

from dataclasses import dataclass
from typing import Any

import httpx2
import orjson

from hotline.messages.gateway import Text
from hotline.messages.operator_template import OperatorTemplate, filled, said_at
from hotline.telephony.client import (
    NEVER_LEFT,
    HostRefused,
    HostUnavailable,
    HostUnsure,
    SentText,
)
from hotline.telephony.outgoing import outgoing_client

SECONDS = 10.0
COUNTRY = "+86"


@dataclass(frozen=True, slots=True)
class Operator:
    """`report_key` is the last part of the addresses to which the operator reports."""

    template: OperatorTemplate
    secret: str
    report_key: str


@dataclass(frozen=True, slots=True)
class OperatorGateway:
    operator: Operator
    within: httpx2.AsyncBaseTransport | None = None

    async def send(self, text: Text) -> str:
        template = self.operator.template
        gaps = self._gaps(text)
        body, headers = filled(template.fields, gaps), filled(template.headers, gaps)
        try:
            async with outgoing_client([template.url], self.within) as client:
                answer = await client.post(
                    template.url, headers=headers, timeout=SECONDS, **_content(template, body)
                )
        except NEVER_LEFT as error:
            raise HostUnavailable from error
        except httpx2.HTTPError as error:
            raise HostUnsure from error
        return self._taken(answer) or text.status_url

    async def look(self, text: Text) -> list[SentText] | None:
        """Operators list nothing: what became of a message is told by their reports only."""
        return None

    def status_url(self, message_id: str) -> str:
        """The operator echoes our id: its reports go to one address for all messages."""
        return message_id

    def _gaps(self, text: Text) -> dict[str, str]:
        return {
            "to": text.to,
            "national": text.to.removeprefix(COUNTRY),
            "from": text.from_,
            "body": text.body,
            "message": text.status_url,
            "secret": self.operator.secret,
        }

    def _taken(self, answer: httpx2.Response) -> str:
        """The operator's id of the message, if it tells one."""
        if answer.status_code == 429 or answer.status_code >= 500:
            raise HostUnavailable
        if not answer.is_success:
            raise HostRefused(answer.status_code)
        part = self.operator.template.answer
        said = _read(answer.content)
        status = said_at(said, part.status)
        if part.status is not None and status in part.busy:
            raise HostUnavailable
        if part.status is not None and status not in part.taken:
            raise HostRefused(int(status) if status.lstrip("-").isdecimal() else 0)
        return said_at(said, part.id)


def _content(template: OperatorTemplate, body: dict[str, Any]) -> dict[str, Any]:
    return {"json": body} if template.form == "json" else {"data": body}


def _read(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
