"""Calls by REST: placed, looked up, diverted, ended."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx2
import pytest

from tests.carrier.application import Application, twiml
from tests.carrier.conftest import ACCOUNT, TOKEN
from tests.carrier.lasting import lasted
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest

TO = "+8613800000001"
FIELDS = (
    "account_sid answered_by api_version caller_name date_created date_updated direction duration"
    " end_time forwarded_from from from_formatted group_sid parent_call_sid phone_number_sid price"
    " price_unit queue_time sid start_time status subresource_uris to to_formatted trunk_sid uri"
)


def order(**more: str) -> dict[str, str]:
    return {"To": TO, "From": "+86473114", "Url": "http://app.test/outbound"} | more


async def test_a_placed_call_rings_is_answered_and_follows_its_document(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring(TO, "answer")
    application.on("/outbound", twiml("<Say>回访</Say>"))
    made = await rest.create(
        "Calls.json",
        **order(
            StatusCallback="http://app.test/leg",
            StatusCallbackEvent="initiated ringing answered completed",
        ),
    )
    assert set(made) == set(FIELDS.split())
    assert (made["status"], made["direction"]) == ("queued", "outbound-api")
    assert made["start_time"] is made["end_time"] is made["duration"] is None
    assert made["phone_number_sid"].startswith("PN")
    acts = await phone.line(made["sid"]).over()
    assert [item["act"] for item in acts] == ["say", "hangup"]
    asked = application.at("/outbound")[0]
    assert (asked["Direction"], asked["CallStatus"]) == ("outbound-api", "in-progress")
    await application.wait_for("/leg", 4)
    told = application.at("/leg")
    assert [item["CallStatus"] for item in told] == [
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]
    ended = await rest.get(f"Calls/{made['sid']}.json")
    assert ended["status"] == "completed"
    assert int(ended["duration"]) >= 0
    assert ended["end_time"].endswith("+0000")


@pytest.mark.parametrize(
    ("answer", "status"),
    [("busy", "busy"), ("reject", "busy"), ("failed", "failed"), ("no-answer", "no-answer")],
)
async def test_a_placed_call_that_is_not_answered_says_why(
    phone: Phone, application: Application, rest: Rest, answer: str, status: str
) -> None:
    await phone.ring(TO, answer)
    made = await rest.create(
        "Calls.json", **order(Timeout="5", StatusCallback="http://app.test/leg")
    )
    told = await application.wait_for("/leg")
    assert (told["CallStatus"], told["CallDuration"]) == (status, "0")
    acts = await phone.line(made["sid"]).acts()
    assert [item["act"] for item in acts] == ["hangup"]
    assert (await rest.get(f"Calls/{made['sid']}.json"))["status"] == status
    assert not application.at("/outbound")


async def test_a_call_may_bring_its_document_along(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring(TO, "answer")
    made = await rest.create(
        "Calls.json", To=TO, From="+86473114", Twiml=twiml("<Say>随带文稿</Say>")
    )
    acts = await phone.line(made["sid"]).over()
    assert acts[0]["detail"]["text"] == "随带文稿"


async def test_a_document_that_was_brought_along_has_no_address_for_results(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring(TO, "answer")
    made = await rest.create(
        "Calls.json",
        To=TO,
        From="+86473114",
        Twiml=twiml('<Gather timeout="1" actionOnEmptyResult="true"/>'),
    )
    acts = await phone.line(made["sid"]).over()
    assert [item["act"] for item in acts] == ["gather", "error", "hangup"]
    assert acts[1]["detail"]["code"] == 11100


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"From": "+1", "Url": "http://a/"}, 21201),
        ({"To": TO, "Url": "http://a/"}, 21213),
        ({"To": TO, "From": "+86473114"}, 21205),
        ({"To": "nobody", "From": "+86473114", "Url": "http://a/"}, 21211),
        ({"To": "+1", "From": "+86473114", "Url": "http://a/"}, 21211),
        ({"To": TO, "From": "nobody", "Url": "http://a/"}, 21212),
        ({"To": TO, "From": "+86473114", "Url": "voice.xml"}, 21205),
        ({"To": TO, "From": "+86473114", "Url": "http://a/", "Method": "PUT"}, 21209),
        ({"To": TO, "From": "+86473114", "Url": "http://a/", "SendDigits": "1,2"}, 21206),
        ({"To": TO, "From": "+86473114", "Url": "http://a/", "Timeout": "soon"}, 21208),
        ({"To": TO, "From": "+86473114", "Url": "http://a/", "StatusCallback": "x"}, 21609),
        ({"To": TO, "From": "+86473114", "Twiml": "<Response>"}, 12100),
        (order(SendDigits="1" * 33), 21206),
        (order(Timeout="601"), 21208),
        (order(Timeout="９"), 21208),
        (order(StatusCallbackEvent="answered hungup"), 21626),
        (order(MachineDetection="maybe"), 21234),
        (order(RecordingTrack="left"), 20001),
        (order(RecordingChannels="quad"), 20001),
        (order(TimeLimit="0"), 20001),
    ],
)
async def test_an_order_that_cannot_be_placed_is_refused(
    rest: Rest, fields: dict[str, str], code: int
) -> None:
    assert await rest.refused("POST", "Calls.json", **fields) == (400, code)
    assert (await rest.get("Calls.json"))["calls"] == []


async def test_a_call_in_progress_is_diverted(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml('<Say loop="0">好</Say>'))
    application.on("/next", twiml("<Say>换了</Say>"))
    line = await phone.dial()
    await line.wait_for("say")
    shown = await rest.update(f"Calls/{line.sid}.json", Url="http://app.test/next", Method="GET")
    assert shown["status"] == "in-progress"
    acts = await line.over()
    assert acts[-2]["detail"]["text"] == "换了"
    asked = application.at("/next")[0]
    assert (asked.method, asked["CallSid"]) == ("GET", line.sid)


async def test_a_call_may_be_diverted_to_a_document_in_the_request(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml('<Say loop="0">好</Say>'))
    line = await phone.dial()
    await line.wait_for("say")
    await rest.update(f"Calls/{line.sid}.json", Twiml=twiml("<Say>换了</Say>"))
    assert (await line.over())[-2]["detail"]["text"] == "换了"


async def test_completed_ends_a_call(phone: Phone, application: Application, rest: Rest) -> None:
    application.on("/voice", twiml('<Say loop="0">好</Say>'))
    line = await phone.dial()
    await line.wait_for("say")
    shown = await rest.update(f"Calls/{line.sid}.json", Status="completed")
    assert shown["status"] == "completed"
    acts = await line.acts()
    assert acts[-1] == acts[-1] | {"act": "hangup", "detail": {"by": "rest"}}
    told = await application.wait_for("/status")
    assert told["CallStatus"] == "completed"


async def test_canceled_ends_only_what_was_not_answered(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml('<Say loop="0">好</Say>'))
    line = await phone.dial()
    await line.wait_for("say")
    assert (await rest.update(f"Calls/{line.sid}.json", Status="canceled"))["status"] == (
        "in-progress"
    )
    made = await rest.create(
        "Calls.json",
        **order(StatusCallback="http://app.test/leg", StatusCallbackEvent="ringing completed"),
    )
    await application.wait_for("/leg")
    shown = await rest.update(f"Calls/{made['sid']}.json", Status="canceled")
    assert shown["status"] == "canceled"
    assert (await application.wait_for("/leg", 2))["CallStatus"] == "canceled"


async def test_a_call_that_has_ended_cannot_be_changed(
    phone: Phone, application: Application, rest: Rest
) -> None:
    line = await phone.dial()
    await line.over()
    path = f"Calls/{line.sid}.json"
    assert await rest.refused("POST", path, Url="http://app.test/next") == (400, 21220)
    assert await rest.refused("POST", path, Status="completed") == (400, 21220)


async def test_a_call_that_still_rings_cannot_be_diverted(
    phone: Phone, application: Application, rest: Rest
) -> None:
    made = await rest.create("Calls.json", **order())
    path = f"Calls/{made['sid']}.json"
    assert await rest.refused("POST", path, Url="http://app.test/next") == (400, 21220)


async def test_the_longest_time_of_a_call_ends_it(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring(TO, "answer")
    application.on("/outbound", twiml('<Say loop="0">好</Say>'))
    made = await rest.create("Calls.json", **order(TimeLimit="10"))
    line = phone.line(made["sid"])
    acts = await line.over()
    assert acts[-1]["detail"] == {"by": "host"}
    assert lasted(acts[-1]["at"] - acts[0]["at"], 9.5)


async def test_a_placed_call_may_be_recorded(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring(TO, "answer")
    application.on("/outbound", twiml("<Say>", "好" * 10, "</Say>"))
    made = await rest.create(
        "Calls.json", **order(Record="true", StatusCallback="http://app.test/leg")
    )
    told = await application.wait_for("/leg")
    listed = await rest.get(f"Calls/{made['sid']}/Recordings.json")
    assert [item["sid"] for item in listed["recordings"]] == [told["RecordingSid"]]
    assert listed["recordings"][0]["source"] == "OutboundAPI"


async def test_calls_are_listed_newest_first_and_filtered(
    phone: Phone, application: Application, rest: Rest
) -> None:
    lines = [await phone.dial(**{"from": f"+861514830000{n}"}) for n in range(3)]
    for line in lines:
        await line.over()
    everything = await rest.get("Calls.json")
    assert [call["sid"] for call in everything["calls"]] == [line.sid for line in reversed(lines)]
    one = await rest.get("Calls.json", From="+8615148300001")
    assert [call["sid"] for call in one["calls"]] == [lines[1].sid]
    assert (await rest.get("Calls.json", Status="in-progress"))["calls"] == []
    moment = parsedate_to_datetime(everything["calls"][0]["start_time"])
    earlier, later = (
        (moment + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
        for seconds in (-60, 60)
    )
    counts = {
        ("StartTime", "2020-01-01"): 0,
        ("StartTime>", "2020-01-01"): 3,
        ("StartTime<", "2020-01-01"): 0,
        ("StartTime>", earlier): 3,
        ("StartTime>", later): 0,
        ("StartTime<", earlier): 0,
        ("EndTime<", later): 3,
    }
    for (name, value), count in counts.items():
        assert len((await rest.get("Calls.json", **{name: value}))["calls"]) == count, name


async def test_lists_come_in_pages(phone: Phone, application: Application, rest: Rest) -> None:
    lines = [await phone.dial() for _ in range(5)]
    for line in lines:
        await line.over()
    first = await rest.get("Calls.json", PageSize="2", To="+86473114")
    assert (first["page"], first["page_size"], first["start"], first["end"]) == (0, 2, 0, 1)
    assert first["previous_page_uri"] is None
    assert first["uri"] == first["first_page_uri"]
    seen = list(first["calls"])
    page = first
    while page["next_page_uri"]:
        page = await rest.get(page["next_page_uri"])
        seen += page["calls"]
    assert [call["sid"] for call in seen] == [line.sid for line in reversed(lines)]
    assert (page["page"], page["start"], page["end"]) == (2, 4, 4)
    assert page["previous_page_uri"] is not None
    assert "To=%2B86473114" in page["previous_page_uri"]
    empty = await rest.get("Calls.json", To="+86999")
    assert (empty["calls"], empty["start"], empty["end"]) == ([], 0, 0)
    assert empty["next_page_uri"] is None


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"PageSize": "1001"}, 20007),
        ({"PageSize": "many"}, 20001),
        ({"Page": "9" * 5_000}, 20001),
        ({"PageToken": "PA1"}, 21481),
        ({"StartTime>": "yesterday"}, 20001),
    ],
)
async def test_a_page_that_cannot_be_had_is_refused(
    rest: Rest, query: dict[str, str], code: int
) -> None:
    assert await rest.refused("GET", "Calls.json", params=query) == (400, code)


async def test_a_call_that_has_ended_may_be_forgotten(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml('<Say loop="0">好</Say>'))
    line = await phone.dial()
    await line.wait_for("say")
    assert await rest.refused("DELETE", f"Calls/{line.sid}.json") == (409, 20009)
    await line.hang_up()
    await rest.delete(f"Calls/{line.sid}.json")
    assert await rest.refused("GET", f"Calls/{line.sid}.json") == (404, 20404)


async def test_recording_of_a_running_call_can_be_paused_and_stopped(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml('<Say loop="0">好</Say>'))
    line = await phone.dial()
    await line.wait_for("say")
    made = await rest.create(
        f"Calls/{line.sid}/Recordings.json",
        RecordingChannels="dual",
        RecordingStatusCallback="http://app.test/recording",
    )
    assert (made["status"], made["channels"]) == ("in-progress", 2)
    assert made["source"] == "StartCallRecordingAPI"
    path = f"Calls/{line.sid}/Recordings/Twilio.CURRENT.json"
    assert (await rest.update(path, Status="paused"))["status"] == "paused"
    assert (await rest.update(path, Status="in-progress"))["status"] == "in-progress"
    stopped = await rest.update(path, Status="stopped")
    assert stopped["status"] == "stopped"
    told = await application.wait_for("/recording")
    assert told["RecordingStatus"] == "completed"
    assert await rest.refused("POST", path, Status="paused") == (404, 20404)


async def test_a_wrong_token_is_401(client: httpx2.AsyncClient, rest: Rest) -> None:
    for auth in (None, httpx2.BasicAuth(rest.account_sid, "wrong"), httpx2.BasicAuth("x", "y")):
        reply = await client.get(f"{rest.base}/Calls.json", auth=auth)
        assert reply.status_code == 401
        assert reply.json()["code"] == 20003
        assert reply.headers["www-authenticate"].startswith("Basic")


async def test_another_account_is_not_found(rest: Rest) -> None:
    other = "/2010-04-01/Accounts/AC" + "f" * 32
    assert await rest.refused("GET", f"{other}/Calls.json") == (404, 20404)


async def test_what_does_not_exist_is_20404(rest: Rest) -> None:
    for path in ("Calls/CA1.json", "Queues/QU1.json", "Trunks.json", "Messages/SM1.json"):
        assert await rest.refused("GET", path) == (404, 20404)


async def test_a_method_that_a_resource_does_not_have_is_20004(rest: Rest) -> None:
    for method, path in (("PUT", "Calls.json"), ("DELETE", "Queues.json"), ("PATCH", ".json")):
        where = f"{rest.base}{path}" if path == ".json" else path
        assert await rest.refused(method, where) == (405, 20004)


async def test_the_account_is_active(rest: Rest) -> None:
    account = await rest.get(f"{rest.base}.json")
    assert (account["sid"], account["status"]) == (rest.account_sid, "active")
    listed = await rest.get("/2010-04-01/Accounts.json", Status="active")
    assert listed["accounts"] == [account]
    assert (await rest.get("/2010-04-01/Accounts.json", Status="closed"))["accounts"] == []
    after = await rest.get("/2010-04-01/Accounts.json", PageToken=f"PA{rest.account_sid}")
    assert after["accounts"] == []


async def test_a_form_that_cannot_be_read_is_refused(
    client: httpx2.AsyncClient, rest: Rest
) -> None:
    reply = await client.post(
        f"{rest.base}/Calls.json",
        content=b"--x",
        headers={"Content-Type": "multipart/form-data"},
        auth=httpx2.BasicAuth(ACCOUNT, TOKEN),
    )
    assert (reply.status_code, reply.json()["code"]) == (400, 20001)
