from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest

from hotline.matching.emergencies import Emergency, SelfHarm, hear_emergency
from hotline.matching.emergency_ear import LINES
from hotline.matching.emergency_meaning import hear_with_meaning, shipped_head
from hotline.matching.meaning import Meaning, is_installed, load_meaning
from hotline.matching.needs import split_needs
from hotline.matching.normalize import normalize
from hotline.matching.terms import Floats
from hotline.matching.training.meaning_head import CLASSES, turn_digest
from hotline.matching.wording import gist, without_district

NOTHING_ALARMING = "社保卡的密码忘了在哪改"
DISTRICTS = ("海勃湾区", "乌达区", "海南区")
needs_meaning = pytest.mark.skipif(not is_installed(), reason="the extra `semantic` is missing")


def meant(line: str | None) -> Floats:
    """A vector that the head takes for this line, or for no emergency."""
    matrix = shipped_head().matrix
    pull = matrix[:, CLASSES.index(line)] - matrix.mean(axis=1)
    return np.asarray(pull / np.linalg.norm(pull), np.float32)


def read_cases(name: str) -> list[tuple[str | None, str]]:
    rows = (Path(__file__).parent / name).read_text(encoding="utf-8")
    split = [row.split("\t") for row in rows.splitlines() if not row.startswith("#")]
    return [(None if line == "-" else line, said) for line, said in split]


@pytest.mark.parametrize("line", LINES)
def test_a_meaning_that_is_surely_an_emergency_names_its_line(line: str) -> None:
    heard = hear_with_meaning("快点过来，说不清楚的一句话", [meant(line)])
    assert heard is not None
    assert heard.line == line
    assert heard.level is (SelfHarm.MEDIUM if line == "12356" else None)


def test_an_ordinary_meaning_raises_no_alarm() -> None:
    assert hear_with_meaning(NOTHING_ALARMING, [meant(None)]) is None


def test_the_most_alarming_of_several_needs_counts() -> None:
    heard = hear_with_meaning("快点过来，说不清楚的一句话", [meant(None), meant("120")])
    assert heard is not None
    assert heard.line == "120"


def test_long_ago_or_paperwork_is_no_emergency_whatever_the_sentence_means() -> None:
    assert hear_with_meaning("去年着火的证明在哪开", [meant("119")]) is None


def test_a_calm_meaning_silences_the_ear_but_not_the_rules() -> None:
    said = "地里来了两头不认识的牛"
    assert hear_with_meaning(said, [meant(None)]) is None
    for plain in ("我家着火了", "有人拿刀砍人", "我爸晕倒了叫不醒"):
        assert hear_with_meaning(plain, [meant(None)]) is not None


def test_without_vectors_rules_and_ear_decide() -> None:
    assert hear_with_meaning("我家着火了", []) == hear_emergency("我家着火了")
    assert hear_with_meaning(NOTHING_ALARMING, []) is None


def test_the_head_was_learned_on_the_vectors_that_ship() -> None:
    """When this fails, the turn was learned anew: run `scripts/train_emergencies`."""
    assert shipped_head().turn == turn_digest()


def test_the_head_takes_less_than_a_tenth_of_a_millisecond() -> None:
    vector = meant("119")
    fastest = 1.0
    for _ in range(50):
        began = perf_counter()
        shipped_head().scores(vector)
        fastest = min(fastest, perf_counter() - began)
    assert fastest < 1e-4


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("现在整条街都黑了", None),
        ("欠我工资不给我要去跳楼", "110"),
        ("这手续办得我要去跳楼了", None),
        ("变压器冒火花", "119"),
        ("去年变压器冒火花，现在想换一个", None),
    ],
)
def test_darkness_threats_to_jump_and_sparks(said: str, line: str | None) -> None:
    heard = hear_emergency(said)
    assert (heard and heard.line) == line


def test_a_threat_to_jump_over_wages_brings_police_ambulance_and_care() -> None:
    heard = hear_emergency("欠我工资不给我要去跳楼")
    assert heard is not None
    assert heard.level is SelfHarm.HIGH
    assert {heard.line, *heard.also} == {"110", "120", "12356"}


@needs_meaning
@pytest.mark.parametrize(
    ("name", "least_recall", "most_false"),
    [("emergency_unseen.tsv", 0.84, 0.05), ("emergency_blind.tsv", 0.85, 0.06)],
)
def test_meaning_hears_more_emergencies_that_nobody_trained_on(
    name: str, least_recall: float, most_false: float
) -> None:
    meaning, cases = load_meaning(), read_cases(name)
    without = [(line, hear_emergency(normalize(said))) for line, said in cases]
    with_it = [(line, opinion_on(meaning, said)) for line, said in cases]
    assert recall(with_it) >= max(recall(without), least_recall)
    assert false_alarms(with_it) <= most_false
    assert right_line(with_it) >= 0.9


def opinion_on(meaning: Meaning, said: str) -> Emergency | None:
    text = normalize(said)
    vectors = [
        meaning.utterance(without_district(gist(need), DISTRICTS)) for need in split_needs(text)
    ]
    return hear_with_meaning(text, vectors)


def recall(heard: Iterable[tuple[str | None, Emergency | None]]) -> float:
    caught = [got is not None for line, got in heard if line]
    return sum(caught) / len(caught)


def false_alarms(heard: Iterable[tuple[str | None, Emergency | None]]) -> float:
    calm = [got is not None for line, got in heard if line is None]
    return sum(calm) / len(calm)


def right_line(heard: Iterable[tuple[str | None, Emergency | None]]) -> float:
    """Either line is right where two are written."""
    caught = [got.line in line.split("/") for line, got in heard if line and got]
    return sum(caught) / len(caught)
