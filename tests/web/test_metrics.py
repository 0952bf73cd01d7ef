"""What a scraper reads: rates and durations by route, and how the hall stands."""

import asyncio
import re

import asyncpg
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.engine import make_url

from hotline.db.database import address_of
from tests.city import City


async def figures(city: City) -> dict[tuple[str, ...], float]:
    page = await city.client.get("/metrics")
    assert page.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page.text)
        for sample in family.samples
    }


async def test_every_request_is_counted_and_timed_by_its_route(city: City) -> None:
    phone = await city.phone().dial()
    await phone.say("公积金怎么提取")
    await city.client.get("/api/v1/tickets/0199")
    await city.client.get("/nowhere/at/all")
    seen = await figures(city)
    assert seen["hotline_http_requests_total", "POST", "/telephony/turn", "2xx"] == 1
    assert seen["hotline_http_request_seconds_count", "/telephony/voice"] == 1
    assert seen["hotline_http_request_seconds_sum", "/telephony/voice"] < 15
    assert seen["hotline_http_requests_total", "GET", "/api/v1/tickets/{ticket_id}", "4xx"] == 1
    assert seen["hotline_http_requests_total", "GET", "(none)", "4xx"] == 1


async def test_the_hall_is_told_without_anybodys_name_or_number(city: City) -> None:
    phone = await city.phone().dial()
    await phone.say("人工")
    seen = await figures(city)
    assert seen["hotline_waiting", "mandarin"] == 1
    assert seen["hotline_calls", "waiting"] == 1
    assert seen["hotline_longest_wait_seconds",] >= 0
    assert seen["hotline_event_lag_seconds",] < 60
    page = (await city.client.get("/metrics")).text
    assert phone.caller.removeprefix("+86") not in page
    assert not re.search(r"1\d\d\*{4}", page)
    assert phone.sid not in page


async def test_webhooks_that_belong_to_nothing_of_ours_are_counted(city: City) -> None:
    phone = city.phone()
    phone.sid = "CAnobody"
    await phone.send(phone.provider.url("turn"), {"SpeechResult": "喂"})
    await phone.send(phone.provider.url("agent?leg=1"), {})
    await phone.send(phone.provider.url("voice"), {}, signature="forged")
    await city.phone().dial("+8647399999")
    seen = await figures(city)
    kinds = ("sender", "call", "leg", "number", "message")
    counted = [seen["hotline_unknown_webhooks", kind] for kind in kinds]
    assert counted == [1, 1, 1, 1, 0]


async def test_what_could_leak_is_told(city: City) -> None:
    seen = await figures(city)
    held = [asyncio.create_task(asyncio.sleep(60)) for _ in range(1_000)]
    more = await figures(city)
    for task in held:
        task.cancel()
    await asyncio.gather(*held, return_exceptions=True)
    assert more["hotline_tasks",] > seen["hotline_tasks",] + 700
    assert seen["process_open_fds",] > 3
    assert seen["process_resident_memory_bytes",] > 10_000_000


async def test_an_answer_that_only_says_sorry_is_counted_though_it_has_200(city: City) -> None:
    before = (await figures(city))["hotline_callers_told_sorry_total",]
    connection = await asyncpg.connect(**address_of(make_url(city.database_url)))
    await connection.execute("ALTER TABLE webhook_receipt RENAME TO lost_receipt")
    await connection.close()
    phone = await city.phone().dial()
    assert "故障" in phone.now_hears
    seen = await figures(city)
    assert (before, seen["hotline_callers_told_sorry_total",]) == (0, 1)
