"""What must hold of every ranking, whatever the weights."""

from dataclasses import replace

import pytest

from hotline.directory.entry import Entry
from hotline.matching.match import Matcher
from hotline.matching.sample import sample_entries
from hotline.matching.values import Channel, Context


@pytest.mark.parametrize(
    ("said", "entry"),
    [
        ("身份证丢了咋补", "svc-id-lost"),
        ("我想租个房子住", "svc-cv-rent"),
        ("马桶堵了找人通一下", "svc-cv-drain"),
        ("电梯里关住人了出不来", "svc-elevator-trap"),
    ],
)
def test_plain_needs_find_their_entry_first(matcher: Matcher, said: str, entry: str) -> None:
    assert matcher.match(said).results[0].entry_id == entry


def test_the_name_of_an_entry_finds_it(matcher: Matcher) -> None:
    entries = sample_entries()[::11]
    found = [matcher.match(e.name, Context(e.districts[0] if e.districts else None))
             for e in entries]  # fmt: skip
    right = sum(
        entry.id in {result.entry_id for result in heard.results[:3]}
        for entry, heard in zip(entries, found, strict=True)
    )
    assert right >= 0.95 * len(entries)


def test_misheard_characters_with_the_same_sound_are_found(matcher: Matcher) -> None:
    assert matcher.match("申份正丢了补半").results[0].entry_id == "svc-id-lost"


def test_results_are_at_most_five_best_first_and_distinct(matcher: Matcher) -> None:
    results = matcher.match("我家暖气不热没人来修").results
    ids = [result.entry_id for result in results]
    scores = [result.score for result in results]
    assert 1 <= len(results) <= 5
    assert len(set(ids)) == len(ids)
    assert scores == sorted(scores, reverse=True)


def test_scores_and_confidences_are_probabilities(matcher: Matcher) -> None:
    for result in matcher.match("路灯坏了黑乎乎的").results:
        assert 0 <= result.score <= 1
        assert 0 <= result.confidence <= 1


def test_the_same_words_always_give_the_same_answer(matcher: Matcher) -> None:
    first, second = matcher.match("孩子上学报名"), matcher.match("孩子上学报名")
    assert first.results == second.results


@pytest.mark.parametrize(
    ("district", "entry"),
    [
        ("海勃湾区", "svc-marriage-reg-hbw"),
        ("乌达区", "svc-marriage-reg-wd"),
        ("海南区", "svc-marriage-reg-hn"),
    ],
)
def test_the_district_known_beforehand_picks_the_version(
    matcher: Matcher, district: str, entry: str
) -> None:
    assert (
        matcher.match("登记结婚要带什么", Context(district=district)).results[0].entry_id == entry
    )


def test_the_district_said_outweighs_the_one_known(matcher: Matcher) -> None:
    heard = matcher.match("在乌达登记结婚要带什么", Context(district="海南区"))
    assert heard.district == "乌达区"
    assert heard.results[0].entry_id == "svc-marriage-reg-wd"


def test_versions_of_one_service_take_one_place(matcher: Matcher) -> None:
    ids = [result.entry_id for result in matcher.match("登记结婚要带什么").results]
    assert sum(entry_id.startswith("svc-marriage-reg-") for entry_id in ids) == 1


def test_an_incident_going_on_now_is_more_likely_meant(matcher: Matcher) -> None:
    said = "家里没水了"
    calm = {r.entry_id: r.score for r in matcher.match(said).results}
    expected = list(calm)[1]
    now = matcher.match(said, Context(incidents=frozenset([expected])))
    assert {r.entry_id: r.score for r in now.results}[expected] > calm[expected]
    context = [
        reason
        for result in now.results
        for reason in result.reasons
        if reason.channel is Channel.CONTEXT
    ]
    assert len(context) == 1


def test_every_result_explains_itself(matcher: Matcher) -> None:
    for result in matcher.match("下水道堵了").results[:2]:
        assert result.reasons
        weights = [reason.weight for reason in result.reasons]
        assert weights == sorted(weights, reverse=True)


def test_two_needs_are_split_and_both_are_found(matcher: Matcher) -> None:
    heard = matcher.match("身份证丢了要补，另外再问一下护照怎么办")
    assert len(heard.needs) == 2
    ids = {result.entry_id for result in heard.results}
    assert {"svc-id-lost", "svc-exit-passport"} <= ids


def test_an_entry_without_aliases_is_still_found() -> None:
    from hotline.matching.sample import sample_places

    plain = Entry(id="svc-x", kind="government", category="测试/测试", name="骆驼养殖登记")
    others = [replace(entry, aliases=()) for entry in sample_entries()[:40]]
    small = Matcher.build([plain, *others], sample_places())
    assert small.match("我想登记养骆驼").results[0].entry_id == "svc-x"
