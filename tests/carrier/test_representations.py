"""Resources as XML, which is the default, and as CSV."""

import csv
import io
from xml.etree import ElementTree

import pytest

from hotline.carrier.rest.representations import as_csv, as_xml
from tests.carrier.application import Application, twiml
from tests.carrier.conftest import ACCOUNT
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest

MESSAGE = {"To": "+8613800000001", "From": "+86473114", "Body": '您 <好> & "再见"'}


@pytest.mark.parametrize("ending", ["", ".xml"])
async def test_a_resource_without_an_ending_is_xml(rest: Rest, ending: str) -> None:
    made = await rest.create("Messages.json", **MESSAGE)
    reply = await rest.request("GET", f"Messages/{made['sid']}{ending}")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("application/xml")
    assert reply.text.startswith("<?xml version='1.0' encoding='UTF-8'?>")
    root = ElementTree.fromstring(reply.content)
    assert (root.tag, root[0].tag) == ("TwilioResponse", "Message")
    found = {part.tag: part.text for part in root[0]}
    assert (found["Sid"], found["Body"]) == (made["sid"], MESSAGE["Body"])
    assert found["ErrorCode"] is None
    assert found["Uri"] == made["uri"].removesuffix(".json")
    assert set(found) == {"".join(w.capitalize() for w in key.split("_")) for key in made}


async def test_a_list_tells_its_page_in_attributes(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml("<Hangup/>"))
    for _ in range(3):
        await (await phone.dial()).over()
    reply = await rest.request("GET", "Calls", params={"PageSize": "2"})
    listing = ElementTree.fromstring(reply.content)[0]
    assert (listing.tag, [item.tag for item in listing]) == ("Calls", ["Call", "Call"])
    assert listing.attrib["pagesize"] == "2"
    assert listing.attrib["previouspageuri"] == ""
    assert listing.attrib["nextpageuri"].startswith(f"/2010-04-01/Accounts/{ACCOUNT}/Calls?")
    rest_of_it = await rest.request("GET", listing.attrib["nextpageuri"])
    assert len(ElementTree.fromstring(rest_of_it.content)[0]) == 1


async def test_what_is_posted_there_is_done(rest: Rest, application: Application) -> None:
    made = await rest.request("POST", "Queues", FriendlyName="support")
    assert made.status_code == 201
    queue = ElementTree.fromstring(made.content)[0]
    assert (queue.tag, queue.findtext("FriendlyName")) == ("Queue", "support")
    gone = await rest.request("DELETE", f"Queues/{queue.findtext('Sid')}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await rest.get("Queues.json"))["queues"] == []


@pytest.mark.parametrize(
    ("method", "path", "fields", "status", "code"),
    [
        ("GET", "Calls/CA1", {}, 404, "20404"),
        ("GET", "Nothing", {}, 404, "20404"),
        ("PUT", "Calls", {}, 405, "20004"),
        ("POST", "Messages.xml", {"To": "+8613800000001", "Body": "x"}, 400, "21603"),
    ],
)
async def test_an_error_is_a_rest_exception(
    rest: Rest, method: str, path: str, *, fields: dict[str, str], status: int, code: str
) -> None:
    reply = await rest.request(method, path, **fields)
    assert reply.status_code == status
    error = ElementTree.fromstring(reply.content)[0]
    assert error.tag == "RestException"
    assert (error.findtext("Code"), error.findtext("Status")) == (code, str(status))
    assert ".json" not in (error.findtext("Message") or "")
    assert (error.findtext("MoreInfo") or "").endswith(code)


async def test_a_stranger_is_asked_who_he_is(phone: Phone) -> None:
    for path in ("Calls", "Calls.csv", "Nothing"):
        reply = await phone.client.get(f"/2010-04-01/Accounts/{ACCOUNT}/{path}")
        assert reply.status_code == 401
        assert reply.headers["www-authenticate"].startswith("Basic")


async def test_csv_has_a_header_and_a_row_for_each(rest: Rest) -> None:
    await rest.create("Messages.json", **MESSAGE)
    await rest.create("Messages.json", **MESSAGE | {"Body": "二"})
    reply = await rest.request("GET", "Messages.csv")
    assert reply.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert [row["Body"] for row in rows] == ["二", MESSAGE["Body"]]
    assert rows[0]["ErrorCode"] == ""


async def test_the_sound_of_a_recording_stays_without_an_ending(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml('<Record maxLength="2" action="/done"/>'))
    await (await phone.dial()).over()
    (recording,) = (await rest.get("Recordings.json"))["recordings"]
    path = f"Recordings/{recording['sid']}"
    assert (await rest.request("GET", path)).content.startswith(b"RIFF")
    described = await rest.request("GET", f"{path}.xml")
    assert ElementTree.fromstring(described.content)[0].findtext("Sid") == recording["sid"]


def test_nothing_that_xml_cannot_hold_gets_into_it() -> None:
    made = as_xml({"body": "a\x00b\ud83d", "is_muted": True, "parts": {"calls": "/x"}}, "Message")
    root = ElementTree.fromstring(made)
    assert root.findtext("Message/Body") == "ab"
    assert root.findtext("Message/IsMuted") == "true"
    assert root.findtext("Message/Parts/Calls") == "/x"


def test_an_empty_page_is_an_empty_list() -> None:
    page = {"calls": [], "page": 0, "first_page_uri": "/2010-04-01/Accounts/AC1/Calls.json?Page=0"}
    listing = ElementTree.fromstring(as_xml(page, ""))[0]
    assert (listing.tag, len(listing), listing.attrib["page"]) == ("Calls", 0, "0")
    assert listing.attrib["firstpageuri"] == "/2010-04-01/Accounts/AC1/Calls?Page=0"
    assert as_csv(page, "") == b""
