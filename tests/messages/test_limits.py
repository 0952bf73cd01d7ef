"""Who is texted, when, and how often."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline import clock
from hotline.messages.limits import SendLimits, may_be_texted, wait_for_number
from hotline.messages.night import by_day
from hotline.messages.states import SendState, is_forward
from hotline.messages.wording import LONGEST, message_texts, written

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
THREE = SendLimits(per_number=3)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+8613847312345", True),
        ("+8619912345678", True),
        ("+864732021234", False),  # a land line
        ("+8612345678901", False),
        ("+12025550123", False),
        ("+88213300655", False),  # satellite, premium
        ("12345", False),
        ("+86138473123456", False),
    ],
)
def test_only_mobile_numbers_of_the_country_are_texted(number: str, expected: bool) -> None:
    assert may_be_texted(number) is expected


def test_the_fourth_message_of_an_hour_waits_for_the_first_to_be_an_hour_old() -> None:
    sent = [NOW - timedelta(minutes=minutes) for minutes in (5, 20, 50)]
    assert wait_for_number(sent, NOW, THREE) == timedelta(minutes=10)
    assert wait_for_number(sent[:2], NOW, THREE) == timedelta()
    old = [NOW - timedelta(minutes=minutes) for minutes in (5, 20, 60)]
    assert wait_for_number(old, NOW, THREE) == timedelta()


def test_night_ends_at_eight_in_the_city() -> None:
    late = datetime(2026, 11, 23, 22, 30, tzinfo=clock.LOCAL)
    early = datetime(2026, 11, 24, 3, 0, tzinfo=clock.LOCAL)
    morning = datetime(2026, 11, 24, 8, 0, tzinfo=clock.LOCAL)
    assert by_day(late) == by_day(early) == by_day(morning) == morning
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=clock.LOCAL)
    assert by_day(noon) == noon


@pytest.mark.parametrize(
    ("now", "then", "expected"),
    [
        (SendState.SENDING, SendState.SENT, True),
        (SendState.SENT, SendState.DELIVERED, True),
        (SendState.SENT, SendState.SENT, False),
        (SendState.DELIVERED, SendState.SENT, False),
        (SendState.DELIVERED, SendState.FAILED, False),
        (SendState.FAILED, SendState.DELIVERED, False),
    ],
)
def test_a_late_report_never_leads_back(now: SendState, then: SendState, expected: bool) -> None:
    assert is_forward(now, then) is expected


def test_an_organization_s_own_words_come_first_and_no_message_is_endless() -> None:
    params = {"number": "1", "answer": "好" * 900}
    assert written("sms_ticket_replied", params, {}).startswith("【乌海114】工单1")
    assert len(written("sms_ticket_replied", params, {})) == LONGEST
    own = {"sms_ticket_replied": "【海勃湾】{number}：{answer}"}
    assert written("sms_ticket_replied", params, own).startswith("【海勃湾】1：好")


def test_every_template_is_signed() -> None:
    assert all(text.startswith("【") for text in message_texts().values())
