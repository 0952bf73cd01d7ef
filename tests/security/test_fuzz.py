"""Every operation under random requests: no 500, no answer that the description does not know."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.city import City
from tests.nightly import IS_NIGHTLY
from tests.security.fuzzing import (
    ALL_ROLES,
    ROLES,
    arguments,
    told,
    write_config,
)

LONGEST = 3600 if IS_NIGHTLY else 900


@pytest.mark.parametrize("username", ALL_ROLES if IS_NIGHTLY else ROLES)
async def test_no_request_finds_a_fault(city: City, tmp_path: Path, username: str) -> None:
    client = await city.signed_in(username)
    write_config(tmp_path / "schemathesis.toml", client.cookies["hotline_session"])
    described = await client.get("/api/v1/openapi.json", timeout=120)
    assert described.status_code == 200
    code, report = await _fuzzed(city, tmp_path, username)
    seen = told(report)
    print(username, seen)
    assert code == 0, report[-20_000:]
    assert seen.tested == seen.selected > 180
    assert seen.cases >= seen.tested
    assert (await client.get("/api/v1/me")).status_code == 200
    await client.aclose()


async def _fuzzed(city: City, folder: Path, username: str) -> tuple[int, str]:
    fuzzing = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("schemathesis"),
        *arguments(folder / "schemathesis.toml", city.url, username),
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        output, _ = await asyncio.wait_for(fuzzing.communicate(), LONGEST)
    finally:
        if fuzzing.returncode is None:
            fuzzing.kill()
    (folder / "report.txt").write_bytes(output)
    return fuzzing.returncode or 0, output.decode()
