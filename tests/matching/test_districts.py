import json
from importlib.resources import files
from pathlib import Path

import pytest

from hotline.matching.districts import DistrictHeard, Gazetteer, Place

LISTING = Path(__file__).parent / "district_cases.tsv"
CASES = [row.split("\t") for row in LISTING.read_text(encoding="utf-8").splitlines()]


def sample_places() -> list[Place]:
    listing = files("hotline.directory") / "wuhai" / "places.jsonl"
    rows = [json.loads(row) for row in listing.read_text(encoding="utf-8").splitlines()]
    return [Place(r["name"], r["kind"], r["district"], tuple(r["aliases"])) for r in rows]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.build(sample_places())


@pytest.mark.parametrize(("district", "said"), [case for case in CASES if case[0] != "-"])
def test_a_district_said_or_implied_is_heard(
    gazetteer: Gazetteer, district: str, said: str
) -> None:
    heard = gazetteer.district_of(said)
    assert heard is not None
    assert heard.district == district


@pytest.mark.parametrize("said", [said for district, said in CASES if district == "-"])
def test_no_district_is_made_up(gazetteer: Gazetteer, said: str) -> None:
    assert gazetteer.district_of(said) is None


@pytest.mark.parametrize("place", [p for p in sample_places() if p.kind != "landmark"], ids=str)
def test_every_place_leads_to_its_district(gazetteer: Gazetteer, place: Place) -> None:
    heard = gazetteer.district_of(f"我住{place.name}这边，家里停水了")
    assert heard is not None
    assert heard.district == place.district


def test_the_place_is_marked_in_the_text(gazetteer: Gazetteer) -> None:
    said = "我家在公乌素镇，没水"
    assert gazetteer.district_of(said) == DistrictHeard("海南区", "公乌素镇", 3, 7)


def test_places_of_two_districts_prove_nothing(gazetteer: Gazetteer) -> None:
    assert gazetteer.district_of("文件落乌达家里了，捎到海勃湾来") is None


def test_the_district_s_name_decides_over_a_street_found_elsewhere(gazetteer: Gazetteer) -> None:
    heard = gazetteer.district_of("乌达区建设路没路灯")
    assert heard is not None
    assert heard.district == "乌达区"


def test_a_name_of_several_districts_proves_nothing() -> None:
    twins = [Place("东村", "village", "甲区"), Place("东村", "village", "乙区")]
    assert Gazetteer.build(twins).district_of("我住东村") is None


@pytest.mark.parametrize("said", ["", "乌" * 5000, "😀😀", "ᠮᠣᠩᠭᠣᠯ"])
def test_odd_input_has_no_district(gazetteer: Gazetteer, said: str) -> None:
    assert gazetteer.district_of(said) is None


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("我家停电了，我在滨河街道", "我家停电了"),
        ("滨河街道这边停电了", "停电了"),
        ("我家在滨河街道暖气不热", "暖气不热"),
        ("我家住林荫小区停水了", "停水了"),
        ("万达广场附近路灯坏了", "路灯坏了"),
        ("我住海勃湾区滨河街道", ""),
        ("滨河街道办事处电话多少", "滨河街道办事处电话多少"),
        ("海勃湾区法院立案", "海勃湾区法院立案"),
        ("在人民医院挂号", "在人民医院挂号"),
        ("人民公园的厕所堵了", "人民公园的厕所堵了"),
        ("公积金怎么提取", "公积金怎么提取"),
    ],
)
def test_where_somebody_is_is_not_what_they_need(
    gazetteer: Gazetteer, said: str, left: str
) -> None:
    assert gazetteer.without_whereabouts(said) == left
