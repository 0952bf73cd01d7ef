"""Every page of the portal as a browser without scripts gets it."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.city import City
from tests.portal.conftest import Seen

PAGES = (
    "/", "/most-asked", "/categories", "/categories/户籍身份", "/life/birth", "/life/retirement",
    "/departments", "/departments/org-hukou", "/districts/wuda", "/vendors", "/numbers", "/about",
    "/near", "/services/svc-id-lost", "/services/svc-marriage-reg-wd", "/services/svc-cv-drain",
    "/services/svc-cp-wage", "/search?q=身份证丢了怎么补", "/search",
)  # fmt: skip
MOST_BYTES = 50_000
HTML = {"Accept": "text/html"}


async def seen(city: City, path: str, **more: str) -> Seen:
    answer = await city.client.get(path, headers=HTML | more)
    assert answer.status_code == 200, path
    return Seen(answer.text)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_small_named_and_has_one_heading_and_one_main(
    open_city: City, path: str
) -> None:
    answer = await open_city.client.get(path, headers=HTML)
    page = Seen(answer.text)
    assert answer.status_code == 200
    assert len(answer.content) <= MOST_BYTES
    assert [len(page.all(tag)) for tag in ("title", "h1", "main")] == [1, 1, 1]
    assert page.all("html")[0]["lang"] == "zh-CN"
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_runs_nothing_of_its_own_and_asks_nobody_else(
    open_city: City, path: str
) -> None:
    answer = await open_city.client.get(path, headers=HTML)
    page = Seen(answer.text)
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert page.all("style") == []
    assert [name for _, attributes in page.tags for name in attributes if name == "style"] == []
    assert [a for _, each in page.tags for a in each if a.startswith("on")] == []
    # Data for search engines stands in a script element that no browser runs.
    scripts = [one for one in page.all("script") if one.get("type") != "application/ld+json"]
    assert scripts
    assert [one for one in scripts if not str(one.get("src")).startswith("/portal/")] == []
    loaded = [
        str(each.get("href") or each.get("src"))
        for tag, each in page.tags
        if tag in ("img", "image", "script", "use")
        or (tag == "link" and each.get("rel") not in (None, "canonical"))
    ]
    own = urlsplit(open_city.url).netloc.rpartition(":")[2]
    foreign = [href for href in loaded if urlsplit(href).port not in (None, int(own))]
    assert loaded
    assert [href for href in foreign if not href.startswith("/")] == []


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_describes_itself_and_names_its_one_address(
    open_city: City, path: str
) -> None:
    page = await seen(open_city, path)
    (described,) = [one for one in page.all("meta") if one.get("name") == "description"]
    assert 8 <= len(str(described["content"])) <= 200
    links = {str(one.get("rel")): str(one["href"]) for one in page.all("link")}
    bare = path.partition("?")[0]
    assert unquote(links["canonical"]) == f"{open_city.settings.address}{bare}"
    english = await seen(open_city, bare, Cookie="")
    tongues = {
        one["hreflang"]: str(one["href"]) for one in english.all("link") if "hreflang" in one
    }
    own = await seen(open_city, urlsplit(tongues["en"]).path + "?lang=en")
    (canonical,) = [one["href"] for one in own.all("link") if one.get("rel") == "canonical"]
    assert canonical == tongues["en"]
    assert tongues["x-default"] == tongues["zh-CN"] == links["canonical"]


async def test_every_link_of_the_reading_pages_leads_somewhere(open_city: City) -> None:
    found = set[str]()
    for path in PAGES:
        page = await seen(open_city, path)
        found |= {link for link in page.links if link.startswith("/") and "display?" not in link}
    assert len(found) > 300
    ways = {link.partition("#")[0] for link in found}
    broken = [
        way
        for way in sorted(ways)
        if (await open_city.client.head(way, headers=HTML)).status_code != 200
    ]
    assert broken == []


async def test_an_entry_says_the_conclusion_first_and_whom_to_see(open_city: City) -> None:
    page = await seen(open_city, "/services/svc-id-lost")
    text = page.text
    assert text.index("身份证丢了先到派出所挂失补领") < text.index("办理步骤")
    for words in ("40元", "20个工作日", "居民身份证申领登记表", "最近核对", "拨打114"):
        assert words in text
    types = [each["itemtype"] for _, each in page.tags if each.get("itemtype")]
    assert types[0] == "https://schema.org/GovernmentService"
    assert "tel:04730001111" in page.links
    assert "tel:114" in page.links


async def test_a_service_that_each_district_does_itself_names_the_office_of_each(
    open_city: City,
) -> None:
    page = await seen(open_city, "/services/svc-id-lost")
    for name in ("海勃湾区分局", "乌达区分局", "海南区分局"):
        assert f"乌海市公安局{name}" in page.text


async def test_district_versions_link_to_each_other(open_city: City) -> None:
    page = await seen(open_city, "/services/svc-marriage-reg-wd")
    versions = {f"/services/svc-marriage-reg-{suffix}" for suffix in ("hbw", "wd", "hn")}
    assert versions <= set(page.links)
    current = [link for link in page.all("a") if link.get("aria-current") == "page"]
    assert [link["href"] for link in current] == ["/services/svc-marriage-reg-wd"]


async def test_vendors_are_shown_without_their_numbers_and_only_while_they_may_be_sent(
    open_city: City,
) -> None:
    page = await seen(open_city, "/services/svc-cv-drain")
    assert "排名不分先后" in page.text
    assert "元/次" in page.text
    assert "0473-000-4" not in page.text


async def test_english_has_its_own_words_and_marks_what_stays_chinese(open_city: City) -> None:
    page = await seen(open_city, "/services/svc-id-lost?lang=en")
    assert page.all("html")[0]["lang"] == "en"
    assert "Bring these" in page.text
    assert "办理步骤" not in page.text
    marked = [each for tag, each in page.tags if tag == "span" and each.get("lang") == "zh-CN"]
    assert len(marked) > 10


async def test_a_choice_leads_back_without_what_stood_in_the_address(open_city: City) -> None:
    page = await seen(open_city, "/numbers?lang=en&secret=7")
    backs = [link for link in page.links if "display?" in link]
    assert [link for link in backs if "back=%2Fnumbers" not in link or "secret" in link] == []
    assert "secret" not in (await open_city.client.get("/numbers?lang=en", headers=HTML)).text
    found = await seen(open_city, "/search?q=暖气&district=乌达区&theme=dark")
    (light,) = [link for link in found.links if "display?theme=light" in link]
    back = parse_qs(urlsplit(light).query)["back"][0]
    assert parse_qs(urlsplit(back).query) == {"q": ["暖气"], "district": ["乌达区"]}


async def test_the_choice_of_display_is_kept_in_a_cookie_and_leads_back(open_city: City) -> None:
    answer = await open_city.client.get(
        "/portal/display?size=large&theme=dark&back=/services/svc-id-lost"
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/services/svc-id-lost"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("portal=zh-CN.large.dark;")
    assert "httponly" in cookie.lower()
    page = await seen(open_city, "/numbers", Cookie="portal=en.large.dark")
    html = page.all("html")[0]
    assert (html["lang"], html["data-size"], html["data-theme"]) == ("en", "large", "dark")


@pytest.mark.parametrize("back", ["https://bad.example/", "//bad.example", "/\\bad.example", ""])
async def test_the_choice_of_display_leads_to_no_other_site(open_city: City, back: str) -> None:
    answer = await open_city.client.get("/portal/display", params={"size": "large", "back": back})
    assert answer.headers["location"] == "/"


async def test_a_page_that_is_known_already_is_not_sent_again(open_city: City) -> None:
    first = await open_city.client.get("/services/svc-id-lost", headers=HTML)
    again = await open_city.client.get(
        "/services/svc-id-lost", headers=HTML | {"If-None-Match": first.headers["etag"]}
    )
    assert first.headers["cache-control"] == "public, max-age=60"
    assert "Cookie" in first.headers["vary"]
    assert again.status_code == 304
    assert again.content == b""


async def test_people_get_a_page_where_nothing_is_and_programs_get_a_problem(
    open_city: City,
) -> None:
    for path in ("/nowhere", "/services/no-such-service", "/departments/x", "/life/x"):
        answer = await open_city.client.get(path, headers=HTML)
        assert answer.status_code == 404
        assert 'role="search"' in answer.text
        assert answer.headers["cache-control"] == "private, no-store"
    for path in ("/nowhere", "/api/v1/nothing"):
        answer = await open_city.client.get(path)
        assert answer.headers["content-type"] == "application/problem+json"
    hidden = await open_city.client.get("/api/v1/nothing", headers=HTML)
    assert hidden.headers["content-type"] == "application/problem+json"


async def test_files_are_kept_for_ever_under_the_name_of_their_content(open_city: City) -> None:
    page = await seen(open_city, "/")
    sheet = next(str(link["href"]) for link in page.all("link") if link.get("rel") == "stylesheet")
    answer = await open_city.client.get(sheet)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    old = await open_city.client.get(re.sub(r"static/[0-9a-f]+/", "static/000000000000/", sheet))
    assert "immutable" not in old.headers["cache-control"]
    assert (await open_city.client.get("/portal/static/x/pages.py")).status_code == 404
