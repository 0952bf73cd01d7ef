"""What programs read of the portal."""

from xml.etree import ElementTree

from hotline.portal.files import static_href
from tests.city import City

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"


async def test_robots_point_to_the_sitemap_and_keep_searches_out(open_city: City) -> None:
    lines = (await open_city.client.get("/robots.txt")).text.splitlines()
    assert "Disallow: /search" in lines
    assert any(line.startswith("Sitemap: http") for line in lines)


async def test_the_sitemap_names_every_published_service(open_city: City) -> None:
    answer = await open_city.client.get("/sitemap.xml")
    tree = ElementTree.fromstring(answer.content)
    places = [str(node.text) for node in tree.iter(f"{SITEMAP}loc")]
    services = [place for place in places if "/services/" in place]
    assert len(services) == 565
    assert len(places) == len(set(places))
    own = [place for place in places if place.startswith(f"{open_city.settings.address}/")]
    assert own == places


async def test_the_feed_is_atom_with_the_newest_changes_first(open_city: City) -> None:
    answer = await open_city.client.get("/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    tree = ElementTree.fromstring(answer.content)
    changed = [str(node.findtext(f"{ATOM}updated")) for node in tree.iter(f"{ATOM}entry")]
    assert len(changed) == 50
    assert changed == sorted(changed, reverse=True)
    assert tree.findtext(f"{ATOM}updated") == changed[0]
    assert tree.find(f"{ATOM}link[@rel='self']") is not None


async def test_the_portal_can_be_installed(open_city: City) -> None:
    manifest = (await open_city.client.get("/portal/manifest.webmanifest")).json()
    assert manifest["start_url"] == "/"
    sizes = {icon["sizes"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= sizes
    for icon in manifest["icons"]:
        answer = await open_city.client.get(icon["src"])
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(icon["type"])


async def test_a_page_that_is_held_is_not_sent_again(open_city: City) -> None:
    packed = await open_city.client.get("/numbers")
    plain = await open_city.client.get("/numbers", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert packed.headers["etag"] != plain.headers["etag"]
    for held in (packed.headers["etag"], plain.headers["etag"], f"W/{packed.headers['etag']}", "*"):
        again = await open_city.client.get("/numbers", headers={"If-None-Match": held})
        assert (again.status_code, again.content) == (304, b"")
    other = await open_city.client.get("/numbers", headers={"If-None-Match": '"another"'})
    assert other.status_code == 200


async def test_style_and_script_are_sent_packed_and_kept_for_ever(open_city: City) -> None:
    for name in ("portal.css", "portal.js", "icons.svg"):
        answer = await open_city.client.get(static_href(name))
        assert answer.headers["content-encoding"] == "gzip"
        assert "immutable" in answer.headers["cache-control"]
        refused = await open_city.client.get(
            static_href(name), headers={"Accept-Encoding": "gzip;q=0"}
        )
        assert "content-encoding" not in refused.headers
        assert refused.content == answer.content
    assert (
        "content-encoding" not in (await open_city.client.get(static_href("icon-192.png"))).headers
    )


async def test_head_is_answered_like_get_without_a_body(open_city: City) -> None:
    answer = await open_city.client.head("/services/svc-id-lost")
    assert answer.status_code == 200
    assert answer.content == b""
