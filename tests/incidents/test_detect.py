"""Many similar reports are one incident; few, or unlike ones, are none."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from hotline.incidents.detect import Report, raised_by
from hotline.incidents.rules import DEFAULT_RULES, Kind, Rule, quiet_for, read_rules

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HERE, ELSEWHERE = UUID(int=1), UUID(int=2)
RULES = (
    Rule(Kind.OUTAGE, 3, timedelta(minutes=30)),
    Rule(Kind.GROUP, 5, timedelta(hours=24)),
)


def report(minute: float = 0, caller: int = 0, **more: object) -> Report:
    given: dict[str, object] = {"district": HERE, "family": "svc-heat-repair"} | more
    at = NOON + timedelta(minutes=minute)
    return Report(id=uuid4(), at=at, caller=bytes([caller]), **given)  # type: ignore[arg-type]


def callers(count: int, every: float = 1.0, **more: object) -> list[Report]:
    return [report(minute=every * number, caller=number, **more) for number in range(count)]


def test_five_callers_in_half_an_hour_are_an_outage() -> None:
    reports = callers(5)
    raised = raised_by(reports[-1], reports[:-1], DEFAULT_RULES)
    assert raised is not None
    assert (raised.kind, raised.caller_count) == (Kind.OUTAGE, 5)
    assert raised.reports == tuple(reports)


def test_five_callers_over_a_day_are_a_group() -> None:
    reports = callers(5, every=300)
    raised = raised_by(reports[-1], reports[:-1], DEFAULT_RULES)
    assert raised is not None
    assert raised.kind is Kind.GROUP
    too_slow = callers(5, every=360)
    assert raised_by(too_slow[-1], too_slow[:-1], DEFAULT_RULES) is None


def test_another_district_another_trouble_do_not_count() -> None:
    there = callers(4, district=ELSEWHERE)
    other = callers(4, family="svc-lamp")
    assert raised_by(report(5, 9), [*there, *other], DEFAULT_RULES) is None


def test_the_class_unites_tickets_of_agents_with_calls_that_the_machine_took() -> None:
    by_agents = callers(3, family=None, subject="A01-01-01")
    by_machine = [report(4, 8), report(5, 9, subject="A01-01-01")]
    raised = raised_by(by_machine[1], [*by_agents, by_machine[0]], DEFAULT_RULES)
    assert raised is not None
    assert raised.caller_count == 5


def test_the_area_is_the_place_that_enough_callers_named() -> None:
    named = callers(5, places=("滨河街道",))
    raised = raised_by(named[-1], named[:-1], DEFAULT_RULES)
    assert raised is not None
    assert raised.place == "滨河街道"
    mixed = [*callers(4, places=("滨河街道",)), report(4, 4, places=("海达小区",))]
    raised = raised_by(mixed[-1], mixed[:-1], DEFAULT_RULES)
    assert raised is not None
    assert raised.place is None


def test_an_organizations_own_numbers_count_for_the_kinds_that_it_names() -> None:
    rules = read_rules([{"kind": "outage", "callers": 2, "minutes": 10}])
    assert rules == (Rule(Kind.OUTAGE, 2, timedelta(minutes=10)), DEFAULT_RULES[1])
    assert quiet_for(Kind.OUTAGE, rules) == timedelta(minutes=10)
    assert raised_by(report(1, 1), [report(0, 0)], rules) is not None
    assert raised_by(report(1, 1), [report(0, 0)], DEFAULT_RULES) is None


reports_of_a_day = st.lists(
    st.builds(
        report,
        minute=st.integers(0, 24 * 60),
        caller=st.integers(0, 7),
        district=st.sampled_from([HERE, ELSEWHERE]),
        family=st.sampled_from(["svc-heat-repair", "svc-lamp", None]),
        subject=st.sampled_from(["A01-01-01", None]),
        places=st.sampled_from([(), ("滨河街道",), ("海达小区", "滨河街道")]),
    ),
    min_size=1,
    max_size=25,
)


@given(reports_of_a_day)
def test_what_is_raised_meets_its_rule_and_nothing_unlike_is_in_it(reports: list[Report]) -> None:
    newest = reports[-1]
    raised = raised_by(newest, reports[:-1], RULES)
    if raised is None:
        assert not _meets_some_rule(newest, reports)
        return
    rule = next(rule for rule in RULES if rule.kind is raised.kind)
    moments = [one.at for one in raised.reports]
    assert len({one.caller for one in raised.reports}) >= rule.callers
    assert max(moments) - min(moments) < rule.window
    assert all(one is newest or one.is_like(newest) for one in raised.reports)
    if raised.place is not None:
        naming = {one.caller for one in raised.reports if raised.place in one.places}
        assert len(naming) >= rule.callers


@given(reports_of_a_day, st.randoms(use_true_random=False))
def test_the_order_in_which_reports_are_looked_at_changes_nothing(
    reports: list[Report], chance: object
) -> None:
    others = reports[:-1]
    shuffled = list(others)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert raised_by(reports[-1], shuffled, RULES) == raised_by(reports[-1], others, RULES)


@given(st.integers(1, 60))
def test_one_caller_alone_is_never_an_incident(count: int) -> None:
    reports = [report(minute=number % 20, caller=1) for number in range(count)]
    assert raised_by(reports[-1], reports[:-1], RULES) is None


@given(st.lists(st.integers(0, 29), min_size=5, max_size=5), st.integers(0, 4))
def test_whichever_report_is_looked_at_last_completes_the_incident(
    minutes: list[int], last: int
) -> None:
    """Jobs may run in another order than the calls came: the last one to run sees them all."""
    reports = [report(minute, caller) for caller, minute in enumerate(minutes)]
    newest = reports.pop(last)
    assert raised_by(newest, reports, DEFAULT_RULES) is not None


def _meets_some_rule(newest: Report, reports: Sequence[Report]) -> bool:
    """The definition, said slowly: some window with `newest` in reach holds enough callers."""
    like = [one for one in reports if one is newest or one.is_like(newest)]
    return any(
        len({one.caller for one in like if end.at - rule.window < one.at <= end.at}) >= rule.callers
        for rule in RULES
        for end in like
        if newest.at <= end.at < newest.at + rule.window
    )
