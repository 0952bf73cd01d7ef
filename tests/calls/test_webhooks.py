"""What the telephone network is answered, also to what it should not have asked."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from hotline.db import Database, Role, open_database
from tests.city import City

VOICE, TURN = "voice", "turn?step=1"


@pytest.fixture
async def stored(city: City) -> AsyncIterator[Database]:
    database = await open_database(city.database_url, Role.APP, pool_size=1, raw_size=1)
    yield database
    await database.close()


async def rows(database: Database, statement: str, **given: Any) -> list[Any]:
    async with database.transaction() as session:
        return [*await session.execute(text(statement), given)]


async def test_a_step_of_a_call_that_we_do_not_know_is_answered_with_nothing(
    city: City, stored: Database
) -> None:
    phone = city.phone(sid="CA" + "f" * 32)
    await phone.post(phone.provider.url(TURN), {"SpeechResult": "路灯坏了", "Confidence": "0.9"})
    assert list(phone.document) == []
    assert (await phone.post(phone.provider.url("bridged?step=1"), {})).status_code == 200
    assert list(phone.document) == []
    assert await rows(stored, "SELECT 1 FROM call") == []
    told = (await city.client.get("/metrics")).text
    assert 'unknown_webhooks{what="call"} 2' in told


async def test_what_was_answered_once_is_answered_alike_and_without_its_receipt_anew(
    city: City, stored: Database
) -> None:
    phone = await city.phone().dial()
    greeting = phone.now_hears
    assert await phone.repeat_last() == await phone.repeat_last()
    await rows(stored, "DELETE FROM webhook_receipt RETURNING 1")
    await phone.post(phone.provider.url(VOICE), {})
    assert phone.now_hears != greeting
    assert phone.verb("Gather") is not None
    await phone.say("公积金怎么提取")
    assert "公积金" in phone.now_hears
    url, fields = phone.last
    again = await phone.repeat_last()
    assert again == await phone.repeat_last()
    await rows(stored, "DELETE FROM webhook_receipt RETURNING 1")
    await phone.post(url, fields)
    assert phone.now_hears
    assert (await rows(stored, "SELECT count(*) FROM call"))[0][0] == 1


async def test_a_confidence_that_is_no_number_is_none(city: City) -> None:
    for told in ("", "high", "0.9"):
        phone = await city.phone().dial()
        await phone.say("  公积金怎么提取 ", confidence=told)
        assert "公积金" in phone.now_hears


async def test_who_hides_the_number_has_none(city: City, stored: Database) -> None:
    hidden = ("anonymous", "Anonymous", "", "unknown", "unavailable", "Restricted", "private")
    for caller in hidden:
        await city.phone(caller=caller).dial()
    assert await rows(stored, "SELECT 1 FROM call WHERE from_sealed IS NOT NULL") == []
    await city.phone().dial()
    assert len(await rows(stored, "SELECT 1 FROM call WHERE from_sealed IS NOT NULL")) == 1
    assert len(await rows(stored, "SELECT 1 FROM call")) == len(hidden) + 1


async def test_whoever_was_rung_for_a_caller_answers_or_does_not(city: City) -> None:
    said = {}
    for state in ("no-answer", "completed", "answered"):
        phone = await (await city.phone().dial()).say("着火了")
        dial = phone.verb("Dial")
        assert dial is not None
        await phone.post(dial.attrib["action"], {"DialCallStatus": state})
        said[state] = phone.now_hears
    assert said["completed"] == said["answered"]
    assert said["no-answer"] not in ("", said["completed"])


async def test_a_number_that_is_not_ours_is_told_so_and_every_city_is_warned(
    city: City, stored: Database
) -> None:
    phone = await city.phone().dial("+8610000000")
    assert phone.verb("Gather") is None
    assert phone.verb("Hangup") is not None
    assert phone.now_hears
    assert await rows(stored, "SELECT 1 FROM call") == []
    cities = await rows(stored, "SELECT count(*) FROM organization WHERE tier = 'city'")
    told = "SELECT payload->>'kind' AS kind FROM event WHERE name = 'alarm.raised'"
    alarms = await rows(stored, told)
    assert [one.kind for one in alarms] == ["unknown_number"] * cities[0][0]


async def test_a_call_ends_by_its_last_state_and_by_no_other(city: City, stored: Database) -> None:
    phone = await city.phone().dial()
    status = phone.provider.url("status")
    for state in ("ringing", "in-progress", "queued"):
        assert (await phone.post(status, {"CallStatus": state})).status_code == 204
    assert (await rows(stored, "SELECT status FROM call"))[0].status != "ended"
    for _ in range(2):
        assert (await phone.post(status, {"CallStatus": "completed"})).status_code == 204
    assert (await rows(stored, "SELECT status FROM call"))[0].status == "ended"
    stranger = city.phone(sid="CA" + "e" * 32)
    assert (await stranger.post(status, {"CallStatus": "failed"})).status_code == 204


async def test_however_a_call_ends_it_has_ended(city: City, stored: Database) -> None:
    for end in ("completed", "busy", "failed", "no-answer", "canceled"):
        phone = await city.phone().dial()
        await phone.post(phone.provider.url("status"), {"CallStatus": end})
    assert [row.status for row in await rows(stored, "SELECT status FROM call")] == ["ended"] * 5


async def test_an_answer_that_the_network_could_not_use_is_made_good(city: City) -> None:
    phone = await city.phone().dial()
    await phone.post(phone.provider.url("fallback"), {"ErrorCode": "12100"})
    assert phone.now_hears
    assert phone.verb("Gather") is None


async def test_the_waiting_line_has_music(city: City) -> None:
    answer = await city.client.get("/telephony/sounds/wait.wav")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.content[:4] == b"RIFF"


async def test_what_is_not_signed_is_refused_and_counted(city: City, stored: Database) -> None:
    phone = city.phone(sid="CA" + "d" * 32)
    answer = await phone.send(phone.provider.url(VOICE), {}, signature="made up")
    assert (answer.status_code, answer.content) == (403, b"")
    assert await rows(stored, "SELECT 1 FROM call") == []
