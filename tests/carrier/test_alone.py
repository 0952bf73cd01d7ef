"""The carrier on a machine of its own, without the hotline around it."""

from pathlib import Path

import httpx2
import pytest

from hotline.carrier_mount import create_carrier_app
from hotline.settings import Settings


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'{"from":"' + b"9" * 300])
async def test_what_is_no_json_is_422_in_the_shape_of_problems(tmp_path: Path, body: bytes) -> None:
    app = create_carrier_app(Settings(data_dir=tmp_path), "postgresql+asyncpg://none/none")
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        reply = await client.post(
            "/carrier/phone/calls", content=body, headers={"content-type": "application/json"}
        )
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["params"]["errors"][0]["type"] == "json_invalid"
