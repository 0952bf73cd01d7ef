"""Forms ask for a little work while a limit is near, by two ways, and for nothing in calm times."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hotline.db.embedded import EmbeddedPostgres
from hotline.portal.challenge import FRESH, Fault, Form, fault_of, issue, number_in, spoken, sum_of
from hotline.portal.display import Display
from hotline.portal.gate import gate_faults
from hotline.portal.visit import Portal, Visit
from hotline.settings import Settings, Switch
from hotline.vault.keys import load_vault
from tests.city import City, free_port, running
from tests.conftest import administer
from tests.portal.conftest import WEDNESDAY_NOON, Seen, catalog
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
    template, folder = sample_template
    name = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    settings = Settings(data_dir=folder, port=free_port(), semantic=Switch.OFF, gate_posts=0)
    async with running(settings, postgres.dsn(database=name)) as started:
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


def test_what_we_did_not_sign_is_not_remembered(tmp_path: Path) -> None:
    carried = {"vault": load_vault(tmp_path, None)}
    database = SimpleNamespace(carried=carried)
    state = SimpleNamespace(settings=Settings(gate_posts=0), database=database)
    request: Any = SimpleNamespace(state=state, client=None)
    visit = Visit(request, Portal(), catalog(), Display(), WEDNESDAY_NOON)
    junk = "路" * 60_000
    assert gate_faults(visit, Form.CALL, {"gate": junk}) == {"gate": "gate.fault.stale"}
    assert visit.portal.used.is_first(junk, WEDNESDAY_NOON)


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
