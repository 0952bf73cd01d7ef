"""The encoder: the graph is the one that is drawn, and what is near in meaning is near."""

from importlib.resources import files

import pytest

from hotline.matching.e5 import Model
from hotline.matching.meaning import LONGEST, is_installed
from hotline.matching.training.e5_graph import drawn

pytestmark = pytest.mark.skipif(not is_installed(), reason="the extra `semantic` is not installed")


@pytest.fixture(scope="module")
def model() -> Model:
    from hotline.matching.e5_file import load_model

    return load_model()


def test_the_graph_that_travels_is_the_one_that_is_drawn() -> None:
    assert (files("hotline.matching") / "e5.onnx").read_bytes() == drawn()


def test_a_vector_has_unit_length(model: Model) -> None:
    vector = model.embed("暖气不热", LONGEST)
    assert vector.shape == (384,)
    assert float(vector @ vector) == pytest.approx(1.0, abs=1e-5)


def test_what_means_the_same_is_nearer_than_what_shares_words(model: Model) -> None:
    cold, same, other = (
        model.embed(text, LONGEST)
        for text in ("家里的暖气一点都不热", "供暖温度不达标", "家里的电视一点都不清楚")
    )
    assert cold @ same > cold @ other


def test_the_end_of_what_is_too_long_is_not_read(model: Model) -> None:
    long = "我想问一下" * 20
    assert (model.embed(long + "暖气", LONGEST) == model.embed(long + "公积金", LONGEST)).all()


@pytest.mark.parametrize("text", ["", "\U0001f525", "ᠮᠣᠩᠭᠣᠯ", "hello", "\x00"])
def test_any_text_has_a_vector(model: Model, text: str) -> None:
    vector = model.embed(text, LONGEST)
    assert float(vector @ vector) == pytest.approx(1.0, abs=1e-5)
