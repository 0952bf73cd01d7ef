"""Offices near a named place, or near where a telephone says it is; nothing of it is kept."""

import pytest

from hotline.directory.models import Place
from hotline.portal.near import Standpoint, nearest, place_named, spot_of
from tests.city import City
from tests.portal.conftest import Seen, office
from tests.portal.test_report import post


def place(name: str, *aliases: str, lat: float = 39.5, lon: float = 106.7) -> Place:
    return Place(name=name, aliases=list(aliases), kind="community", lat=lat, lon=lon)


def test_the_longest_name_in_the_words_is_meant() -> None:
    places = [place("滨河"), place("滨河街道", "滨河办"), place("乌达区")]
    assert place_named("我在 滨河 街道办旁边", places) is places[1]
    assert place_named("滨河办对面", places) is places[1]
    assert place_named("北京", places) is None
    assert place_named("", places) is None


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"lat": "39.6", "lon": "106.8", "place": "滨河"}, Standpoint(39.6, 106.8)),
        ({"lat": "nan", "lon": "106.8", "place": "滨河"}, Standpoint(39.5, 106.7, "滨河")),
        ({"lat": "1e9", "lon": "106.8"}, None),
        ({"lat": "", "lon": "", "place": "火星"}, None),
    ],
)
def test_what_the_telephone_says_comes_first(
    fields: dict[str, str], found: Standpoint | None
) -> None:
    assert spot_of(fields, [place("滨河")]) == found


def test_the_nearest_comes_first_and_another_city_has_none() -> None:
    offices = [
        office("far", lat=39.7, lon=106.7), office("near", lat=39.51, lon=106.7),
        office("nowhere"), office("district", tier="district", lat=39.5, lon=106.7),
    ]  # fmt: skip
    found = nearest(offices, Standpoint(39.5, 106.7))
    assert [one.office.key for one in found] == ["near", "far"]
    assert found[0].kilometers == pytest.approx(1.11, abs=0.01)
    assert found[0].meters == 1100
    assert nearest(offices, Standpoint(31.2, 121.5)) == ()


async def test_offices_are_listed_by_a_place_in_words(open_city: City) -> None:
    answer = await post(open_city, "/near", {"place": "乌达区巴音赛街道附近"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    page = Seen(answer.text)
    offices = [link for link in page.links if link.startswith("/departments/")]
    assert len(offices) == 20
    assert "巴音赛街道附近" in page.text
    names = page.text[page.text.index("巴音赛街道附近") :]
    assert "乌达区" in names[:200]
    near = await post(open_city, "/near", {"lat": "39.6735", "lon": "106.8178", "place": ""})
    assert "您现在的位置附近" in near.text
    assert "106.8178" not in near.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [({"place": "火星"}, "没有找到这个地点"), ({"lat": "31.2", "lon": "121.5"}, "不在本市")],
)
async def test_what_is_not_here_is_told(open_city: City, fields: dict[str, str], told: str) -> None:
    answer = await post(open_city, "/near", fields)
    assert answer.status_code == 422
    assert told in answer.text
