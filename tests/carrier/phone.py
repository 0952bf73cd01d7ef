"""A telephone, by the control API."""

import asyncio
from typing import Any

import httpx2

from hotline.carrier import Carrier
from tests.carrier.rest import Rest

Acts = list[dict[str, Any]]


class Phone:
    def __init__(self, client: httpx2.AsyncClient, carrier: Carrier) -> None:
        self.client = client
        self.carrier = carrier

    async def dial(self, **body: str) -> "Line":
        reply = await self.client.post("/carrier/phone/calls", json=body)
        assert reply.status_code == 200, reply.text
        return self.line(reply.json()["call_sid"])

    def line(self, call_sid: str) -> "Line":
        return Line(self, call_sid)

    async def ring(self, address: str, answer: str) -> None:
        body = {"address": address, "answer": answer}
        reply = await self.client.post("/carrier/phone/ring", json=body)
        assert reply.status_code == 200, reply.text


class Line:
    """One leg as its party experiences it."""

    def __init__(self, phone: Phone, sid: str) -> None:
        self.phone = phone
        self.sid = sid

    async def acts(self, after: int = 0) -> Acts:
        reply = await self.phone.client.get(f"{self._path}/acts", params={"after": after})
        assert reply.status_code == 200, reply.text
        items: Acts = reply.json()["items"]
        return items

    async def kinds(self) -> list[str]:
        return [item["act"] for item in await self.acts()]

    async def wait_for(self, act: str, count: int = 1) -> dict[str, Any]:
        """The detail of an act, once it has been experienced so many times."""
        async with asyncio.timeout(10):
            while True:
                found = [item for item in await self.acts() if item["act"] == act]
                if len(found) >= count:
                    return found[count - 1]
                await asyncio.sleep(0.008)

    async def say(self, text: str, **more: float) -> bool:
        return await self._do("say", {"text": text, **more})

    async def press(self, digits: str) -> bool:
        return await self._do("press", {"digits": digits})

    async def hang_up(self) -> bool:
        return await self._do("hangup", {})

    async def over(self) -> Acts:
        """All acts, once the call has ended."""
        await self.wait_for("hangup")
        return await self.acts()

    @property
    def _path(self) -> str:
        return f"/carrier/phone/calls/{self.sid}"

    async def _do(self, deed: str, body: dict[str, Any]) -> bool:
        reply = await self.phone.client.post(f"{self._path}/{deed}", json=body)
        assert reply.status_code == 200, reply.text
        heard: bool = reply.json()["heard"]
        return heard


async def child_of(rest: Rest, phone: Phone, parent: Line, to: str | None = None) -> Line:
    """The leg that a Dial of `parent` made."""
    async with asyncio.timeout(5):
        while True:
            query = {"ParentCallSid": parent.sid} | ({"To": to} if to else {})
            calls = (await rest.get("Calls.json", **query))["calls"]
            if calls:
                return phone.line(calls[0]["sid"])
            await asyncio.sleep(0.01)
