from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest

from hotline.matching.emergencies import UNFORESEEN, Emergency, SelfHarm, hear_emergency
from hotline.matching.emergency_ear import LINES
from hotline.matching.emergency_meaning import second_opinion, shipped_head
from hotline.matching.meaning import Meaning, is_installed, load_meaning
from hotline.matching.needs import split_needs
from hotline.matching.normalize import normalize
from hotline.matching.terms import Floats
from hotline.matching.training.meaning_head import CLASSES, turn_digest
from hotline.matching.wording import gist

NOTHING_ALARMING = "社保卡的密码忘了在哪改"
HEARD = Emergency("119", (), None, UNFORESEEN, ("冒烟",))
needs_meaning = pytest.mark.skipif(not is_installed(), reason="the extra `semantic` is missing")


def meant(line: str | None) -> Floats:
    """A vector that the head takes for this line, or for no emergency."""
    matrix = shipped_head().matrix
    pull = matrix[:, CLASSES.index(line)] - matrix.mean(axis=1)
    return np.asarray(pull / np.linalg.norm(pull), np.float32)


def unseen() -> list[tuple[str | None, str]]:
    rows = (Path(__file__).parent / "emergency_unseen.tsv").read_text(encoding="utf-8")
    split = [row.split("\t") for row in rows.splitlines() if not row.startswith("#")]
    return [(None if line == "-" else line, said) for line, said in split]


@pytest.mark.parametrize("line", LINES)
def test_a_meaning_that_is_surely_an_emergency_names_its_line(line: str) -> None:
    heard = second_opinion("说不清楚的一句话", [meant(line)], None)
    assert heard is not None
    assert heard.line == line
    assert heard.level is (SelfHarm.MEDIUM if line == "12356" else None)


def test_an_ordinary_meaning_raises_no_alarm() -> None:
    assert second_opinion(NOTHING_ALARMING, [meant(None)], None) is None


def test_the_most_alarming_of_several_needs_counts() -> None:
    heard = second_opinion("说不清楚的一句话", [meant(None), meant("120")], None)
    assert heard is not None
    assert heard.line == "120"


def test_long_ago_or_paperwork_is_no_emergency_whatever_the_sentence_means() -> None:
    assert second_opinion("去年着火的证明在哪开", [meant("119")], None) is None


def test_the_ear_alone_yields_to_a_calm_meaning_and_stands_otherwise() -> None:
    assert second_opinion("一句话", [meant(None)], HEARD) is None
    assert second_opinion("一句话", [meant("119")], HEARD) == HEARD


def test_rules_and_self_harm_are_never_overruled() -> None:
    rules = hear_emergency("我家着火了")
    weary = Emergency("12356", (), SelfHarm.MEDIUM, UNFORESEEN, ())
    assert rules is not None
    assert second_opinion("我家着火了", [meant(None)], rules) == rules
    assert second_opinion("一句话", [meant(None)], weary) == weary


def test_without_vectors_the_rules_decide() -> None:
    assert second_opinion("一句话", [], HEARD) == HEARD
    assert second_opinion("一句话", [], None) is None


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
def test_meaning_hears_more_emergencies_and_alarms_less_often() -> None:
    """The first, blind measurement: recall 0.75 and 9 false of 150 without, 0.80 and 7 with.

    Rules that were added afterwards, and a turn learned anew, made it 0.80 with 9 and 0.83 with 8.
    """
    meaning, cases = load_meaning(), unseen()
    without = [(line, hear_emergency(normalize(said))) for line, said in cases]
    with_it = [(line, opinion_on(meaning, said)) for line, said in cases]
    assert recall(with_it) >= max(recall(without) + 0.02, 0.78)
    assert false_alarms(with_it) < false_alarms(without) <= 9


def opinion_on(meaning: Meaning, said: str) -> Emergency | None:
    text = normalize(said)
    vectors = [meaning.utterance(gist(need)) for need in split_needs(text)]
    return second_opinion(text, vectors, hear_emergency(text))


def recall(heard: Iterable[tuple[str | None, Emergency | None]]) -> float:
    caught = [got is not None for line, got in heard if line]
    return sum(caught) / len(caught)


def false_alarms(heard: Iterable[tuple[str | None, Emergency | None]]) -> int:
    return sum(got is not None for line, got in heard if line is None)
