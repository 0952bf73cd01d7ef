"""What is there before the service starts, and what whoever starts it is told."""

import asyncio
from pathlib import Path

import pytest

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
