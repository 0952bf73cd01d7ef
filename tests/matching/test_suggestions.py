"""Suggestions while typing, from characters and from pinyin."""

import pytest

from hotline.matching.match import Matcher


@pytest.mark.parametrize("typed", ["gjj", "gongjijin", "gong ji jin", "GJJ", "公积金"])
def test_every_way_of_typing_leads_to_the_same_services(matcher: Matcher, typed: str) -> None:
    found = matcher.suggest(typed)
    assert found
    assert all("公积金" in "".join(_phrases(matcher, s.entry_id)) for s in found[:3])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("sfz", "身份证"), ("gjj", "公积金"), ("jsz", "驾驶证"), ("jzz", "居住证"), ("hk", "户口")],
)
def test_first_letters_stand_for_the_word_that_the_directory_says_most(
    matcher: Matcher, typed: str, meant: str
) -> None:
    found = matcher.suggest(typed, limit=3)
    assert all(meant in "".join(_phrases(matcher, s.entry_id)) for s in found)


def test_nothing_typed_suggests_nothing(matcher: Matcher) -> None:
    assert matcher.suggest("") == ()
    assert matcher.suggest("  ") == ()


def test_no_more_than_the_limit_best_first(matcher: Matcher) -> None:
    found = matcher.suggest("身份证", limit=3)
    assert len(found) == 3
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)


@pytest.mark.parametrize(
    "typed", ["\U00104653ê", "ä\x82\U00031e6c\U000d7784\U000ca870", "\U0001f9ff"]
)
def test_what_is_like_nothing_suggests_nothing(matcher: Matcher, typed: str) -> None:
    assert matcher.suggest(typed) == ()


def test_versions_of_one_service_are_suggested_once(matcher: Matcher) -> None:
    ids = [s.entry_id for s in matcher.suggest("结婚登记")]
    assert sum(entry_id.startswith("svc-marriage-reg-") for entry_id in ids) == 1


def test_words_that_no_phrase_contains_fall_back_to_the_nearest(matcher: Matcher) -> None:
    found = {s.entry_id for s in matcher.suggest("身份证掉了怎么补")}
    assert "svc-id-lost" in found


def _phrases(matcher: Matcher, entry_id: str) -> list[str]:
    shelf = matcher.index.base.shelf
    place = shelf.places[matcher.index.keys[entry_id]]
    return [shelf.phrase(i) for i in range(shelf.starts[place], shelf.ends[place])]
