"""A NUL in an address is no way to anything: no name, no row and no file holds one."""

import httpx2
import pytest
from fastapi import FastAPI

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
