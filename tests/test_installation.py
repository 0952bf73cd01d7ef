"""What is there before the service starts, and what whoever starts it is told."""

import asyncio
import shutil
from pathlib import Path

import pytest

from hotline.directory.importing import sample_city
from hotline.errors import InstallationError
from hotline.installation import opened, prepare, telephone_words
from hotline.organizations.queries import cities
from hotline.settings import Settings
from tests.conftest import NewDatabase


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (
            {},
            "话务平台：内置，支持语音识别、排队等候、多方通话、浏览器电话、通话中转接，"
            "每秒最多外呼 50 次",
        ),
        ({}, "短信：随话务平台"),
        ({"telephony": "twilio"}, "话务平台：没有账号或密钥，不能接打电话"),
        (
            {
                "telephony": "twilio",
                "twilio_account_sid": "AC" + "0" * 32,
                "twilio_auth_token": "x" * 32,
                "twilio_api_url": "https://api.somleng.org",
            },
            "　　　　　不支持语音识别、排队等候、多方通话、浏览器电话、通话中转接，相应功能会降级",
        ),
    ],
)
def test_what_the_telephone_network_can_do_is_told(
    tmp_path: Path, chosen: dict[str, str], told: str
) -> None:
    assert told in telephone_words(Settings(data_dir=tmp_path, **chosen))


async def test_nodes_that_start_together_load_the_sample_city_once(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    settings, url = Settings(data_dir=tmp_path), await new_database()
    await asyncio.gather(*(prepare(settings, url, lambda _line: None) for _ in range(2)))
    async with opened(settings, url) as database, database.transaction() as session:
        assert len(await cities(session)) == 1


@pytest.fixture
def own_files(tmp_path: Path) -> Path:
    """The folder of a city of one's own: the sample's files under another key and name."""
    folder = tmp_path / "own"
    shutil.copytree(sample_city(), folder)
    for file in folder.iterdir():
        written = file.read_text(encoding="utf-8")
        file.write_text(
            written.replace("wuhai", "mengxi").replace("乌海", "蒙西"), encoding="utf-8"
        )
    return folder


async def test_an_empty_database_begins_with_a_city_of_ones_own(
    own_files: Path, tmp_path: Path, new_database: NewDatabase
) -> None:
    settings, url = Settings(data_dir=tmp_path, city_files=own_files), await new_database()
    told: list[str] = []
    for _ in range(2):
        await prepare(settings, url, told.append)
    async with opened(settings, url) as database, database.transaction() as session:
        (city,) = await cities(session)
    assert (city.key, city.name) == ("city-mengxi", "蒙西市")
    assert told == [f"正在载入{own_files}……"]
    assert not (tmp_path / "sample-accounts.json").exists()


async def test_files_with_faults_begin_nothing_and_every_fault_is_told(
    own_files: Path, tmp_path: Path, new_database: NewDatabase
) -> None:
    settings, url = Settings(data_dir=tmp_path, city_files=own_files), await new_database()
    (own_files / "services.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(InstallationError, match=r"services\.jsonl"):
        await prepare(settings, url, lambda _line: None)
    async with opened(settings, url) as database, database.transaction() as session:
        assert await cities(session) == []
