"""How the documents that answer a text message are followed."""

import asyncio

import pytest
from starlette.responses import Response

from tests.carrier.application import Application, twiml
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest

RESIDENT = "+8615148300001"


async def answers(phone: Phone, rest: Rest, count: int) -> list[str]:
    """What the phone was answered, once there is so much of it."""
    await phone.client.post("/carrier/phone/messages", json={"from": RESIDENT, "body": "你好"})
    async with asyncio.timeout(10):
        while True:
            sent = (await rest.get("Messages.json", To=RESIDENT))["messages"]
            if len(sent) >= count:
                return sorted(item["body"] for item in sent)
            await asyncio.sleep(0.01)


async def test_a_redirect_leads_on_and_what_follows_it_does_not_count(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on(
        "/sms", twiml("<Message>一</Message><Redirect>/more</Redirect><Message>三</Message>")
    )
    application.on("/more", twiml("<Message>二</Message>"))
    assert await answers(phone, rest, 2) == ["一", "二"]
    asked = application.at("/more")[0]
    assert (asked["Body"], asked["From"]) == ("你好", RESIDENT)


async def test_redirects_for_ever_end_after_50_documents(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/sms", twiml("<Redirect>/sms</Redirect>"))
    await answers(phone, rest, 0)
    await application.wait_for("/sms", 50)
    await asyncio.sleep(0.1)
    assert len(application.at("/sms")) == 50


async def test_one_message_is_answered_by_ten_at_most(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/sms", twiml("<Message>好</Message>" * 12))
    assert await answers(phone, rest, 10) == ["好"] * 10


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response("{}", media_type="application/json"), "12300"),
        (Response("<Reply/>", media_type="text/xml"), "12102"),
        (Response("<Response>", media_type="text/xml"), "12100"),
        (Response(status_code=503), "11200"),
    ],
)
async def test_the_fallback_hears_why(
    phone: Phone, application: Application, rest: Rest, answer: Response, code: str
) -> None:
    (number,) = (await rest.get("IncomingPhoneNumbers.json"))["incoming_phone_numbers"]
    path = f"IncomingPhoneNumbers/{number['sid']}.json"
    await rest.update(path, SmsFallbackUrl="http://app.test/sorry")
    application.on("/sms", twiml("<Redirect>/broken</Redirect>"))
    application.on("/broken", answer)
    application.on("/sorry", twiml("<Message>请稍候</Message>"))
    assert await answers(phone, rest, 1) == ["请稍候"]
    asked = application.at("/sorry")[0]
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == (code, "http://app.test/broken")
