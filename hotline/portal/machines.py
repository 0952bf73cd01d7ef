"""What programs read: the manifest, robots, the sitemap, the feed of changed services."""

import json
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from hotline.clock import LOCAL
from hotline.directory.entry import Entry
from hotline.portal import browse
from hotline.portal.catalog import Catalog
from hotline.portal.files import static_href
from hotline.portal.news import Channel, News, feed
from hotline.portal.render import Page
from hotline.portal.texts import Texts
from hotline.portal.visit import district_href

_SHUT = ("/api/", "/console", "/portal/display", "/search", "/v/")
_NEWEST = 50


def manifest(catalog: Catalog, texts: Texts) -> Page:
    """Installs on a phone's first screen, without an application store."""
    name = texts.t("site.name", city=texts.named(catalog.city.short_name))
    described = {
        "name": name,
        "short_name": texts.t("site.short_name"),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": texts.language,
        "background_color": "#f6f5f1",
        "theme_color": "#0b4f60",
        "icons": [
            {"src": static_href("icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": static_href("icon-512.png"), "sizes": "512x512", "type": "image/png"},
            {"src": static_href("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        ],
    }
    text = json.dumps(described, ensure_ascii=False)
    return Page.of(text, media_type="application/manifest+json")


def robots(address: str) -> Page:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _SHUT)]
    text = "\n".join([*lines, f"Sitemap: {address}/sitemap.xml", ""])
    return Page.of(text, media_type="text/plain; charset=utf-8")


def sitemap(catalog: Catalog, address: str) -> Page:
    dated = {f"/services/{quote(entry.id)}": entry.updated for entry in catalog.entries.values()}
    urls = [_url(address, path, "") for path in _paths(catalog)]
    urls += [_url(address, path, updated) for path, updated in dated.items()]
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{''.join(urls)}</urlset>\n"
    )
    return Page.of(text, media_type="application/xml; charset=utf-8")


def changed_services(catalog: Catalog, texts: Texts, address: str) -> Page:
    """The services that departments changed last."""
    newest = sorted(catalog.entries.values(), key=lambda entry: entry.updated, reverse=True)
    title = texts.t("feed.title", city=catalog.city.short_name)
    channel = Channel(title, catalog.city.name, address, "/feed.atom", "/categories")
    return feed(channel, [_as_news(entry, address) for entry in newest[:_NEWEST]])


def _as_news(entry: Entry, address: str) -> News:
    path, day = f"/services/{quote(entry.id)}", _day(entry.updated)
    return News(f"{address}{path}", path, entry.name, entry.summary, day, day)


def _paths(catalog: Catalog) -> Iterable[str]:
    yield from (
        "/",
        "/most-asked",
        "/categories",
        "/departments",
        "/near",
        "/vendors",
        "/numbers",
        "/announcements",
        "/sunshine",
        "/report",
        "/track",
        "/about",
    )
    yield from (district_href(district) for district in catalog.districts)
    yield from (f"/life/{key}" for key in browse.life_events())
    tops = dict.fromkeys(map(browse.top_of, catalog.entries.values()))
    yield from (f"/categories/{quote(top)}" for top in tops)
    units = (office for office in catalog.offices.values() if office.tier == "unit")
    yield from (f"/departments/{quote(office.key)}" for office in units)


def _url(address: str, path: str, updated: str) -> str:
    modified = f"<lastmod>{updated}</lastmod>" if updated else ""
    return f"<url><loc>{escape(address + path)}</loc>{modified}</url>\n"


def _day(day: str) -> datetime:
    return datetime.fromisoformat(day or "1970-01-01").replace(tzinfo=LOCAL)
