"""The training: it is reproducible, it learns, and its noise sounds like the original."""

from random import Random

import numpy as np

from hotline.matching.families import Field, worded_of
from hotline.matching.pinyin import fold, readings
from hotline.matching.sample import sample_entries, sample_sayings
from hotline.matching.training.calibrate import answer_line, calibrate, expected_error
from hotline.matching.training.frames import Frames, Question, held_out, measure
from hotline.matching.training.learn import accuracy, ranks
from hotline.matching.training.network import fit
from hotline.matching.training.noise import mishear, ramble


def test_misheard_text_sounds_like_the_original() -> None:
    text = "家里暖气不热了找谁来修"
    heard = mishear(text, 0.4, Random(3))
    assert heard != text
    kept = [fold(a) for a in readings(text)]
    assert set(map(fold, readings(heard))) <= set(kept)


def test_the_same_seed_mishears_the_same() -> None:
    assert mishear("身份证丢了", 0.5, Random(1)) == mishear("身份证丢了", 0.5, Random(1))
    assert mishear("身份证丢了", 0.0, Random(1)) == "身份证丢了"


def test_a_rambling_caller_still_says_the_need() -> None:
    assert "路灯坏了" in ramble("路灯坏了", Random(2))


def test_a_held_out_phrase_is_not_in_the_index_that_it_asks() -> None:
    families = [one for one in worded_of(sample_entries()[:60], {})]
    frames = held_out(families, 4, None, Random(1))
    assert len(frames.lengths) > 20
    closest = frames.rows[:, :, 1][frames.right]
    assert closest.max() < 1.0


def test_a_network_learns_to_put_the_right_one_first() -> None:
    random = np.random.default_rng(1)
    rows = random.normal(size=(400, 12, 6)).astype(np.float32)
    right = np.zeros((400, 12), np.bool_)
    right[np.arange(400), (rows[:, :, 2] - rows[:, :, 4]).argmax(axis=1)] = True
    frames = Frames(rows, np.ones((400, 12), np.bool_), right, np.ones(400, np.float32))
    network = fit(frames, np.ones(400, np.float32))
    places = ranks(frames, network.scores(frames.rows))
    assert accuracy(places)["top-1"] > 0.8


def test_calibration_recovers_the_odds() -> None:
    random = np.random.default_rng(2)
    signs = random.normal(size=(4000, 3)).astype(np.float32)
    truth = 1 / (1 + np.exp(-(1.5 * signs[:, 0] - 0.5)))
    right = random.random(4000) < truth
    line = calibrate(signs, right, np.ones(4000, np.float32))
    assert expected_error(line.confidence(signs), right) < 0.03


def test_the_answer_line_keeps_the_precision_asked_for() -> None:
    confidence = np.array([0.1, 0.4, 0.6, 0.9, 0.95], np.float32)
    right = np.array([False, True, False, True, True])
    line = answer_line(confidence, right, np.array([0.2], np.float32), precision=0.99)
    assert line == np.float32(0.9).round(3)


def test_every_family_is_found_by_its_own_name() -> None:
    families = list(worded_of(sample_entries(), sample_sayings()))
    asked = [
        Question(phrase.text, frozenset([family.family.key]))
        for family in families[::25]
        for phrase in family.phrases
        if phrase.field is Field.NAME
    ]
    frames = measure(families, asked, None)
    assert frames.right.any(axis=1).mean() > 0.95
