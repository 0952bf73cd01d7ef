"""The sketch of the districts: pointing at it chooses district and place, without scripts."""

import re
from xml.etree import ElementTree

import pytest

from hotline.portal.district_map import district_map, pointed_at
from hotline.portal.office_map import is_on, office_map
from tests.city import City
from tests.portal.conftest import Seen, office
from tests.portal.test_report import HTML, post

SVG = "{http://www.w3.org/2000/svg}"
TOLD = {"step": "2", "kind": "help", "text": "路灯不亮，晚上看不见路"}


def test_each_district_is_found_where_its_name_stands() -> None:
    sketch = district_map("city-wuhai")
    assert sketch is not None
    for name, (lat, lon) in {
        "海勃湾区": (39.691, 106.823), "乌达区": (39.506, 106.726), "海南区": (39.441, 106.891),
    }.items():  # fmt: skip
        x = (lon - sketch.west) / (sketch.east - sketch.west) * sketch.width
        y = (sketch.north - lat) / (sketch.north - sketch.south) * sketch.height
        assert sketch.district_at(x, y) == name
        assert sketch.degrees_at(x, y) == pytest.approx((lat, lon))
    assert sketch.district_at(1, 1) is None
    assert district_map("city-elsewhere") is None


def test_the_mark_of_an_office_stands_in_its_district() -> None:
    sketch = district_map("city-wuhai")
    assert sketch is not None
    wuda = office("org-x", name="某局<一>", district="乌达区", lat=39.5023, lon=106.7227)
    assert is_on(sketch, wuda)
    assert sketch.district_at(*sketch.pixel_at(39.5023, 106.7227)) == "乌达区"
    drawn = ElementTree.fromstring(office_map(sketch, wuda, title=wuda.name))
    assert drawn.findtext(f"{SVG}title") == "某局<一>"
    left, top, width, height = map(float, str(drawn.get("viewBox")).split())
    x, y = sketch.pixel_at(39.5023, 106.7227)
    assert left <= x <= left + width
    assert top <= y <= top + height
    assert 0 <= left <= sketch.width - width
    names = {str(one.text): float(str(one.get("y"))) for one in drawn.iter(f"{SVG}text")}
    assert names["乌达区"] >= y + 10
    assert names["海南区"] == sketch.labels["海南区"][1]
    assert not is_on(sketch, office("org-y"))
    assert not is_on(sketch, office("org-z", lat=31.2, lon=121.5))
    assert not is_on(None, wuda)


async def test_an_entry_shows_where_its_offices_are(open_city: City) -> None:
    page = Seen((await open_city.client.get("/services/svc-id-lost", headers=HTML)).text)
    maps = [str(one["src"]) for one in page.all("img") if one.get("class") == "place-map"]
    assert len(maps) == 3
    drawn = await open_city.client.get(maps[0])
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert ElementTree.fromstring(drawn.content).tag == f"{SVG}svg"
    nowhere = await open_city.client.get("/departments/org-nowhere/map.svg", headers=HTML)
    assert nowhere.status_code == 404


async def test_places_are_offered_while_they_are_written(open_city: City) -> None:
    page = Seen((await post(open_city, "/report", TOLD | {"step": "1"})).text)
    (field,) = [one for one in page.all("input") if one.get("id") == "place"]
    assert field["list"] == "places"
    offered = [str(one["value"]) for one in page.all("option")]
    assert {"滨河街道", "巴音赛街道"} <= set(offered)
    assert "海勃湾区" not in offered
    assert len(offered) == len(set(offered))


@pytest.mark.parametrize(
    ("x", "y", "pixel"),
    [("10", "20", (10, 20)), ("0", "0", None), ("", "", None), ("-1", "5", None), ("x", "1", None)],
)
def test_a_key_pressed_points_at_nothing(x: str, y: str, pixel: tuple[int, int] | None) -> None:
    assert pointed_at({"map.x": x, "map.y": y}) == pixel


async def pointed(city: City, x: int, y: int, **more: str) -> str:
    answer = await post(city, "/report", {**TOLD, **more, "map.x": str(x), "map.y": str(y)})
    assert answer.status_code == 200, answer.text
    page: str = answer.text
    return page


def place_in(page: str) -> str:
    (found,) = re.findall(r'id="place" name="place" value="([^"]*)"', page)
    return str(found)


async def test_pointing_chooses_the_district_and_proposes_a_place(open_city: City) -> None:
    sketch = district_map("city-wuhai")
    assert sketch is not None
    x = round((106.7227 - sketch.west) / (sketch.east - sketch.west) * sketch.width)
    y = round((sketch.north - 39.5023) / (sketch.north - sketch.south) * sketch.height)
    page = await pointed(open_city, x, y)
    assert re.search(r'value="乌达区" checked', page)
    assert place_in(page).endswith("附近")
    assert "地图上点的是乌达区" in page
    assert place_in(await pointed(open_city, x, y, place="供电局家属院")) == "供电局家属院"


async def test_beside_the_city_nothing_is_chosen(open_city: City) -> None:
    page = await pointed(open_city, 1, 1)
    assert "点到了本市以外" in page
    assert place_in(page) == ""
    on = await post(open_city, "/report", {**TOLD, "map.x": "0", "map.y": "0"})
    assert 'name="step" value="3"' in on.text, "Enter goes on as ever"
