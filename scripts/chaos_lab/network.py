"""Callers whose every webhook is counted: what was answered, and what the answer promised.

They ask as the telephone network does: signed, 15 seconds at most, once more when no connection
was made. What a caller heard is kept, to be compared with the database at the end.
"""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count, pairwise
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

import httpx2

from hotline.telephony.signature import sign
from scripts.chaos_lab.town import ACCOUNT

HOTLINE = "+86473114"
NEED = "我家暖气不热，我在滨河街道"
REGISTERED = "已经登记"
SORRY = "系统暂时有故障"
CROWDED = "来电较多"
NETWORK_SECONDS = 15.0
_numbers = count(1)


@dataclass
class Heard:
    """One call from the outside."""

    sid: str
    began: float
    answers: int = 0
    was_registered: bool = False
    was_sorry: bool = False
    was_crowded: bool = False
    failed: bool = False
    longest: float = 0.0


@dataclass
class Network:
    """Places calls and remembers them; `rate` calls a second while `run` lasts."""

    client: httpx2.AsyncClient
    base: str
    token: str
    calls: list[Heard] = field(default_factory=list)
    acked: list[float] = field(default_factory=list)
    """When each webhook was answered with a document of ours."""
    errors: Counter[str] = field(default_factory=Counter)
    rate: float = 1.5
    copies: int = 1
    """How many equal webhooks are sent at once."""
    differing: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(114))  # noqa: S311

    async def run(self) -> None:
        """Until cancelled, by a Poisson process."""
        under_way: set[asyncio.Task[Heard]] = set()
        try:
            while True:
                await asyncio.sleep(self.dice.expovariate(self.rate))
                task = asyncio.create_task(self.call())
                under_way.add(task)
                task.add_done_callback(under_way.discard)
        except asyncio.CancelledError:
            await asyncio.gather(*under_way, return_exceptions=True)
            raise

    async def call(self) -> Heard:
        """A resident tells what is wrong, hears that it is registered, and hangs up."""
        number = next(_numbers)
        heard = Heard(f"CA{number:032x}", time.monotonic())
        self.calls.append(heard)
        caller = f"+86139{number % 100_000_000:08}"
        document = await self._post(heard, caller, f"{self.base}/telephony/voice", {
            "CallStatus": "ringing"})  # fmt: skip
        document = await self._past_crowd(heard, caller, document)
        gather = document.find("Gather")
        if gather is not None:
            said = {"SpeechResult": NEED, "Confidence": "0.9"}
            document = await self._post(heard, caller, gather.attrib["action"], said)
            again = document.find("Gather")
            if heard.was_crowded and not heard.was_registered and again is not None:
                await asyncio.sleep(2)
                await self._post(heard, caller, again.attrib["action"], said)
        await self._post(heard, caller, f"{self.base}/telephony/status", {
            "CallStatus": "completed"})  # fmt: skip
        return heard

    async def _past_crowd(
        self, heard: Heard, caller: str, document: ElementTree.Element
    ) -> ElementTree.Element:
        """Whoever is asked to wait a moment is asked again by the document itself."""
        for _ in range(10):
            redirect = document.find("Redirect")
            if redirect is None or not redirect.text:
                break
            heard.was_crowded = True
            await asyncio.sleep(3)
            document = await self._post(heard, caller, redirect.text, {"CallStatus": "ringing"})
        return document

    async def _post(
        self, heard: Heard, caller: str, url: str, fields: dict[str, str]
    ) -> ElementTree.Element:
        form = {"AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallSid": heard.sid,
                "From": caller, "To": HOTLINE, "CallStatus": "in-progress",
                "Direction": "inbound", **fields}  # fmt: skip
        began = time.monotonic()
        sent = [self._send(url, form) for _ in range(self.copies)]
        texts = await asyncio.gather(*sent)
        heard.longest = max(heard.longest, time.monotonic() - began)
        # Who is asked to come back in a moment comes back to the very same step.
        answers = [one for one in texts if one is None or CROWDED not in one] or texts[:1]
        if len(set(answers)) > 1:
            self.differing += 1
        return self._take(heard, answers[0])

    def _take(self, heard: Heard, text: str | None) -> ElementTree.Element:
        if text is None:
            heard.failed = True
            return ElementTree.Element("Response")
        self.acked.append(time.monotonic())
        heard.answers += 1
        heard.was_registered |= REGISTERED in text
        heard.was_sorry |= SORRY in text
        heard.was_crowded |= CROWDED in text
        if not text:
            return ElementTree.Element("Response")
        return ElementTree.fromstring(text)  # noqa: S314 (our own service's)

    async def _send(self, url: str, form: dict[str, str]) -> str | None:
        """The answer's text, empty for 204; None when the network would have given up."""
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": sign(url, list(form.items()), self.token),
        }
        for _ in range(2):
            try:
                answer = await self.client.post(
                    self.base + path, content=urlencode(form), headers=headers,
                    timeout=NETWORK_SECONDS,
                )  # fmt: skip
            except httpx2.TransportError as error:
                self.errors[type(error).__name__] += 1
                if not isinstance(error, httpx2.ConnectError):
                    return None
                continue
            if answer.status_code < 300:
                return answer.text
            self.errors[str(answer.status_code)] += 1
            return None
        return None


def longest_silence(acked: list[float], since: float, until: float) -> float:
    """The longest time within which no webhook was answered."""
    moments = [since, *[moment for moment in acked if since < moment < until], until]
    return max(later - sooner for sooner, later in pairwise(moments))
