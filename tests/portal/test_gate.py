"""Forms ask for a little work while a limit is near, by two ways, and for nothing in calm times."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db import Role, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.portal.challenge import FRESH, Fault, Form, fault_of, issue, number_in, spoken, sum_of
from hotline.portal.models import UsedChallenge
from hotline.portal.single_use import use_up
from tests.city import City
from tests.portal.conftest import WEDNESDAY_NOON, Seen, city_with
from tests.portal.solving import answered, token_in, worked
from tests.portal.test_report import HTML, filled, post, reported
from tests.portal.test_service_forms import CALL, ORDER, listed, wanted

PAGES = ("/track", ORDER, CALL, "/services/svc-id-lost/wrong", "/report")
WRONG = "/services/svc-id-lost/wrong"


def sign(text: str) -> bytes:
    return f"{text} signed".encode().ljust(32, b"\0")[-32:]


@pytest.fixture
async def stormy_city(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[City]:
    """From the first form on every one is asked, as under an attack from everywhere."""
    async with city_with(postgres, sample_template, new_name(), gate_posts=0) as started:
        yield started


async def test_in_calm_times_nothing_is_asked(city: City) -> None:
    for path in PAGES:
        answer = await city.client.get(path, headers=HTML)
        assert answer.status_code == 200
        assert Seen(answer.text).all("form")
        assert "gate" not in answer.text
    await reported(city)
    assert (await post(city, ORDER, wanted())).status_code == 200


@pytest.mark.parametrize("solve", [worked, answered])
async def test_under_attack_a_report_needs_work_or_an_answer(stormy_city: City, solve: Any) -> None:
    refused = await post(stormy_city, "/report", filled())
    assert refused.status_code == 422
    assert "请先答一道小题" in refused.text
    assert filled()["text"] in refused.text
    assert await listed(stormy_city, "tickets") == []
    taken = await post(stormy_city, "/report", filled() | solve(refused.text))
    assert taken.status_code == 200
    assert len(await listed(stormy_city, "tickets")) == 1


async def test_every_form_asks_and_lets_in_who_answers(stormy_city: City) -> None:
    forms: Mapping[str, dict[str, str]] = {
        ORDER: wanted(), CALL: {"phone": "13900001234"}, WRONG: {"note": "电话换了"},
    }  # fmt: skip
    for path, fields in forms.items():
        page = (await stormy_city.client.get(path, headers=HTML)).text
        assert (await post(stormy_city, path, fields)).status_code == 422
        done = await post(stormy_city, path, fields | dict(answered(page)))
        assert done.status_code == 200, path
    key = {"number": "2026-1125-000001", "code": "123456"}
    page = (await stormy_city.client.get("/track", headers=HTML)).text
    assert "对不上" not in (await post(stormy_city, "/track", key)).text
    assert "对不上" in (await post(stormy_city, "/track", key | dict(worked(page)))).text


async def remembered(city: City) -> int:
    database = await open_database(city.database_url, Role.READ, pool_size=1, raw_size=1)
    async with database.transaction() as session:
        count = await session.scalar(select(func.count()).select_from(UsedChallenge))
    await database.close()
    return count or 0


@pytest.mark.parametrize("solve", [worked, answered])
async def test_acts_of_a_ticket_ask_first_and_lose_nothing(stormy_city: City, solve: Any) -> None:
    shown = await post(stormy_city, "/report", filled())
    taken = await post(stormy_city, "/report", filled() | dict(answered(shown.text)))
    number, code = re.findall(r"<dd>([\d-]+)</dd>", taken.text)
    words = {"number": number, "code": code, "note": "灯杆是7号", "go": "add"}
    held = await post(stormy_city, "/track/words", words)
    assert held.status_code == 422
    page = Seen(held.text)
    kept = {str(one["name"]): str(one["value"]) for one in page.all("input") if "value" in one}
    assert {name: kept[name] for name in words} == words
    assert [form["action"] for form in page.all("form")] == ["/track/words"]
    added = await post(stormy_city, "/track/words", words | dict(solve(held.text)))
    assert "已经补充" in added.text


async def test_under_attack_an_act_does_not_tell_whether_a_code_is_right(stormy_city: City) -> None:
    fields = {"number": "2026-1125-000001", "code": "123456", "note": "又坏了",
              "level": "5", "resolved": "yes"}  # fmt: skip
    for act in ("rate", "reopen", "words", "avoid", "withdraw"):
        refused = await post(stormy_city, f"/track/{act}", fields)
        assert refused.status_code == 422
        assert "请先答一道小题" in refused.text
        assert "对不上" not in refused.text
        told = await post(stormy_city, f"/track/{act}", fields | dict(answered(refused.text)))
        assert "对不上" in told.text


async def test_a_challenge_is_good_once_and_for_its_form(stormy_city: City) -> None:
    page = (await stormy_city.client.get(CALL, headers=HTML)).text
    once = dict(answered(page))
    elsewhere = await post(stormy_city, WRONG, {"note": "电话换了"} | once)
    assert "题目过期了" in elsewhere.text
    page = (await stormy_city.client.get(CALL, headers=HTML)).text
    once = dict(answered(page))
    assert (await post(stormy_city, CALL, {"phone": "13900001234"} | once)).status_code == 200
    again = await post(stormy_city, CALL, {"phone": "13900001235"} | once)
    assert again.status_code == 422
    assert "题目过期了" in again.text


async def test_a_wrong_answer_uses_the_challenge_up(stormy_city: City) -> None:
    page = (await stormy_city.client.get(CALL, headers=HTML)).text
    right = dict(answered(page))
    wrong = await post(stormy_city, CALL, {"phone": "13900001234"} | right | {"gate_answer": "99"})
    assert "答案不对" in wrong.text
    assert token_in(wrong.text) != token_in(page)
    assert (await post(stormy_city, CALL, {"phone": "13900001234"} | right)).status_code == 422


async def test_one_address_is_asked_when_half_of_its_limit_is_used(city: City) -> None:
    for _ in range(5):
        await reported(city)
    asked = await post(city, "/report", filled())
    assert asked.status_code == 422
    assert (await post(city, "/report", filled() | dict(worked(asked.text)))).status_code == 200


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, Fault.ASKED),
        ({"gate": "track.1.a.b"}, Fault.STALE),
        ({"gate": "nothing"}, Fault.STALE),
        ({"gate": "路灯"}, Fault.STALE),
    ],
)
def test_what_we_did_not_sign_is_worth_nothing(given: dict[str, str], fault: Fault) -> None:
    assert fault_of(Form.TRACK, given, WEDNESDAY_NOON, sign) is fault


async def test_what_we_did_not_sign_is_not_remembered(stormy_city: City) -> None:
    refused = await post(stormy_city, CALL, {"phone": "13900001234", "gate": "路" * 900})
    assert "题目过期了" in refused.text
    assert await remembered(stormy_city) == 0
    await post(stormy_city, CALL, {"phone": "13900001234"} | dict(answered(refused.text)))
    assert await remembered(stormy_city) == 1


async def test_a_challenge_is_good_once_on_all_nodes_and_forgotten_when_it_is_old(
    session: AsyncSession,
) -> None:
    assert await use_up(session, "one", WEDNESDAY_NOON)
    assert await use_up(session, "other", WEDNESDAY_NOON)
    assert not await use_up(session, "one", WEDNESDAY_NOON + FRESH)
    assert await use_up(session, "third", WEDNESDAY_NOON + 3 * FRESH)
    assert await session.scalar(select(func.count()).select_from(UsedChallenge)) == 1


def test_a_challenge_is_bound_to_its_form_and_its_time() -> None:
    token = issue(Form.TRACK, WEDNESDAY_NOON, "abc", sign)
    given = {"gate": token, "gate_answer": str(sum_of(token, sign).result)}
    late = WEDNESDAY_NOON + FRESH + timedelta(seconds=1)
    assert fault_of(Form.TRACK, given, WEDNESDAY_NOON + FRESH, sign) is None
    assert fault_of(Form.REPORT, given, WEDNESDAY_NOON, sign) is Fault.STALE
    assert fault_of(Form.TRACK, given, late, sign) is Fault.STALE
    empty = {"gate": token, "gate_answer": "", "gate_work": "x"}
    assert fault_of(Form.TRACK, empty, WEDNESDAY_NOON, sign) is Fault.ASKED


@pytest.mark.parametrize(
    ("said", "number"),
    [("8", 8), ("８", 8), ("八", 8), ("十", 10), ("十八", 18), ("Eight", 8), (" 12。", 12),
     ("eighty", None), ("", None), ("八八", None)],
)  # fmt: skip
def test_answers_are_understood_as_people_write_them(said: str, number: int | None) -> None:
    assert number_in(said) == number


def test_sums_are_small_and_never_below_zero() -> None:
    sums = [sum_of(f"token {n}", lambda text: sha256(text.encode()).digest())
            for n in range(200)]  # fmt: skip
    assert {one.is_plus for one in sums} == {True, False}
    assert all(2 <= one.result <= 18 and one.left <= 18 for one in sums)
    assert spoken(12, "zh-CN") == "十二"
