"""Documents that lead to one another for ever cost little and end with the call."""

import pytest

from hotline.carrier.pacing import BURST, Pace
from tests.carrier.application import Application, twiml
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest

ENDLESS = 80
ROUND = "<Redirect>/round</Redirect>"


def test_a_burst_is_free_and_then_one_a_second() -> None:
    pace = Pace()
    assert [pace.wait(100.0) for _ in range(BURST)] == [0.0] * BURST
    assert [pace.wait(100.0) for _ in range(3)] == [1.0, 2.0, 3.0]


def test_who_follows_one_a_second_is_never_slowed() -> None:
    pace = Pace()
    assert not any(pace.wait(float(second)) for second in range(1000))


def test_a_quiet_time_gives_the_burst_back() -> None:
    pace = Pace()
    assert pace.wait(0.0) == 0.0
    for _ in range(BURST):
        pace.wait(0.0)
    assert pace.wait(BURST * 3.0) == 0.0


@pytest.mark.parametrize(
    ("voice", "rounds"),
    [
        (ROUND, ROUND),
        (ROUND, f'<Gather timeout="0"/>{ROUND}'),
        (ROUND, '<Gather timeout="0" actionOnEmptyResult="true" action="/round"/>'),
        ('<Enqueue waitUrl="/round">support</Enqueue>', ROUND),
        (ROUND, "<Redirect>http://</Redirect>"),
    ],
    ids=["redirect", "gather", "action", "wait document", "fallback"],
)
async def test_a_loop_without_a_pause_is_slowed_down_and_can_be_left(
    phone: Phone, application: Application, voice: str, rounds: str
) -> None:
    application.on("/voice", twiml(voice))
    application.on("/round", twiml(rounds))
    application.on("/fallback", twiml(ROUND))
    clock = phone.carrier.exchange.clock
    began = clock.now()
    line = await phone.dial()
    await application.wait_for("/round", ENDLESS)
    assert clock.now() - began > ENDLESS - BURST - 2
    await line.hang_up()
    count = len(application.at("/round"))
    await line.wait_for("hangup")
    assert len(application.at("/round")) <= count + 1


async def test_an_endless_call_ends_with_its_longest_time(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/round", twiml(ROUND))
    await phone.ring("+8613800000001", "answer")
    made = await rest.create(
        "Calls.json",
        To="+8613800000001",
        From="+86473114",
        Url="http://app.test/round",
        TimeLimit="30",
    )
    acts = await phone.line(made["sid"]).over()
    assert acts[-1]["detail"] == {"by": "host"}
    assert (await rest.get(f"Calls/{made['sid']}.json"))["status"] == "completed"
