"""An edit is found at once, and nobody waits for it."""

from dataclasses import replace
from time import perf_counter

from hotline.directory.entry import Entry
from hotline.matching.match import Matcher

CAMEL = Entry(
    id="svc-camel",
    kind="convenience",
    category="便民/出行",
    name="骆驼租赁",
    aliases=("租骆驼", "骑骆驼多少钱"),
    summary="租骆驼请说时间和地点。",
)


def first_of(matcher: Matcher, said: str) -> str | None:
    results = matcher.match(said).results
    return results[0].entry_id if results else None


def test_a_published_entry_is_found_and_the_old_matcher_stays_as_it_was(matcher: Matcher) -> None:
    changed = matcher.with_changes([CAMEL])
    assert first_of(changed, "我想租头骆驼") == "svc-camel"
    assert first_of(matcher, "我想租头骆驼") != "svc-camel"


def test_a_deleted_entry_is_found_no_more(matcher: Matcher) -> None:
    changed = matcher.with_changes([], ["svc-id-lost"])
    found = {result.entry_id for result in changed.match("身份证丢了").results}
    assert "svc-id-lost" not in found
    assert all(s.entry_id != "svc-id-lost" for s in changed.suggest("身份证丢"))


def test_an_edited_entry_loses_its_old_words_and_gains_the_new(matcher: Matcher) -> None:
    once = matcher.with_changes([CAMEL])
    balloon = replace(CAMEL, name="热气球体验", aliases=("坐热气球",), summary="热气球周末开放。")
    twice = once.with_changes([balloon])
    assert first_of(twice, "我想坐热气球") == "svc-camel"
    assert first_of(once, "租骆驼") == "svc-camel"
    assert first_of(twice, "租骆驼") != "svc-camel"


def test_a_deletion_of_a_new_entry_leaves_nothing(matcher: Matcher) -> None:
    gone = matcher.with_changes([CAMEL]).with_changes([], ["svc-camel"])
    assert all(r.entry_id != "svc-camel" for r in gone.match("租骆驼").results)


def test_changing_one_version_keeps_the_others(matcher: Matcher) -> None:
    from hotline.matching.values import Context

    changed = matcher.with_changes([], ["svc-marriage-reg-wd"])
    heard = changed.match("登记结婚", Context(district="海南区"))
    assert heard.results[0].entry_id == "svc-marriage-reg-hn"


def test_a_change_takes_a_fraction_of_the_second_it_may_take(matcher: Matcher) -> None:
    began = perf_counter()
    matcher.with_changes([CAMEL])
    assert perf_counter() - began < 1


def test_building_anew_gives_what_the_changes_gave(matcher: Matcher) -> None:
    changed = matcher.with_changes([CAMEL], ["svc-id-lost"])
    entries = changed.index.entries()
    ids = {entry.id for entry in entries}
    assert "svc-camel" in ids
    assert "svc-id-lost" not in ids
    anew = Matcher.build(entries, changed.places)
    assert first_of(anew, "租骆驼") == "svc-camel"


def test_many_changes_ask_for_building_anew(matcher: Matcher) -> None:
    many = [replace(CAMEL, id=f"svc-camel-{number}") for number in range(1001)]
    assert not matcher.is_crowded
    assert matcher.with_changes(many).is_crowded
