"""Who sends too much: by device and by address, so that a crowd is not locked out together."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from hotline.db.embedded import EmbeddedPostgres
from hotline.portal.device import LIFE, RENEWED, device_of, issue
from hotline.portal.limits import Limit, Sender
from hotline.portal.visit import Portal
from tests.city import City
from tests.portal.conftest import WEDNESDAY_NOON, Seen, city_with
from tests.portal.solving import answered
from tests.portal.test_report import HTML, filled
from tests.portal.test_service_forms import CALL, ORDER

NAME = "__Host-form"
NONCE = "0f" * 16
SCHOOL, HOME, NET = "203.0.113.1", "203.0.113.2", "198.51.100."
FORMS = ("/report", "/track", ORDER, CALL, "/services/svc-id-lost/wrong")


def sign(text: str) -> bytes:
    return f"{text} signed".encode().ljust(32, b"\0")[-32:]


def at(address: str, device: str | None = None) -> Sender:
    return Sender(address, device)


@pytest.mark.parametrize(
    ("sent", "then", "is_shut"),
    [
        pytest.param([at(HOME)] * 2, at(HOME), True, id="an address without devices"),
        pytest.param([at(HOME)] * 2, at(SCHOOL), False, id="and no other address"),
        pytest.param([at(HOME, "a")] * 2, at(HOME, "a"), True, id="a device"),
        pytest.param(
            [at(HOME, "a"), at(SCHOOL, "a")], at(NET, "a"), True, id="a device that wanders"
        ),
        pytest.param([at(SCHOOL, "a")] * 2, at(SCHOOL, "b"), False, id="not its neighbor"),
        pytest.param([at(SCHOOL, "a")] * 2, at(SCHOOL), False, id="nor who brings no device"),
        pytest.param([at(SCHOOL)] * 2, at(SCHOOL, "a"), False, id="strangers shut no device out"),
        pytest.param(
            [at(SCHOOL, f"d{n}") for n in range(6)], at(SCHOOL, "new"), True, id="a whole crowd"
        ),
        pytest.param(
            [at(SCHOOL, f"d{n}") for n in range(6)], at(SCHOOL), True, id="and strangers with it"
        ),
        pytest.param(
            [at(SCHOOL, f"d{n}") for n in range(5)], at(SCHOOL, "new"), False, id="fewer are none"
        ),
        pytest.param(
            [at(SCHOOL, f"d{n}") for n in range(6)], at(HOME, "d1"), False, id="elsewhere it may"
        ),
    ],
)  # fmt: skip
def test_two_for_a_device_and_three_times_that_for_a_crowd(
    sent: list[Sender], then: Sender, is_shut: bool
) -> None:
    limit = Limit(2, timedelta(hours=1), crowd=3)
    for one in sent:
        assert not limit.is_used_up(one, WEDNESDAY_NOON)
        limit.use(one, WEDNESDAY_NOON)
    assert limit.is_used_up(then, WEDNESDAY_NOON) is is_shut
    assert not limit.is_used_up(then, WEDNESDAY_NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("sent", "then", "share"),
    [
        ([], at(HOME), 0),
        ([at(HOME)], at(HOME), 0.5),
        ([at(HOME, "a"), at(SCHOOL, "a")], at(NET, "a"), 1),
        ([at(SCHOOL, f"d{n}") for n in range(3)], at(SCHOOL, "new"), 1.5),
        ([at(SCHOOL, f"d{n}") for n in range(3)], at(HOME, "new"), 0),
    ],
)
def test_new_devices_do_not_hide_how_much_comes_from_an_address(
    sent: list[Sender], then: Sender, share: float
) -> None:
    limit = Limit(2, timedelta(hours=1), crowd=3)
    for one in sent:
        limit.use(one, WEDNESDAY_NOON)
    assert limit.share(then, WEDNESDAY_NOON) == share


def test_a_device_is_what_we_signed_and_for_two_hours() -> None:
    cookie = issue(WEDNESDAY_NOON, NONCE, sign)
    assert device_of(cookie, WEDNESDAY_NOON, sign) == NONCE
    assert device_of(cookie, WEDNESDAY_NOON + LIFE - timedelta(seconds=1), sign) == NONCE
    assert device_of(cookie, WEDNESDAY_NOON + LIFE, sign) is None
    assert device_of(cookie, WEDNESDAY_NOON - timedelta(hours=1), sign) is None
    assert device_of(cookie, WEDNESDAY_NOON + RENEWED, sign, within=RENEWED) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        lambda _: "",
        lambda cookie: cookie.replace(NONCE, "1f" * 16),
        lambda cookie: cookie.replace(".17", ".18", 1),
        lambda cookie: cookie[:-1] + ("0" if cookie[-1] != "0" else "1"),
        lambda cookie: cookie.rpartition(".")[0],
        lambda cookie: cookie + ".more",
        lambda cookie: cookie.upper(),
        lambda _: issue(WEDNESDAY_NOON, NONCE, lambda text: sign(f"other {text}")[::-1]),
        lambda _: issue(WEDNESDAY_NOON, "路" * 32, sign),
        lambda _: f"{NONCE}.{'9' * 400}.{'0' * 64}",
    ],
)
def test_a_forged_cookie_is_none(change: Any) -> None:
    assert device_of(change(issue(WEDNESDAY_NOON, NONCE, sign)), WEDNESDAY_NOON, sign) is None


@pytest.fixture(scope="session")
async def crowded_service(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[City]:
    """Behind a proxy, so that requests come from many addresses; over https as far as it knows."""
    told = {"trusted_proxies": "127.0.0.1", "public_url": "https://hotline.example"}
    async with city_with(postgres, sample_template, new_name(), **told) as started:
        yield started


@pytest.fixture
def crowded_city(crowded_service: City) -> City:
    """Where nobody has sent anything yet."""
    crowded_service.app.state.portal = Portal()
    return crowded_service


class Crowd:
    """Browsers at many addresses that all wish to be called, each with a number of its own."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.wishes = 0

    async def opened(self, address: str, path: str = CALL) -> str:
        """The cookie that comes with a form."""
        answer = await self.asked("GET", path, address)
        return str(answer.headers["set-cookie"]).partition(";")[0].partition("=")[2]

    async def wish(self, address: str, cookie: str | None) -> int:
        """The status, once the little work is done where it is asked for."""
        self.wishes += 1
        fields = {"phone": f"139{self.wishes:08}"}
        answer = await self.asked("POST", CALL, address, cookie, fields)
        if 'id="fault-gate"' in answer.text:
            worked = fields | dict(answered(answer.text))
            answer = await self.asked("POST", CALL, address, cookie, worked)
        return int(answer.status_code)

    async def asked(
        self, method: str, path: str, address: str, cookie: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Any:  # fmt: skip
        headers = HTML | {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}
        headers |= {"Cookie": f"{NAME}={cookie}"} if cookie else {}
        answer = await self.city.client.request(method, path, data=fields, headers=headers)
        self.city.client.cookies.clear()
        return answer


async def test_a_school_may_what_one_device_may_not(crowded_city: City) -> None:
    crowd = Crowd(crowded_city)
    pupils = [await crowd.opened(SCHOOL) for _ in range(6)]
    assert len(set(pupils)) == 6
    assert [await crowd.wish(SCHOOL, one) for one in pupils] == [200] * 6
    assert [await crowd.wish(SCHOOL, None) for _ in range(5)] == [200] * 5
    assert await crowd.wish(SCHOOL, None) == 429
    forged = pupils[0].replace(pupils[0][:4], "abcd", 1)
    assert await crowd.wish(SCHOOL, forged) == 429
    assert await crowd.wish(SCHOOL, pupils[0]) == 200
    assert await crowd.wish(HOME, None) == 200


async def test_a_device_keeps_its_limit_wherever_it_goes(crowded_city: City) -> None:
    crowd = Crowd(crowded_city)
    cookie = await crowd.opened(HOME)
    assert [await crowd.wish(f"{NET}{n}", cookie) for n in range(5)] == [200] * 5
    assert await crowd.wish(f"{NET}9", cookie) == 429
    assert await crowd.wish(f"{NET}9", None) == 200


async def test_a_form_gives_the_cookie_and_nothing_else_does(crowded_city: City) -> None:
    crowd = Crowd(crowded_city)
    for path in FORMS:
        answer = await crowd.asked("GET", path, HOME)
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.startswith(f"{NAME}=")
        assert "; Max-Age=7200" in cookie
        for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert f"; {part}" in cookie
        assert "Domain" not in cookie
        assert answer.headers["cache-control"] == "private, no-store"
        assert Seen(answer.text).all("form")
    held = await crowd.opened(HOME)
    for path in ("/", "/services/svc-id-lost", "/search?q=供暖", "/near", "/about", "/numbers"):
        assert "set-cookie" not in (await crowd.asked("GET", path, HOME)).headers
    told = Seen((await crowd.asked("GET", "/about", HOME)).text).text
    assert "一个在您打开表单时发给浏览器，是个随机数，两小时就失效" in told
    for method, cookie in (("GET", held), ("POST", None), ("HEAD", None)):
        answer = await crowd.asked(method, CALL, HOME, cookie)
        assert "set-cookie" not in answer.headers, method


async def test_no_log_tells_of_a_device(crowded_city: City) -> None:
    crowd = Crowd(crowded_city)
    with capture_logs() as logs:
        cookie = await crowd.opened(SCHOOL)
        await crowd.wish(SCHOOL, cookie)
        await crowd.asked("GET", "/nowhere", SCHOOL, cookie)
    assert cookie.partition(".")[0] not in str(logs)
    assert SCHOOL not in str(logs)


async def test_ratings_and_remarks_are_counted_by_device_too(crowded_city: City) -> None:
    crowded_city.app.state.portal = Portal(acts=Limit(1, timedelta(hours=1)))
    crowd = Crowd(crowded_city)
    first, second = await crowd.opened(SCHOOL, "/track"), await crowd.opened(SCHOOL, "/track")
    report = await crowd.asked("POST", "/report", SCHOOL, first, filled())
    number, code = re.findall(r"<dd>([\d-]+)</dd>", report.text)
    words = {"number": number, "code": code, "note": "灯杆是7号", "go": "add"}

    async def said(address: str, cookie: str | None) -> int:
        answer = await crowd.asked("POST", "/track/words", address, cookie, words)
        if 'name="gate"' in answer.text:
            worked = words | dict(answered(answer.text))
            answer = await crowd.asked("POST", "/track/words", address, cookie, worked)
        return int(answer.status_code)

    assert await said(SCHOOL, first) == 200
    assert await said(HOME, first) == 429
    assert await said(SCHOOL, second) == 200
    assert [await said(HOME, None), await said(HOME, None)] == [200, 429]


async def test_wrong_codes_of_one_device_shut_nobody_else_out(crowded_city: City) -> None:
    crowd = Crowd(crowded_city)
    first, second = await crowd.opened(SCHOOL, "/track"), await crowd.opened(SCHOOL, "/track")

    async def tried(number: int, cookie: str) -> int:
        fields = {"number": f"2026-1125-{number:06}", "code": "123456", "note": "还没有修"}
        answer = await crowd.asked("POST", "/track/words", SCHOOL, cookie, fields)
        if 'name="gate"' in answer.text:
            worked = fields | dict(answered(answer.text))
            answer = await crowd.asked("POST", "/track/words", SCHOOL, cookie, worked)
        return int(answer.status_code)

    assert [await tried(n, first) for n in range(10)] == [422] * 10
    assert await tried(10, first) == 429
    assert await tried(11, second) == 422
