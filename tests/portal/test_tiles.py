"""Tiles under the maps: reckoned by hand, only where they are configured, never of the world."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from hotline.db.embedded import EmbeddedPostgres
from hotline.portal.catalog import Office
from hotline.portal.city_map import city_map
from hotline.portal.datum import shifted
from hotline.portal.district_map import DistrictMap, district_map
from hotline.portal.near import Nearby, Standpoint
from hotline.portal.tiles import (
    HEIGHT,
    MOST,
    WIDTH,
    TileServer,
    around,
    around_each,
    corner_of,
    tile_at,
    under_sketch,
)
from hotline.settings import Datum, Settings
from tests.city import City
from tests.portal.conftest import Seen, city_with, office
from tests.portal.test_report import HTML, post

ORIGIN = "https://tiles.example:8443"
TEMPLATE = ORIGIN + "/{z}/{x}/{y}.png?style=7"
TILE = re.compile(re.escape(ORIGIN) + r"/(\d+)/(\d+)/(\d+)\.png\?style=7")
SOURCE = "© 某市测绘院 <审图号 1>"
WUDA = (39.5023, 106.7227)
TOLD = {"step": "1", "kind": "help", "text": "路灯不亮，晚上看不见路"}


def server(datum: Datum = Datum.WGS84) -> TileServer:
    return TileServer("https://t.example/{z}/{x}/{y}", "©", datum, "t.example")


def sketch() -> DistrictMap:
    found = district_map("city-wuhai")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("lat", "lon", "zoom", "column", "row"),
    [
        (0, 0, 0, 0.5, 0.5),
        (0, 0, 1, 1, 1),
        (0, 90, 2, 3, 2),
        # 286.75 / 360 * 1024; asinh(tan 39.5°) = ln(0.824336 + 1.295967) = 0.751559
        (39.5, 106.75, 10, 815.6444, 389.5149),
        # The edge of the map: asinh(tan 85.0511°) is pi.
        (85.0511288, -180, 3, 0, 0),
    ],
)
def test_a_place_lies_on_the_tile_that_the_formula_names(
    lat: float, lon: float, zoom: int, column: float, row: float
) -> None:
    assert tile_at(lat, lon, zoom) == pytest.approx((column, row), abs=1e-3)
    assert corner_of(column, row, zoom) == pytest.approx((lat, lon), abs=2e-3)


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        # The pairs that eviltransform's own tests hold: Shanghai, Shenzhen, Beijing.
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
        # Not in China: nothing is shifted.
        ((48.8566, 2.3522), (48.8566, 2.3522)),
    ],
)
def test_a_place_is_shifted_as_the_published_pairs_say(
    wgs: tuple[float, float], gcj: tuple[float, float]
) -> None:
    assert shifted(wgs, Datum.WGS84, Datum.GCJ02) == pytest.approx(gcj, abs=1e-9)
    assert shifted(gcj, Datum.GCJ02, Datum.WGS84) == pytest.approx(wgs, abs=1e-6)
    assert shifted(wgs, Datum.WGS84, Datum.WGS84) == wgs


@pytest.mark.parametrize("datum", list(Datum))
def test_the_place_is_the_middle_of_its_map_on_either_datum(datum: Datum) -> None:
    laid = around(*WUDA, server(datum))
    assert 1 <= len(laid) <= 6
    expected = tile_at(*shifted(WUDA, Datum.WGS84, datum), 14)
    (middle,) = [
        one
        for one in laid
        if one.x <= WIDTH / 2 < one.x + one.width and one.y <= HEIGHT / 2 < one.y + one.height
    ]
    assert middle.href == f"https://t.example/14/{int(expected[0])}/{int(expected[1])}"
    assert (WIDTH / 2 - middle.x) / 256 == pytest.approx(expected[0] % 1, abs=0.003)
    assert (HEIGHT / 2 - middle.y) / 256 == pytest.approx(expected[1] % 1, abs=0.003)
    assert min(one.x for one in laid) <= 0
    assert max(one.x + one.width for one in laid) >= WIDTH
    assert max(one.y + one.height for one in laid) >= HEIGHT


@pytest.mark.parametrize("scale", [1, 1.6, 4])
@pytest.mark.parametrize("datum", list(Datum))
def test_tiles_cover_the_sketch_without_gaps_and_are_few(datum: Datum, scale: float) -> None:
    known = sketch()
    laid = under_sketch(known, server(datum), scale=scale)
    assert 4 <= len(laid) <= MOST
    for x, y in ((1, 1), (known.width - 1, 1), (110, 237), (1, known.height - 1)):
        holding = [
            one
            for one in laid
            if one.x <= x < one.x + one.width and one.y <= y < one.y + one.height
        ]
        assert len(holding) == 1
    for one in laid:
        column, row = map(int, one.href.split("/")[-2:])
        corner = corner_of(column, row, int(one.href.split("/")[-3]))
        expected = known.pixel_at(*shifted(corner, datum, Datum.GCJ02))
        assert (one.x, one.y) == pytest.approx(expected, abs=0.5), "half a pixel of the sketch"


def test_a_page_asks_for_no_more_than_its_share() -> None:
    offices = [office(f"org-{n}", lat=39.5 + n / 100, lon=106.7) for n in range(9)]
    laid = around_each([*offices, office("org-nowhere")], server())
    assert 4 <= len(laid) < 9
    assert sum(map(len, laid.values())) <= MOST
    assert list(laid)[:4] == [one.key for one in offices][:4]
    assert around_each(offices, None) == {}


def test_the_map_of_what_is_near_asks_for_the_same_wherever_somebody_is() -> None:
    def drawn(lat: float, lon: float) -> tuple[Office, Any]:
        one = office("near", lat=lat, lon=lon)
        return one, city_map(sketch(), Standpoint(lat, lon), [Nearby(one, 0.0)], server())

    _, here = drawn(*WUDA)
    _, there = drawn(39.691, 106.823)
    assert here.tiles == there.tiles
    assert here.here != there.here
    assert here.here == here.offices
    aside = sketch().pixel_at(*shifted(WUDA, Datum.WGS84, Datum.GCJ02))
    assert here.here[0] == pytest.approx(aside, abs=0.06)
    assert drawn(31.2, 121.5)[1].here == ()


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("http://t.example/{z}/{x}/{y}.png", "https"),
        ("https://user:word@t.example/{z}/{x}/{y}.png", "密码"),
        ("https://{s}.t.example/{z}/{x}/{y}.png", "一个主机"),
        ("https://t.example, *.evil.example/{z}/{x}/{y}.png", "一个主机"),
        ("https:///{z}/{x}/{y}.png", "一个主机"),
        ("https://t.example/{z}/{x}.png", "各出现一次"),
        ("https://t.example/{z}/{x}/{y}/{y}.png", "各出现一次"),
        ("https://t.example/{z}/{x}/{y}{r}.png", "各出现一次"),
        ("https://t.example/{z}/{x}/{y}.png' *", "普通地址"),
        ("https://t.example/{z}/{x}/{y}.png#top", "普通地址"),
        ("https://t.example/{z}/{x}/{y}\n.png", "普通地址"),
    ],
)
def test_a_template_that_cannot_be_is_told_at_the_start(template: str, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault) as refused:
        Settings(tiles=template, tiles_attribution=SOURCE, tiles_datum=Datum.WGS84)
    assert refused.value.errors()[0]["loc"] == ("tiles",)


def test_tiles_need_their_source_and_their_datum() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(tiles=TEMPLATE)
    told = {str(one["loc"][0]): str(one["msg"]) for one in refused.value.errors()}
    assert set(told) == {"tiles_attribution", "tiles_datum"}
    assert all("还需要这一项" in words for words in told.values())
    whole = Settings(tiles=TEMPLATE, tiles_attribution=SOURCE, tiles_datum=Datum.GCJ02)
    assert whole.tiles_origin == ORIGIN
    assert Settings().tiles_origin == ""
    assert TileServer.of(Settings()) is None


@pytest.fixture(scope="session")
async def tiled_city(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[City]:
    """For tests that change nothing: a portal with tiles, started once."""
    told: dict[str, Any] = {
        "tiles": TEMPLATE, "tiles_attribution": SOURCE, "tiles_datum": Datum.GCJ02,
    }  # fmt: skip
    async with city_with(postgres, sample_template, new_name(), **told) as started:
        yield started


def tiles_of(page: str) -> list[str]:
    found = [str(one["href"]) for one in Seen(page).all("image")]
    assert [one for one in found if not TILE.fullmatch(one)] == []
    return found


@pytest.mark.parametrize("path", ["/services/svc-id-lost", "/departments/org-hukou"])
async def test_an_office_is_shown_on_tiles_with_their_source(tiled_city: City, path: str) -> None:
    answer = await tiled_city.client.get(path, headers=HTML)
    page = Seen(answer.text)
    assert 1 <= len(tiles_of(answer.text)) <= MOST
    maps = [one for one in page.all("svg") if one.get("class") == "place-map"]
    assert maps
    assert all(one["role"] == "img" and one["aria-label"] for one in maps)
    assert [one for one in page.all("img") if one.get("class") == "place-map"] == []
    assert page.text.count(SOURCE) == len(maps)
    assert "GCJ-02" in page.text
    assert "<审图号" not in answer.text


async def test_the_sketch_to_point_at_lies_over_tiles(tiled_city: City) -> None:
    answer = await post(tiled_city, "/report", TOLD)
    page = Seen(answer.text)
    assert 4 <= len(tiles_of(answer.text)) <= MOST
    (field,) = [one for one in page.all("input") if one.get("type") == "image"]
    assert "map-wuhai-lines.svg" in str(field["src"])
    assert field["alt"]
    lines = (await tiled_city.client.get(str(field["src"]))).text
    assert "<rect" not in lines
    assert lines.count("<path") == 3
    assert SOURCE in page.text
    assert "底图坐标 GCJ-02" in page.text
    assert not tiles_of((await post(tiled_city, "/report", TOLD | {"step": "2"})).text)


async def test_what_is_near_never_tells_the_server_of_tiles_where(tiled_city: City) -> None:
    wuda = await post(tiled_city, "/near", {"place": "乌达区巴音赛街道附近"})
    haibowan = await post(tiled_city, "/near", {"lat": "39.6735", "lon": "106.8178", "place": ""})
    assert tiles_of(wuda.text) == tiles_of(haibowan.text)
    assert 4 <= len(tiles_of(wuda.text)) <= MOST
    assert SOURCE in Seen(wuda.text).text
    assert len(wuda.content) <= 50_000
    far = await post(tiled_city, "/near", {"lat": "31.2", "lon": "121.5"})
    assert tiles_of(far.text) == []


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/", True), ("/near", True), ("/services/svc-id-lost", True), ("/nowhere", True),
     ("/console/", False), ("/api/v1/me", False)],
)  # fmt: skip
async def test_pages_alone_may_load_pictures_from_that_one_origin(
    tiled_city: City, path: str, allowed: bool
) -> None:
    policy = (await tiled_city.client.get(path, headers=HTML)).headers["content-security-policy"]
    parts = dict(one.strip().split(" ", 1) for one in policy.split(";"))
    own = "'self' data: blob:"
    assert parts["img-src"] == (f"{own} {ORIGIN}" if allowed else own)
    assert ORIGIN not in policy.replace(parts["img-src"], "")


async def test_readers_are_told_whom_their_browser_asks(tiled_city: City, open_city: City) -> None:
    tiled = Seen((await tiled_city.client.get("/about", headers=HTML)).text).text
    assert "tiles.example:8443" in tiled
    assert "除了地图的底图" in tiled
    plain = await open_city.client.get("/about", headers=HTML)
    assert "不向任何别的网站发送请求。" not in tiled
    assert "不向任何别的网站发送请求。" in Seen(plain.text).text
    assert "img-src 'self' data: blob:;" in plain.headers["content-security-policy"]


async def test_without_tiles_the_sketch_stays(open_city: City) -> None:
    near = await post(open_city, "/near", {"place": "乌达区巴音赛街道附近"})
    assert tiles_of(near.text) == []
    assert 'class="map-land"' in near.text
    assert len([one for one in Seen(near.text).all("circle") if one.get("r") == "3"]) == 20
    report = await post(open_city, "/report", TOLD)
    assert "map-wuhai.svg" in report.text
    assert tiles_of(report.text) == []
