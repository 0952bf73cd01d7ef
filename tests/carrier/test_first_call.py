from tests.carrier.application import Application, twiml
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest


async def test_a_call_is_heard_in_order_and_ends_completed(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on(
        "/voice",
        twiml(
            '<Gather input="dtmf speech" numDigits="1" action="/turn" timeout="5">'
            '<Say language="cmn-CN" voice="Polly.Zhiyu-Neural">您好请讲</Say></Gather>'
        ),
    )
    application.on("/turn", twiml("<Say>再见</Say><Hangup/>"))
    line = await phone.dial()
    await line.wait_for("gather")
    assert await line.say("路灯坏了")
    acts = await line.over()
    assert [item["act"] for item in acts] == ["say", "gather", "say", "hangup"]
    assert (await rest.get(f"Calls/{line.sid}.json"))["status"] == "completed"
