"""The public pages. Each reads the catalog in memory, decides by a pure view, and renders."""

from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from hotline.incidents.queries import Spoken
from hotline.matching.values import Context
from hotline.portal import (
    browse,
    entry_view,
    form_pages,
    machines,
    near_pages,
    news_pages,
    objection_pages,
    office_view,
    proxy_pages,
    report_pages,
    service_pages,
    sunshine_pages,
    track_pages,
    vendor_view,
    wrong_pages,
)
from hotline.portal.arriving import Arrived
from hotline.portal.display import COOKIE, own_path
from hotline.portal.district_map import district_map
from hotline.portal.office_map import is_on, office_map
from hotline.portal.proxy_view import may_be_carried
from hotline.portal.render import Page
from hotline.portal.search_view import LONGEST, search_view
from hotline.portal.structured import structured
from hotline.portal.texts import CHINESE, texts_of
from hotline.portal.tiles import around_each
from hotline.portal.visit import display_of
from hotline.settings import Settings

_ON_HOME = 12
_ON_SIGHT = 3
_A_HUNDRED = 100
_SUGGESTED = 8
_YEAR = 365 * 86_400


router = APIRouter(include_in_schema=False)
router.include_router(form_pages.router)
router.include_router(report_pages.router)
router.include_router(track_pages.router)
router.include_router(service_pages.router)
router.include_router(proxy_pages.router)
router.include_router(wrong_pages.router)
router.include_router(objection_pages.router)
router.include_router(near_pages.router)
router.include_router(news_pages.router)
router.include_router(sunshine_pages.router)


Shown = Callable[..., Awaitable[Response]]


def _page(path: str) -> Callable[[Shown], Shown]:
    """HEAD is answered too: link checkers and feed readers ask by it."""
    return router.api_route(path, methods=["GET", "HEAD"])


@_page("/")
async def show_home(visit: Arrived) -> Response:
    incidents, notices = visit.directory.incidents, visit.notices

    def make() -> Page:
        kinds = {kind: browse.categories_of(visit.catalog, kind) for kind in browse.KINDS}
        return visit.page(
            "home.html",
            incidents=incidents,
            announced=notices[:_ON_SIGHT],
            shelf=browse.most_asked(visit.catalog, _ON_HOME),
            life_events=browse.life_events().values(),
            kinds=kinds,
        )

    return visit.kept(make, *_ids(incidents), *(f"{one.id}.{one.version}" for one in notices))


@_page("/search")
async def show_search(visit: Arrived) -> Response:
    """What was typed stands in no log and no history; for a minute its page lies in memory."""
    query = visit.request.query_params
    q = query.get("q", "").strip()[:LONGEST]
    names = {district.name for district in visit.catalog.districts}
    district = query.get("district") if query.get("district") in names else None
    if not q:
        return visit.own("search.html", view=None, q="", district=district)
    key = (visit.request.url.query, visit.display.cookie)
    page = visit.portal.searches.held(key, catalog=visit.catalog, moment=visit.moment)
    if page is None:
        understood = await visit.directory.understand(q, Context(district=district))
        view = search_view(visit.catalog, q, district, understood)
        made = visit.page("search.html", view=view, q=q, district=district)
        page = visit.portal.searches.keep(key, made, catalog=visit.catalog, moment=visit.moment)
    return visit.sent(page)


@_page("/portal/suggest")
async def suggest(visit: Arrived) -> Response:
    """While typing; the page works without it."""
    q = visit.request.query_params.get("q", "").strip()[:LONGEST]
    entries = visit.catalog.entries
    found = [entries[one.entry_id] for one in visit.directory.suggest(q) if one.entry_id in entries]
    items = [
        {"name": entry.name, "href": f"/services/{quote(entry.id)}"} for entry in found[:_SUGGESTED]
    ]
    return JSONResponse({"items": items}, headers={"Cache-Control": "private, max-age=60"})


@_page("/services/{entry_id}")
async def show_entry(visit: Arrived, entry_id: str) -> Response:
    entry = visit.catalog.entries.get(entry_id)
    if entry is None:
        return visit.missing(410 if entry_id in visit.catalog.withdrawn else 404)
    incidents = entry_view.incidents_about(entry, visit.directory.incidents)

    def make() -> Page:
        view = entry_view.entry_view(visit.catalog, entry, visit.moment)
        placed = [one.office for one in view.places if visit.is_on_map(one.office)]
        return visit.page(
            "entry.html", view=view, entry=entry, incidents=incidents,
            may_be_carried=may_be_carried(entry), is_on_map=visit.is_on_map,
            tiles_at=around_each(placed, visit.tiles),
            structured=structured(visit.catalog, view, visit.canonical),
        )  # fmt: skip

    return visit.kept(make, *_ids(incidents))


@_page("/most-asked")
async def show_most_asked(visit: Arrived) -> Response:
    def make() -> Page:
        shelf = browse.most_asked(visit.catalog, _A_HUNDRED)
        return visit.page("most_asked.html", shelf=shelf)

    return visit.kept(make)


@_page("/categories")
async def show_categories(visit: Arrived) -> Response:
    def make() -> Page:
        kinds = {kind: browse.categories_of(visit.catalog, kind) for kind in browse.KINDS}
        return visit.page("categories.html", kinds=kinds)

    return visit.kept(make)


@_page("/categories/{category}")
async def show_category(visit: Arrived, category: str) -> Response:
    groups = browse.groups_of(visit.catalog, category)
    if not groups:
        return visit.missing()
    return visit.kept(
        lambda: visit.page("listing.html", heading=category, key="category", groups=groups)
    )


@_page("/life/{event_key}")
async def show_life_event(visit: Arrived, event_key: str) -> Response:
    event = browse.life_events().get(event_key)
    if event is None:
        return visit.missing()
    groups = browse.life_groups(visit.catalog, event)
    return visit.kept(
        lambda: visit.page("listing.html", heading=event_key, key="life", groups=groups)
    )


@_page("/departments")
async def show_departments(visit: Arrived) -> Response:
    sections = office_view.sections(visit.catalog)
    return visit.kept(lambda: visit.page("departments.html", sections=sections))


@_page("/departments/{office_key}")
async def show_department(visit: Arrived, office_key: str) -> Response:
    office = visit.catalog.offices.get(office_key)
    if office is None or office.tier != "unit":
        return visit.missing()

    def make() -> Page:
        handled = browse.handled_by(visit.catalog, office_key)
        return visit.page(
            "department.html",
            office=office,
            above=visit.catalog.offices.get(office.belongs_to or ""),
            is_on_map=visit.is_on_map,
            tiles_at=around_each([office] if visit.is_on_map(office) else [], visit.tiles),
            groups=browse.grouped(handled, by="first"),
        )

    return visit.kept(make)


@_page("/departments/{office_key}/map.svg")
async def show_office_map(visit: Arrived, office_key: str) -> Response:
    office = visit.catalog.offices.get(office_key)
    sketch = district_map(visit.catalog.city.key)
    if office is None or sketch is None or not is_on(sketch, office):
        return visit.missing()
    title = texts_of(CHINESE).t("office.map_of", name=office.name)
    drawn = office_map(sketch, office, title=title)
    return visit.kept(lambda: Page.of(drawn, media_type="image/svg+xml"))


@_page("/districts/{district_key}")
async def show_district(visit: Arrived, district_key: str) -> Response:
    district = office_view.district_by_key(visit.catalog, district_key)
    if district is None:
        return visit.missing()

    def make() -> Page:
        view = office_view.district_view(visit.catalog, district)
        return visit.page("district.html", view=view, district=district)

    return visit.kept(make)


@_page("/vendors")
async def show_vendors(visit: Arrived) -> Response:
    def make() -> Page:
        sections = vendor_view.services_on_offer(visit.catalog, visit.moment)
        counts = vendor_view.firm_counts(visit.catalog, visit.moment)
        return visit.page("vendors.html", sections=sections, firm_counts=counts)

    return visit.kept(make)


@_page("/vendors/firms/{category}")
async def show_firms(visit: Arrived, category: str) -> Response:
    """Who they are, what they ask, on which papers, and what residents say."""
    counts = vendor_view.firm_counts(visit.catalog, visit.moment)
    if category not in counts:
        return visit.missing()

    def make() -> Page:
        firms = vendor_view.firms_of(visit.catalog, category, visit.moment)
        return visit.page("firms.html", firms=firms, category=category, firm_counts=counts)

    return visit.kept(make)


@_page("/numbers")
async def show_numbers(visit: Arrived) -> Response:
    return visit.kept(lambda: visit.page("numbers.html"))


@_page("/about")
async def show_about(visit: Arrived) -> Response:
    return visit.kept(lambda: visit.page("about.html"))


@_page("/offline")
async def show_offline(visit: Arrived) -> Response:
    """What an installed portal shows where there is no network."""
    return visit.kept(lambda: visit.page("offline.html"))


@_page("/portal/display")
async def choose_display(request: Request) -> Response:
    """Keeps the choice in a cookie for a year and goes back to where it was made."""
    chosen = display_of(request)
    settings: Settings = request.state.settings
    response = RedirectResponse(own_path(request.query_params.get("back")), status_code=303)
    response.set_cookie(
        settings.cookie_name(COOKIE),
        chosen.cookie,
        max_age=_YEAR,
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@_page("/portal/manifest.webmanifest")
async def show_manifest(visit: Arrived) -> Response:
    return visit.kept(lambda: machines.manifest(visit.catalog, visit.texts))


@_page("/robots.txt")
async def show_robots(visit: Arrived) -> Response:
    return visit.kept(lambda: machines.robots(visit.request.state.settings.address))


@_page("/sitemap.xml")
async def show_sitemap(visit: Arrived) -> Response:
    address = visit.request.state.settings.address
    return visit.kept(lambda: machines.sitemap(visit.catalog, address))


@_page("/feed.atom")
async def show_feed(visit: Arrived) -> Response:
    address = visit.request.state.settings.address
    return visit.kept(lambda: machines.changed_services(visit.catalog, visit.texts, address))


def _ids(incidents: Iterable[Spoken]) -> Iterable[str]:
    """What is announced now is shown now: it makes another page of the same minute."""
    return (str(one.id) for one in incidents)
