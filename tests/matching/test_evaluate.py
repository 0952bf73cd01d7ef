"""The output of `hotline match`, to the letter."""

import json

import pytest

from hotline.matching.evaluate import match_lines, unreadable
from hotline.matching.match import Matcher


def records(matcher: Matcher, *lines: object) -> list[dict[str, object]]:
    return list(match_lines(matcher, [json.dumps(line) for line in lines]))


def test_a_record_has_exactly_the_fields_of_the_interface(matcher: Matcher) -> None:
    (record,) = records(matcher, {"id": "1", "text": "身份证丢了"})
    assert list(record) == [
        "id", "decision", "emergency", "control", "district", "results", "ms",
    ]  # fmt: skip
    assert record["id"] == "1"
    assert isinstance(record["ms"], float)
    results = record["results"]
    assert isinstance(results, list)
    assert all(list(result) == ["entry_id", "score", "confidence"] for result in results)


def test_the_district_of_the_line_picks_the_version_and_is_not_echoed(matcher: Matcher) -> None:
    (record,) = records(matcher, {"id": "1", "text": "登记结婚", "district": "乌达区"})
    results = record["results"]
    assert isinstance(results, list)
    assert results[0]["entry_id"] == "svc-marriage-reg-wd"
    assert record["district"] is None


def test_an_emergency_keeps_its_results(matcher: Matcher) -> None:
    (record,) = records(matcher, {"id": "1", "text": "有人掉黄河里了快救人"})
    assert record["decision"] == "emergency"
    assert record["emergency"] in {"110", "119", "120"}
    assert record["results"]


def test_a_control_phrase_is_told(matcher: Matcher) -> None:
    (record,) = records(matcher, {"id": "1", "text": "转人工"})
    assert (record["decision"], record["control"]) == ("control", "human")


def test_blank_lines_and_missing_text_are_calm(matcher: Matcher) -> None:
    found = list(match_lines(matcher, ["", "  \n", '{"id": "2"}', '{"id": "3", "text": null}']))
    assert [record["id"] for record in found] == ["2", "3"]
    assert [record["decision"] for record in found] == ["agent", "agent"]


@pytest.mark.parametrize("given", ["a", 7, 1.5, None, True, ["x"]])
def test_the_id_comes_back_as_it_was_given(matcher: Matcher, given: object) -> None:
    (record,) = records(matcher, {"id": given, "text": "路灯坏了"})
    assert record["id"] == given
    assert type(record["id"]) is type(given)


@pytest.mark.parametrize("text", [114, 0, True, ["路灯坏了"], {"a": 1}, "好" * 5000])
def test_a_text_of_another_kind_is_calm(matcher: Matcher, text: object) -> None:
    (record,) = records(matcher, {"id": "1", "text": text})
    assert record["decision"] in {"answer", "confirm", "choose", "agent", "control"}


@pytest.mark.parametrize("district", ["火星区", "", 7, ["乌达区"], {"a": 1}])
def test_an_unknown_district_is_none(matcher: Matcher, district: object) -> None:
    asked = {"id": "1", "text": "登记结婚"}
    (without,) = records(matcher, asked)
    (record,) = records(matcher, asked | {"district": district})
    assert [record[name] for name in ("decision", "district", "results")] == [
        without[name] for name in ("decision", "district", "results")
    ]


def test_lines_that_are_no_objects_are_named_and_the_others_answered(matcher: Matcher) -> None:
    lines = [b'{"id": "1", "text": "a\xff"}', b"{broken", b"", b'"words"', b"[1]",
             '{"id": "6", "text": "路灯\u2028坏了"}\r'.encode()]  # fmt: skip
    assert unreadable(lines) == [1, 2, 4, 5]
    assert [record["id"] for record in match_lines(matcher, lines)] == ["6"]
