"""A simulated telephone: it does to the service what the network does, and hears what it says."""

from dataclasses import dataclass, field
from itertools import count
from typing import Self
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

import httpx2

from hotline.telephony.provider import Provider
from hotline.telephony.signature import sign
from tests.twiml_lint import lint

_calls = count(1)
CALLER = "+8613900001234"
HOTLINE = "+86473114"


@dataclass
class Phone:
    """`phone.dial()`, `phone.say("路灯坏了")`, `phone.press("1")`, then look at `phone.heard`."""

    client: httpx2.AsyncClient
    provider: Provider
    caller: str = CALLER
    sid: str = ""
    heard: list[str] = field(default_factory=list)
    document: ElementTree.Element = field(default_factory=lambda: ElementTree.Element("Response"))
    last: tuple[str, dict[str, str]] = ("", {})

    async def dial(self, to: str = HOTLINE) -> Self:
        self.sid = f"CA{next(_calls):032x}"
        await self.post(self.provider.url("voice"), {"To": to, "CallStatus": "ringing"})
        return self

    async def say(self, text: str, confidence: str = "0.9") -> Self:
        return await self.answer({"SpeechResult": text, "Confidence": confidence})

    async def press(self, digits: str) -> Self:
        return await self.answer({"Digits": digits})

    async def stay_silent(self) -> Self:
        return await self.answer({"SpeechResult": ""})

    async def answer(self, fields: dict[str, str]) -> Self:
        """Whatever the open Gather hears goes to its action."""
        gather = self.document.find("Gather")
        assert gather is not None, f"nothing listens: {self.heard[-1:]}"
        await self.post(gather.attrib["action"], fields)
        while (redirect := self.document.find("Redirect")) is not None:
            await self.post(redirect.text or "", {})
        return self

    async def hang_up(self) -> None:
        await self.post(self.provider.url("status"), {"CallStatus": "completed"})

    async def repeat_last(self) -> str:
        """The network sends the very same webhook again; the document it gets."""
        return (await self.send(*self.last)).text

    async def post(self, url: str, fields: dict[str, str]) -> httpx2.Response:
        self.last = (url, fields)
        response = await self.send(url, fields)
        assert response.status_code < 300, response.status_code
        if response.status_code == 200:
            assert lint(response.text) == []
            self.document = ElementTree.fromstring(response.text)
            said = ["".join(say.itertext()) for say in self.document.iter("Say")]
            self.heard += said
        return response

    async def send(
        self, url: str, fields: dict[str, str], *, signature: str | None = None
    ) -> httpx2.Response:
        """One webhook, signed unless another signature is given."""
        form = self._form(fields)
        signed = sign(url, list(form.items()), self.provider.auth_token)
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": signed if signature is None else signature,
        }
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return await self.client.post(path, content=urlencode(form), headers=headers)

    @property
    def now_hears(self) -> str:
        """Everything of the last document that is read out."""
        return "".join("".join(say.itertext()) for say in self.document.iter("Say"))

    def verb(self, name: str) -> ElementTree.Element | None:
        return self.document.find(name)

    def _form(self, fields: dict[str, str]) -> dict[str, str]:
        return {
            "AccountSid": self.provider.account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "From": self.caller,
            "To": HOTLINE,
            "CallStatus": "in-progress",
            "Direction": "inbound",
            **fields,
        }
