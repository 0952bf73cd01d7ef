"""A scorecard changes what an agent sees; nobody judges beyond the own desks."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.accounts.models import Account
from hotline.agents.models import Presence, Seat, Skill
from hotline.db import Database
from hotline.organizations.models import Organization
from hotline.stats.scoring import score, scorecard
from tests.city import City
from tests.stats.counting import make_call, make_queue

QUALITY = "/api/v1/stats/quality"
FULL: Mapping[str, int] = {one.key: one.points for one in scorecard().criteria}


@pytest.fixture
async def talk(database_of: Database) -> str:
    """A talk of the first agent that its caller was not satisfied with."""
    return await _talk_of(database_of, "agent-1")


async def _talk_of(database: Database, username: str) -> str:
    async with database.transaction() as session:
        account = (await session.scalars(select(Account).where(Account.username == username))).one()
        city_id = (await session.scalars(select(Organization.city_id).limit(1))).one()
        now = clock.now()
        session.add(
            Seat(
                account_id=account.id, organization_id=account.organization_id, city_id=city_id,
                display_name="话务员", state=Presence.OFFLINE, since=now, idle_since=now,
                takes_calls=True, skills=[Skill.MANDARIN], addresses=[], fence=0,
            )
        )  # fmt: skip
        queue = await make_queue(session, city_id)
        call = await make_call(
            session, queue, now, waited=5, talked=90, agent_id=account.id, level=1,
            district_id=None if account.organization_id == city_id else account.organization_id,
        )  # fmt: skip
        return str(call.id)


def test_the_card_adds_up_to_a_hundred() -> None:
    assert sum(FULL.values()) == 100
    assert (score(FULL, []).total, score(FULL, []).is_passed) == (100, True)


def test_twenty_points_less_still_pass_and_one_more_does_not() -> None:
    assert score({**FULL, "accuracy": 5}, []).is_passed
    assert not score({**FULL, "accuracy": 4}, []).is_passed


def test_a_fatal_fault_leaves_nothing() -> None:
    assert score(FULL, ["leak"]).total == 0


@pytest.mark.parametrize(
    "marks", [{}, {**FULL, "greeting": 11}, {**FULL, "greeting": -1}, {**FULL, "charm": 1}]
)
def test_marks_that_do_not_fit_are_refused(marks: Mapping[str, int]) -> None:
    with pytest.raises(ValueError, match="criterion"):
        score(marks, [])


async def test_a_scorecard_changes_what_an_agent_sees(serving: City, talk: str) -> None:
    supervisor = await serving.signed_in("supervisor-city")
    agent = await serving.signed_in("agent-1")
    assert (await agent.get(f"{QUALITY}/reviews")).json()["items"] == []
    sampled = (await supervisor.get(f"{QUALITY}/sample?rule=low_rating")).json()["items"]
    assert [one["call"]["id"] for one in sampled] == [talk]
    made = await _review(supervisor, talk, note="先复述地点，再给答复")
    assert (made["total"], made["is_passed"]) == (100, True)
    (seen,) = (await agent.get(f"{QUALITY}/reviews")).json()["items"]
    assert (seen["note"], seen["read_at"]) == ("先复述地点，再给答复", None)
    read = (await agent.post(f"{QUALITY}/reviews/{made['id']}/read")).json()
    assert read["read_at"] is not None
    other = await serving.signed_in("agent-2")
    assert (await other.get(f"{QUALITY}/reviews")).json()["items"] == []
    assert (await other.post(f"{QUALITY}/reviews/{made['id']}/read")).status_code == 404
    assert (await supervisor.get(f"{QUALITY}/sample?rule=low_rating")).json()["items"] == []


async def test_reviewing_twice_is_a_conflict(serving: City, talk: str) -> None:
    supervisor = await serving.signed_in("supervisor-city")
    await _review(supervisor, talk)
    again = await supervisor.post(f"{QUALITY}/reviews", json={"call_id": talk, "marks": FULL})
    assert (again.status_code, again.json()["code"]) == (409, "already_reviewed")
    passed = (await supervisor.get("/api/v1/stats/kpis")).json()["items"]
    rate = next(one["now"] for one in passed if one["key"] == "quality_pass")
    assert (rate["value"], rate["denominator"]) == (1.0, 1)


async def test_another_district_s_talks_are_not_judged(serving: City, talk: str) -> None:
    district = await serving.signed_in("supervisor-wuda")
    answer = await district.post(f"{QUALITY}/reviews", json={"call_id": talk, "marks": FULL})
    assert answer.status_code == 404
    agent = await serving.signed_in("agent-1")
    answer = await agent.post(f"{QUALITY}/reviews", json={"call_id": talk, "marks": FULL})
    assert answer.status_code == 403


async def test_reviewers_are_held_against_each_other(serving: City, database_of: Database) -> None:
    talk = await _talk_of(database_of, "agent-5")
    city = await serving.signed_in("supervisor-city")
    district = await serving.signed_in("supervisor-haibowan")
    offered = f"{QUALITY}/sample?rule=judged"
    assert (await district.get(offered)).json()["items"] == []
    await _review(city, talk)
    assert (await city.get(offered)).json()["items"] == []
    assert [one["call"]["id"] for one in (await district.get(offered)).json()["items"]] == [talk]
    await _review(district, talk, marks={**FULL, "accuracy": 4})
    seen = (await city.get(f"{QUALITY}/calibration")).json()
    (spread,) = seen["items"]
    assert (spread["totals"], spread["spread"], seen["mean_spread"]) == ([79, 100], 21, 21.0)
    other = await serving.signed_in("supervisor-wuda")
    assert (await other.get(f"{QUALITY}/calibration")).json()["items"] == []


async def _review(client: Any, call_id: str, **more: Any) -> Any:
    body = {"call_id": call_id, "marks": FULL, **more}
    answer = await client.post(f"{QUALITY}/reviews", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()
