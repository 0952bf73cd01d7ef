"""What is told, how it is signed, when it is tried again: pure."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hotline.subscriptions.event_types import EVENT_TYPES, told
from hotline.subscriptions.retrying import DISABLED_AFTER, WAITS, is_dead, wait_after
from hotline.subscriptions.signing import headers, new_secret, signature

PERSONAL = {
    "title": "张三家暖气不热", "description": "电话138****2345", "caller_masked": "138****2345",
    "address_masked": "阳光小区*号楼", "assignee": {"id": "a", "name": "李四"},
    "item": {"note": "约好明天"}, "needs": "修水管", "vendor": {"name": "王五"},
    "announcement": "停水", "closing_message": "已修好", "area": "阳光小区",
}  # fmt: skip


def test_no_words_and_no_people_are_told_of_any_event() -> None:
    for name in EVENT_TYPES:
        content = told(name, "id-1", PERSONAL)
        assert not set(content) & set(PERSONAL), name


def test_who_holds_a_ticket_is_told_by_id_and_tier() -> None:
    payload = {"number": "1", "status": "to_sign",
               "custody": {"id": "u1", "name": "供热管理中心", "tier": "unit"}}  # fmt: skip
    assert told("ticket.moved", "t1", payload) == {
        "ticket_id": "t1", "number": "1", "status": "to_sign",
        "custody": {"organization_id": "u1", "tier": "unit"},
    }  # fmt: skip


def test_the_signature_is_what_the_specification_says() -> None:
    """The published example of Standard Webhooks."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_receiver_that_knows_either_secret_accepts_while_one_is_replaced() -> None:
    new, old = new_secret(), new_secret()
    sent = headers([new, old], "m1", 1_700_000_000, b"{}")
    for secret in (new, old):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        code = hmac.new(key, b"m1.1700000000.{}", sha256).digest()
        assert f"v1,{base64.b64encode(code).decode()}" in sent["webhook-signature"].split(" ")


@given(attempt=st.integers(1, 30), spread=st.floats(0, 1), asked=st.integers(0, 10**6))
def test_pauses_grow_and_end(attempt: int, spread: float, asked: int) -> None:
    wait = wait_after(attempt, asked, lambda: spread)
    if attempt > len(WAITS):
        assert wait is None
    else:
        assert wait is not None
        assert WAITS[attempt - 1] <= wait <= max(WAITS[attempt - 1] * 1.2, timedelta(hours=1))


def test_tries_go_on_for_about_three_days() -> None:
    assert timedelta(days=3) < sum(WAITS, timedelta()) < timedelta(days=4)


def test_a_subscription_is_dead_after_three_days_without_an_arrival() -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    moments: list[Any] = [None, now - DISABLED_AFTER + timedelta(seconds=1), now - DISABLED_AFTER]
    assert [is_dead(moment, now) for moment in moments] == [False, False, True]
