"""Who is asked to take which caller."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hotline.queueing.choose_agent import (
    Free,
    Waiting,
    choose_agent,
    desks_in_reach,
    next_pair,
    seconds_to_overflow,
)

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
CITY, WUDA, HAINAN = (UUID(int=number) for number in (1, 2, 3))
STAFFED = frozenset({CITY, WUDA, HAINAN})


def waiting(number: int = 1, **more: object) -> Waiting:
    known: dict[str, object] = {
        "id": UUID(int=100 + number), "organization_id": CITY, "skill": "mandarin", "priority": 2,
        "entered_at": NOON + timedelta(seconds=number), "waited": 0.0,
    }  # fmt: skip
    return Waiting(**{**known, **more})  # type: ignore[arg-type]


def free(number: int = 1, desk: UUID = CITY, *skills: str, idle: int = 60) -> Free:
    return Free(
        UUID(int=200 + number), desk, frozenset(skills or ("mandarin",)),
        NOON - timedelta(seconds=idle),
    )  # fmt: skip


def test_the_longest_idle_agent_is_asked() -> None:
    agents = [free(1, idle=10), free(2, idle=300), free(3, idle=60)]
    assert choose_agent(waiting(), agents, STAFFED) == agents[1]


def test_nobody_is_asked_who_does_not_speak_the_language() -> None:
    caller = waiting(skill="mongolian")
    assert choose_agent(caller, [free(1)], STAFFED) is None
    able = free(2, CITY, "mandarin", "mongolian", idle=1)
    assert choose_agent(caller, [free(1), able], STAFFED) == able


def test_who_refused_is_not_asked_again() -> None:
    first, second = free(1, idle=300), free(2)
    caller = waiting(refused=frozenset({first.account_id}))
    assert choose_agent(caller, [first, second], STAFFED) == second


def test_another_desk_is_asked_only_after_its_time_and_after_the_own() -> None:
    own, other = free(1, CITY, idle=1), free(2, WUDA, idle=900)
    early = waiting(reach={WUDA: 20}, waited=19.0)
    assert choose_agent(early, [other], STAFFED) is None
    late = waiting(reach={WUDA: 20}, waited=20.0)
    assert choose_agent(late, [other], STAFFED) == other
    assert choose_agent(late, [other, own], STAFFED) == own


def test_a_desk_where_nobody_is_signed_in_overflows_at_once() -> None:
    caller = waiting(organization_id=HAINAN, reach={CITY: 10}, waited=0.0)
    assert desks_in_reach(caller, frozenset({CITY})) == {HAINAN, CITY}
    assert desks_in_reach(caller, frozenset({CITY, HAINAN})) == {HAINAN}


def test_emergencies_come_first_then_whoever_came_first() -> None:
    callers = [waiting(1), waiting(2), waiting(3, priority=0)]
    pair = next_pair(callers, [free(1)], STAFFED)
    assert pair is not None
    assert pair.waiting == callers[2]
    pair = next_pair(callers[:2], [free(1)], STAFFED)
    assert pair is not None
    assert pair.waiting == callers[0]


def test_a_caller_for_whom_nobody_is_free_does_not_block_those_behind() -> None:
    first, second = waiting(1, skill="mongolian"), waiting(2)
    pair = next_pair([first, second], [free(1)], STAFFED)
    assert pair is not None
    assert pair.waiting == second


def test_a_caller_of_one_agent_waits_for_that_agent() -> None:
    wanted, other = free(1, WUDA, idle=1), free(2, CITY, idle=900)
    caller = waiting(wanted=wanted.account_id)
    assert choose_agent(caller, [other], STAFFED) is None
    assert choose_agent(caller, [other, wanted], STAFFED) == wanted


def test_it_is_known_when_the_next_desk_may_be_asked() -> None:
    caller = waiting(reach={WUDA: 20, HAINAN: 40}, waited=25.0)
    assert seconds_to_overflow(caller) == 15.0
    assert seconds_to_overflow(waiting(reach={WUDA: 20}, waited=20.0)) is None


callers = st.lists(
    st.builds(
        waiting, st.integers(1, 40), priority=st.integers(0, 2), waited=st.floats(0, 60),
        skill=st.sampled_from(["mandarin", "mongolian"]), reach=st.just({WUDA: 20}),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)  # fmt: skip
agents = st.lists(
    st.builds(
        free, st.integers(1, 40), st.sampled_from([CITY, WUDA, HAINAN]),
        st.sampled_from(["mandarin", "mongolian"]), idle=st.integers(0, 900),
    ),
    max_size=8,
    unique_by=lambda one: one.account_id,
)  # fmt: skip


@given(callers, agents)
def test_a_pair_fits_and_nobody_before_it_could_be_served(
    line: list[Waiting], hall: list[Free]
) -> None:
    pair = next_pair(line, hall, STAFFED)
    order = sorted(line, key=lambda one: (one.priority, one.entered_at, one.id))
    served = [one for one in order if choose_agent(one, hall, STAFFED) is not None]
    if pair is None:
        assert served == []
        return
    assert pair.waiting == served[0]
    assert pair.waiting.skill in pair.agent.skills
    assert pair.agent.organization_id in desks_in_reach(pair.waiting, STAFFED)
