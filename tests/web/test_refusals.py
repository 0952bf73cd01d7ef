"""Who is refused is seen in the log, by the code of the rule and nothing that was sent."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from pydantic import BaseModel
from structlog.testing import capture_logs

from hotline.errors import ForeignOrigin, NotFound
from hotline.logs import configure_logs
from hotline.web import problems


class _Body(BaseModel):
    title: str


@pytest.fixture(autouse=True)
def logs_of_a_service() -> Iterator[None]:
    configure_logs("info", as_json=True)
    yield
    configure_logs("warning", as_json=False)


async def test_every_refusal_is_logged_by_its_code_alone() -> None:
    app = FastAPI()
    problems.install(app)

    @app.post("/foreign")
    async def foreign() -> None:
        raise ForeignOrigin

    @app.post("/judged")
    async def judged(body: _Body) -> None: ...

    @app.post("/absent")
    async def absent() -> None:
        raise NotFound

    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as client:
        with capture_logs() as told:
            await client.post("/foreign")
            await client.post("/judged", json={"title": ["13800138000"]})
            await client.post("/absent")
    kept = {"event": "request.refused", "log_level": "info"}
    assert told == [
        kept | {"code": "foreign_origin", "status": 403},
        kept | {"code": "invalid_input", "status": 422},
    ]
