"""Every indicator by hand, and the page that describes them."""

import re
from pathlib import Path

import pytest

from hotline.stats.compute import value_of
from hotline.stats.kpi_page import as_markdown
from hotline.stats.kpis import every_kpi
from hotline.stats.measures import CUBES

# By hand: (sums of measures, the value that somebody with a pencil gets).
BY_HAND = {
    "connect_rate": ({"connected": 95, "inbound": 100}, 0.95),
    "answer_15": ({"answered_15": 40, "answered": 50}, 0.8),
    "service_level": ({"answered_in_target": 72, "answered": 80, "abandoned": 10}, 0.8),
    "abandon_rate": ({"abandoned": 3, "queued": 60}, 0.05),
    "average_wait": ({"wait_ms": 147_000, "answered": 10}, 14.7),
    "handle_time": ({"talk_ms": 1_500_000, "wrap_up_ms": 300_000, "answered": 10}, 180.0),
    "occupancy": ({"talking_ms": 60, "wrap_up_ms": 20, "ready_ms": 20}, 0.8),
    "shrinkage": (
        {"break_ms": 30, "ready_ms": 30, "talking_ms": 30, "wrap_up_ms": 10}, 0.3,
    ),
    "machine_share": ({"machine": 41, "inbound": 82}, 0.5),
    "direct_rate": ({"direct": 684, "valid": 1000}, 0.684),
    "first_contact": ({"direct_final": 600, "valid": 1000}, 0.6),
    "dispatch_on_time": ({"dispatch_in_time": 9, "dispatch_due": 12}, 0.75),
    "sign_on_time": ({"signed_in_time": 49, "dispatched": 50}, 0.98),
    "return_rate": ({"returned": 2, "dispatched": 50}, 0.04),
    "return_granted_rate": ({"return_granted": 1, "returned": 4}, 0.25),
    "on_time_rate": ({"due_met": 90, "due": 100, "due_open_today": 4}, 90 / 96),
    "early_rate": ({"closed_early": 62, "closed": 100}, 0.62),
    "extension_rate": ({"closed_extended": 5, "closed": 100}, 0.05),
    "late_rate": ({"closed_late": 3, "closed": 100}, 0.03),
    "redo_rate": ({"closed_redone": 1, "closed": 125}, 0.008),
    "handling_time": ({"handled_seconds": 72_000, "closed": 4}, 5.0),
    "response_rate": ({"responded": 98, "assessed": 100}, 0.98),
    "resolved_rate": ({"resolved": 1273, "told": 1774}, 1273 / 1774),
    "satisfied_rate": ({"satisfied": 9, "rated": 12}, 0.75),
    "rated_share": ({"visit_rated": 11, "visit_due": 15}, 11 / 15),
    "visit_rate": ({"visited": 19, "visit_due": 20}, 0.95),
    "reached_rate": ({"visit_reached": 18, "visited": 19}, 18 / 19),
    "rating_level": ({"level_sum": 5 + 4 + 1, "rated": 3}, 10 / 3),
    "bad_rate": ({"bad": 3, "rated": 12}, 0.25),
    "rectified_rate": ({"bad_rectified": 2, "bad_first": 3}, 2 / 3),
    "unasked_share": ({"rated_unasked": 6, "rated": 12}, 0.5),
    "talk_satisfied_rate": ({"talk_satisfied": 19, "talk_rated": 20}, 0.95),
    "hit_rate": ({"hit": 91, "asked": 100}, 0.91),
    "entries_expired": ({"entries_stale": 1, "entries": 50}, 0.02),
    "entries_fresh": ({"entries_fresh": 48, "entries": 50}, 0.96),
    "quality_pass": ({"reviews_passed": 38, "reviews": 40}, 0.95),
    "composite": (
        {"responded": 98, "assessed": 100, "resolved": 9, "told": 10, "satisfied": 4, "rated": 5},
        0.1 * 0.98 + 0.4 * 0.9 + 0.5 * 0.8,
    ),
    "received": ({"received": 7}, 7),
    "inbound": ({"inbound": 8}, 8),
    "dispatched": ({"dispatched": 3}, 3),
    "closed": ({"closed": 2}, 2),
}  # fmt: skip


def test_every_indicator_was_computed_by_hand() -> None:
    assert set(BY_HAND) == set(every_kpi())


@pytest.mark.parametrize("key", BY_HAND)
def test_the_indicator_is_what_a_pencil_gets(key: str) -> None:
    sums, expected = BY_HAND[key]
    assert value_of(every_kpi()[key], sums).value == pytest.approx(expected)


@pytest.mark.parametrize("key", [key for key, kpi in every_kpi().items() if kpi.unit != "count"])
def test_without_a_sample_there_is_no_value(key: str) -> None:
    assert value_of(every_kpi()[key], {}).value is None


def test_a_score_needs_a_sample_of_each_part() -> None:
    sums = {"responded": 1, "assessed": 1, "resolved": 1, "told": 1}
    assert value_of(every_kpi()["composite"], sums).value is None


def test_an_indicator_is_made_of_measures_that_are_counted() -> None:
    counted = {measure for cube in CUBES for measure in cube.measures}
    counted |= {"due_open_today", "entries", "entries_stale", "entries_fresh"}
    counted |= {"reviews", "reviews_passed"}
    used = {term for kpi in every_kpi().values() for term in kpi.terms}
    assert used - counted == set()


@pytest.mark.parametrize(("name", "language"), [("kpis.md", "zh-CN"), ("kpis.en.md", "en")])
def test_the_docs_are_made_of_the_definitions(repository: Path, name: str, language: str) -> None:
    assert (repository / "docs" / name).read_text(encoding="utf-8") == as_markdown(language)


def test_every_definition_is_told_in_english_too() -> None:
    for kpi in every_kpi().values():
        told = (kpi.name_en, kpi.formula_en, kpi.excludes_en, kpi.source_en)
        assert all(words and not re.search(r"[\u4e00-\u9fff]", words) for words in told), kpi.key
