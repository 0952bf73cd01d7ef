"""Files of the console are sent compressed and kept for ever; the page itself is asked for anew."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from fastapi import FastAPI

from hotline.web.console import serve_console

SCRIPT = "console.log(1);" * 200


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "core-1.js").write_text(SCRIPT)
    (tmp_path / "assets" / "face-1.woff2").write_bytes(b"font")
    (tmp_path / "index.html").write_text("<title>114</title>")
    app = FastAPI()
    serve_console(app, tmp_path)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://114") as made:
        yield made


async def test_scripts_are_sent_compressed_to_whoever_takes_it(client: httpx2.AsyncClient) -> None:
    packed = await client.get("/console/assets/core-1.js")
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(SCRIPT) / 10
    plain = await client.get("/console/assets/core-1.js", headers={"Accept-Encoding": "br"})
    assert "content-encoding" not in plain.headers
    assert plain.text == packed.text == SCRIPT
    for answer in (packed, plain):
        assert "javascript" in answer.headers["content-type"]
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["vary"] == "Accept-Encoding"


async def test_what_is_packed_already_is_sent_as_it_is(client: httpx2.AsyncClient) -> None:
    face = await client.get("/console/assets/face-1.woff2")
    assert (face.content, "content-encoding" in face.headers) == (b"font", False)
    assert (await client.get("/console/assets/nothing.js")).status_code == 404


async def test_every_path_is_the_page_and_it_is_never_kept(client: httpx2.AsyncClient) -> None:
    for path in ("/console/", "/console/tickets/1"):
        answer = await client.get(path)
        assert "114" in answer.text
        assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["a" * 3_000, "\udcff", "../../secret", "a\0b"])
async def test_a_path_that_no_file_could_have_is_the_page_too(
    client: httpx2.AsyncClient, path: str
) -> None:
    answer = await client.get(f"/console/{quote(path, safe='', errors='surrogateescape')}")
    assert (answer.status_code, "114" in answer.text) == (200, True)
