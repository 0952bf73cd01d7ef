"""What a client sends: requests, tokens, files, updates; and what never comes out again."""

import io

import pytest
from PIL import Image

from tests.opendata.conftest import Client, key_for, request_fields
from tests.opendata.georeport_schema import ERROR, flaws
from tests.portal.conftest import OwnCity


async def test_a_request_becomes_a_ticket_like_any_other(client: Client) -> None:
    number = await client.open(**{"attribute[temperature]": "14"})
    supervisor = await client.city.signed_in("supervisor-haibowan")
    (ticket,) = (await supervisor.get("/api/v1/tickets")).json()["items"]
    assert ticket["number"] == number
    assert ticket["subject"] == (await client.json("requests.json"))[0]["service_name"]
    assert (ticket["district"], ticket["caller_masked"]) == ("海勃湾区", "139****1234")
    assert "屋里现在多少度：14" in ticket["description"]


async def test_the_receipt_has_the_number_and_what_will_happen(client: Client) -> None:
    answer = await client.post("requests.xml", request_fields())
    assert answer.status_code == 201
    assert answer.text.count("<request>") == 1
    assert "<service_request_id>" in answer.text
    assert "个工作日" in answer.text
    assert "<account_id/>" in answer.text
    assert "<token>" not in answer.text


async def test_an_unsorted_request_gets_a_token_that_leads_to_its_number(client: Client) -> None:
    answer = await client.post("requests.json", request_fields(service_code="OTHER"))
    (receipt,) = answer.json()
    assert "service_request_id" not in receipt
    (found,) = await client.json(f"tokens/{receipt['token']}.json")
    assert found["token"] == receipt["token"]
    (row,) = await client.json(f"requests/{found['service_request_id']}.json")
    assert row["service_request_id"] == found["service_request_id"]


@pytest.mark.parametrize("key", ["", "wrong"])
async def test_without_a_good_key_nothing_is_written(client: Client, key: str) -> None:
    for path in ("requests.json", "servicerequestupdates.json"):
        answer = await client.post(path, request_fields(api_key=key))
        assert answer.status_code == 403
        assert [flaw for one in answer.json() for flaw in flaws(one, ERROR)] == []
        assert "api_key" in answer.json()[0]["description"]
    assert await client.json("requests.json") == []


async def test_a_key_may_travel_in_a_header(client: Client) -> None:
    answer = await client.city.client.post(
        "/open311/v2/requests.json", data=request_fields(), headers={"X-Api-Key": client.key}
    )
    assert answer.status_code == 201


async def test_a_key_that_was_taken_back_opens_nothing(client: Client) -> None:
    admin = await client.city.signed_in("admin-system")
    made = await admin.post("/api/v1/open-data/keys", json={"name": "甲", "contact": "乙"})
    assert made.status_code == 201, made.text
    client.key = made.json()["secret"]
    await client.open()
    listed = (await admin.get("/api/v1/open-data/keys")).json()["items"]
    assert listed[0]["key_tail"] == client.key[-4:]
    assert client.key not in str(listed)
    assert listed[0]["last_used_on"]
    gone = await admin.delete(f"/api/v1/open-data/keys/{listed[0]['id']}")
    assert gone.status_code == 204
    assert (await client.post("requests.json", request_fields())).status_code == 403


@pytest.mark.parametrize(
    ("fields", "status", "what"),
    [
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "NONE"}, 404, "service_code"),
        ({"jurisdiction_id": "elsewhere"}, 404, "jurisdiction_id"),
        ({"address_string": ""}, 400, "address_string"),
        ({"lat": "39.67"}, 400, "long"),
        ({"lat": "here", "long": "106.8"}, 400, "lat"),
        ({"lat": "31.2", "long": "121.5"}, 400, "坐标"),
        ({"address_id": "nowhere"}, 400, "address_id"),
        ({"description": "长" * 4001}, 400, "description"),
        ({"phone": "call me"}, 400, "phone"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
        ({"service_code": "A11-02-01"}, 400, "attribute[danger]"),
        ({"service_code": "A11-02-01", "attribute[danger]": "perhaps"}, 400, "attribute[danger]"),
        ({"attribute[temperature]": "warm"}, 400, "attribute[temperature]"),
    ],
)
async def test_what_is_wrong_is_told_and_opens_nothing(
    client: Client, fields: dict[str, str], status: int, what: str
) -> None:
    answer = await client.post("requests.json", request_fields(**fields))
    assert answer.status_code == status, answer.text
    assert any(what in one["description"] for one in answer.json())
    assert await client.json("requests.json") == []


async def test_several_faults_are_told_at_once(client: Client) -> None:
    fields = request_fields(phone="x", media_url="y", **{"attribute[temperature]": "z"})
    answer = await client.post("requests.json", fields)
    assert len(answer.json()) == 3


async def test_another_kind_of_body_is_refused(client: Client) -> None:
    answer = await client.city.client.post("/open311/v2/requests.json", json=request_fields())
    assert answer.status_code == 400


async def test_coordinates_alone_find_the_district(client: Client) -> None:
    places = {"lat": "39.5045", "long": "106.7226", "address_string": ""}
    await client.open(**places)
    (row,) = await client.json("requests.json", extensions="true")
    assert row["extended_attributes"]["district"] == "乌达区"


async def test_nothing_personal_comes_out(client: Client) -> None:
    secret = "我叫张伟明，电话13847312345，身份证150302199001011234，住3号楼2单元502室"
    await client.open(
        description=secret, lat="39.669812", long="106.811345",
        address_string="滨河街道林荫小区3号楼2单元502室", email="zhang@example.com",
        first_name="伟明", last_name="张", device_id="device-7",
    )  # fmt: skip
    for path in ("requests.json", "requests.xml", "servicerequestupdates.json"):
        shown = (await client.get(path, extensions="true")).text
        for private in ("张", "伟明", "138", "2345", "1503", "1234", "502", "3号楼", "zhang",
                        "device-7", "39.6698", "106.8113"):  # fmt: skip
            assert private not in shown, (path, private)
    (row,) = await client.json("requests.json")
    assert (row["lat"], row["long"]) == (39.67, 106.811)


async def test_confidential_tickets_and_informants_do_not_exist_here(client: Client) -> None:
    agent = await client.city.signed_in("agent-1")
    common = {"title": "油烟", "description": "饭店油烟大", "district": "海勃湾区"}
    for more in ({"kind": "help", "confidential": True}, {"kind": "report"}):
        answer = await agent.post("/api/v1/tickets", json=common | more)
        assert answer.status_code == 201, answer.text
        number = answer.json()["number"]
        assert (await client.get(f"requests/{number}.json")).status_code == 404
    plain = await agent.post("/api/v1/tickets", json=common | {"kind": "help"})
    shown = await client.json("requests.json")
    assert [row["service_request_id"] for row in shown] == [plain.json()["number"]]


async def test_a_photograph_travels_with_the_request(client: Client) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    files = {"media": ("lamp.jpg", picture.getvalue(), "image/jpeg")}
    answer = await client.post("requests.json", request_fields(), files=files)
    assert answer.status_code == 201, answer.text
    supervisor = await client.city.signed_in("supervisor-city")
    (ticket,) = (await supervisor.get("/api/v1/tickets")).json()["items"]
    kept = (await supervisor.get(f"/api/v1/tickets/{ticket['id']}/attachments")).json()["items"]
    assert [one["media_type"] for one in kept] == ["image/jpeg"]


async def test_a_file_that_is_no_picture_is_refused(client: Client) -> None:
    files = {"media": ("lamp.jpg", b"MZ\x90\x00 not a picture", "image/jpeg")}
    answer = await client.post("requests.json", request_fields(), files=files)
    assert answer.status_code == 400
    assert await client.json("requests.json") == []


async def test_an_update_is_added_once_to_an_own_request(client: Client) -> None:
    number = await client.open()
    fields = {
        "service_request_id": number, "description": "还是不热，我叫张伟", "update_id": "7",
        "status": "OPEN", "updated_datetime": "2026-11-25T10:00:00Z",
    }  # fmt: skip
    first = await client.post("servicerequestupdates.json", fields)
    again = await client.post("servicerequestupdates.json", fields)
    assert first.status_code == 201, first.text
    assert first.json() == again.json()
    supervisor = await client.city.signed_in("supervisor-city")
    (ticket,) = (await supervisor.get("/api/v1/tickets")).json()["items"]
    timeline = (await supervisor.get(f"/api/v1/tickets/{ticket['id']}/timeline")).json()["items"]
    remarks = [one["note"] for one in timeline if one["name"] == "ticket.commented"]
    assert len(remarks) == 1
    assert "张伟" not in remarks[0]


async def test_a_system_adds_nothing_to_what_it_did_not_send(
    client: Client, own_city: OwnCity
) -> None:
    number = await client.open()
    client.key = await key_for(own_city, "别的系统")
    fields = {"service_request_id": number, "description": "不是我的"}
    answer = await client.post("servicerequestupdates.json", fields)
    assert answer.status_code == 404


async def test_a_danger_is_answered_with_the_number_to_dial(client: Client) -> None:
    answer = await client.post("requests.json", request_fields(description="楼道着火了，冒烟"))
    assert "119" in answer.json()[0]["service_notice"]


async def test_a_key_opens_only_what_it_is_for_and_where(own_city: OwnCity) -> None:
    async with own_city.serve() as city:
        admin = await city.signed_in("admin-system")
        body = {
            "name": "乌达城管", "contact": "010", "scopes": ["requests"],
            "jurisdiction_id": "district-wuda",
        }  # fmt: skip
        made = (await admin.post("/api/v1/open-data/keys", json=body)).json()
        assert (made["scopes"], made["jurisdiction"]) == (["requests"], "district-wuda")
        wrong = await admin.post(
            "/api/v1/open-data/keys", json=body | {"jurisdiction_id": "org-house"}
        )
        assert wrong.status_code == 422
        service = (await city.client.get("/open311/v2/services.json")).json()[0]["service_code"]

        async def sent(path: str, **fields: str) -> int:
            answer = await city.client.post(
                f"/open311/v2/{path}.json", data={"api_key": made["secret"], **fields}
            )
            return answer.status_code

        told = {"service_code": service, "description": "路灯不亮", "address_string": "门前"}
        assert await sent("requests", **told) == 403
        assert await sent("requests", **told, jurisdiction_id="district-hainan") == 403
        assert await sent("requests", **told, jurisdiction_id="district-wuda") == 201
        elsewhere = told | {"address_string": "海勃湾区人民路", "lat": "39.67", "long": "106.82"}
        assert await sent("requests", **elsewhere, jurisdiction_id="district-wuda") == 400
        remark = {
            "service_request_id": "1",
            "description": "好",
            "jurisdiction_id": "district-wuda",
        }
        assert await sent("servicerequestupdates", **remark) == 403
