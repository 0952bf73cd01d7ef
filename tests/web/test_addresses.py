"""Addresses that lead nowhere, and ways on that stay here."""

import httpx2
import pytest
from fastapi import FastAPI
from starlette.responses import RedirectResponse

from hotline.web.envelope import Envelope


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/console/%00", 404),
        ("/console/a%00b", 404),
        ("/api/v1/texts/%00", 404),
        ("/api/v1/texts/a?q=a%00b", 422),
        ("/search?q=%00", 200),
        ("/api/v1/texts/a?q=%2500", 200),
    ],
)
async def test_an_address_with_a_nul_reaches_no_operation(address: str, status: int) -> None:
    app = FastAPI()
    app.add_middleware(Envelope, is_https=False)

    @app.get("/{path:path}")
    async def answer(path: str) -> str:
        return path

    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
        told = await client.get(address)
    assert told.status_code == status
    assert told.headers["x-request-id"]


@pytest.mark.parametrize(
    ("asked", "host", "location"),
    [
        ("/report/", "evil.example", "/report"),
        ("/report/?a=b", "hotline.example:8443", "/report?a=b"),
        ("/away", "evil.example", "https://provider.example/sign-in"),
        ("/twice", "evil.example", "/elsewhere.example/a"),
    ],
)
async def test_a_way_on_does_not_repeat_the_host_of_the_request(
    asked: str, host: str, location: str
) -> None:
    app = FastAPI()
    app.add_middleware(Envelope, is_https=False)

    @app.get("/report")
    async def report() -> None: ...

    @app.get("/away")
    async def away() -> RedirectResponse:
        return RedirectResponse("https://provider.example/sign-in", 303)

    @app.get("/twice")
    async def twice() -> RedirectResponse:
        return RedirectResponse("http://evil.example//elsewhere.example/a", 303)

    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
        answer = await client.get(asked, headers={"host": host})
    assert answer.headers["location"] == location
