"""The application behind the webhooks: it answers what a test wrote, and remembers who asked."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

import httpx2
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that the carrier made."""

    path: str
    method: str
    url: str
    fields: dict[str, str]
    headers: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields[name]


Answer = str | Response | Callable[[Asked], "str | Response"]


def twiml(*verbs: str) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?><Response>' + "".join(verbs) + "</Response>"


class Application:
    """Paths that nothing was written for answer with an empty document."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[str, list[Answer]] = {}
        self._grew = asyncio.Event()

    def on(self, path: str, *answers: Answer) -> None:
        """Answers in order; the last one is given from then on."""
        self._answers[path] = list(answers)

    def at(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    async def wait_for(self, path: str, count: int = 1) -> Asked:
        async with asyncio.timeout(10):
            while len(self.at(path)) < count:
                self._grew.clear()
                await self._grew.wait()
        return self.at(path)[count - 1]

    def client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        asked = await _read(request)
        self.asked.append(asked)
        self._grew.set()
        answer = self._next(asked.path)
        given = answer(asked) if callable(answer) and not isinstance(answer, Response) else answer
        response = given if isinstance(given, Response) else Response(given, media_type="text/xml")
        await response(scope, receive, send)

    def _next(self, path: str) -> Answer:
        answers = self._answers.get(path, [twiml()])
        return answers.pop(0) if len(answers) > 1 else answers[0]


async def _read(request: Request) -> Asked:
    body = (await request.body()).decode()
    query = parse_qsl(request.url.query, keep_blank_values=True)
    fields = dict(query) | dict(parse_qsl(body, keep_blank_values=True))
    return Asked(request.url.path, request.method, str(request.url), fields, dict(request.headers))
