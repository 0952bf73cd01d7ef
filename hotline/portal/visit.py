"""One visit of a page: who answers it, how it shall look, and what every page shows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response

from hotline import clock
from hotline.announcements.queries import Notice
from hotline.conversation.live_directory import CityDirectory
from hotline.portal.allowance import Allowance
from hotline.portal.badge_photos import BadgePhotos
from hotline.portal.catalog import Catalog, Office
from hotline.portal.challenge import Sign
from hotline.portal.device import COOKIE as DEVICE
from hotline.portal.device import device_of
from hotline.portal.display import COOKIE, Display, read_display
from hotline.portal.district_map import WIDE, district_map
from hotline.portal.hours_text import door, door_text, hours_text
from hotline.portal.limits import Limit, Sender
from hotline.portal.loading import Shelves
from hotline.portal.office_map import is_on
from hotline.portal.render import KeptPages, Page, render
from hotline.portal.texts import Texts, texts_of
from hotline.portal.tiles import TileServer
from hotline.settings import Settings
from hotline.vault import Vault

_DIAL = str.maketrans("", "", " -()")
_SEARCHED, _LONGEST = ("q", "district"), 200


@dataclass(slots=True)
class Portal:
    """What the portal keeps between visits; lives on the application."""

    shelves: Shelves = field(default_factory=Shelves)
    pages: KeptPages = field(default_factory=KeptPages)
    searches: KeptPages = field(default_factory=lambda: KeptPages(500))
    """What was found for the same words, for a minute and in memory alone."""
    badges: BadgePhotos = field(default_factory=BadgePhotos)
    reports: Limit = field(default_factory=lambda: Limit(10, timedelta(hours=1)))
    """Tickets of one sender."""
    failures: Limit = field(default_factory=lambda: Limit(10, timedelta(minutes=15), crowd=3))
    """Wrong numbers and codes of one sender; a crowd is no reason to let many be tried."""
    acts: Limit = field(default_factory=lambda: Limit(30, timedelta(hours=1)))
    """What one sender does with tickets: ratings, remarks, pressing."""
    guesses: Allowance = field(default_factory=lambda: Allowance(20, timedelta(days=1)))
    """Wrong codes for one number, from wherever they come."""
    words: Allowance = field(default_factory=lambda: Allowance(10, timedelta(days=1)))
    """What is said about one ticket: ratings, remarks, pressing."""
    reproofs: Limit = field(default_factory=lambda: Limit(10, timedelta(hours=1)))
    """What one sender tells to be wrong with entries."""
    objections: Limit = field(default_factory=lambda: Limit(5, timedelta(hours=1)))
    """What one sender has against firms on notice."""
    orders: Limit = field(default_factory=lambda: Limit(5, timedelta(hours=1)))
    """Orders and wishes to be called of one sender."""
    numbers: Allowance = field(default_factory=lambda: Allowance(3, timedelta(hours=1)))
    """The same for one telephone number, so that nobody is rung up by strangers' doing."""
    posts: Allowance = field(default_factory=lambda: Allowance(100_000, timedelta(minutes=1)))
    """All forms that were sent, from wherever they come."""


@dataclass(frozen=True, slots=True)
class Visit:
    request: Request
    portal: Portal
    catalog: Catalog
    display: Display
    moment: datetime

    @property
    def texts(self) -> Texts:
        return texts_of(self.display.language)

    def page(self, template: str, *, status: int = 200, **view: Any) -> Page:
        shown = {"catalog": self.catalog, **frame(self.request, self.display, self.catalog), **view}
        shown |= clockwork(self.texts, self.moment)
        return Page.of(render(template, shown), status=status)

    def kept(self, make: Callable[[], Page], *more: str) -> Response:
        """The page as it was made this minute for anybody who reads it the same way."""
        key = (self.request.url.path, self.display.cookie, *more)
        page = self.portal.pages.page(key, catalog=self.catalog, moment=self.moment, make=make)
        return page.answer(self.request)

    def own(self, template: str, *, status: int = 200, **view: Any) -> Response:
        """A page for this reader alone: kept by nobody."""
        return self.sent(self.page(template, status=status, **view))

    def sent(self, page: Page) -> Response:
        response = page.answer(self.request, is_shared=False)
        # Under `no-referrer` browsers say `Origin: null` for our own forms, as for foreign ones.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    @property
    def tiles(self) -> TileServer | None:
        return TileServer.of(self.request.state.settings)

    @property
    def directory(self) -> CityDirectory:
        """The ears of the calls, as they are now."""
        held: CityDirectory = self.request.state.directory.of_city(self.catalog.city_id)
        return held

    @property
    def canonical(self) -> str:
        """The one address of this page in this language, without what else was asked of it."""
        return canonical_of(page_at(self.request), self.texts)

    def is_on_map(self, office: Office) -> bool:
        return is_on(district_map(self.catalog.city.key), office)

    @property
    def place_names(self) -> list[str]:
        """What somebody may name as a place, offered while it is written."""
        known = self.directory.facts.places
        return list(dict.fromkeys(one.name for one in known if one.kind not in WIDE))

    @property
    def notices(self) -> list[Notice]:
        """What departments announce now to whoever reads the portal."""
        return [one for one in self.directory.notices_now() if one.is_on_portal]

    @property
    def sender(self) -> Sender:
        """Who sends a form, for limits; never written down."""
        address = self.request.client.host if self.request.client else ""
        kept = self.request.cookies.get(self.device_cookie)
        return Sender(address, device_of(kept, self.moment, self.signing(DEVICE)))

    @property
    def device_cookie(self) -> str:
        settings: Settings = self.request.state.settings
        return settings.cookie_name(DEVICE)

    def signing(self, purpose: str) -> Sign:
        """The key of the vault is the same on every node."""
        vault: Vault = self.request.state.database.carried["vault"]
        return lambda text: vault.blind(text, purpose=f"portal {purpose}")

    def missing(self, status: int = 404) -> Response:
        return self.own("problem.html", status=status, reason=str(status))


def portal_of(request: Request) -> Portal:
    state = request.app.state
    if not hasattr(state, "portal"):
        state.portal = Portal()
    portal: Portal = state.portal
    return portal


def display_of(request: Request) -> Display:
    settings: Settings = request.state.settings
    kept = request.cookies.get(settings.cookie_name(COOKIE))
    return read_display(kept, request.query_params)


def problem_page(request: Request, status: int) -> Response:
    """An error in the look of the portal; it asks nothing of the database."""
    display = display_of(request)
    known = (
        status if status in (403, 404, 410, 422, 429, 500, 503) else 404 if status < 500 else 500
    )
    view = frame(request, display, None) | clockwork(texts_of(display.language), clock.now())
    text = render("problem.html", view | {"catalog": None, "reason": str(known)})
    return Page.of(text, status=status).answer(request, is_shared=False)


def frame(request: Request, display: Display, catalog: Catalog | None) -> dict[str, Any]:
    """What the header and the footer of every page need."""
    texts = texts_of(display.language)
    city = catalog.city if catalog else None
    hotline = (city.phone if city else None) or "114"
    path = request.url.path
    return {
        "t": texts.t,
        "zh": texts.zh,
        "named": texts.named,
        "display": display,
        "hotline": hotline,
        "city_name": texts.named(city.short_name) if city else "",
        "path": path,
        "page_at": page_at(request),
        "canonical": canonical_of(page_at(request), texts),
        "site": request.state.settings.address,
        "choose": _chooser(_back(request)),
        "tel": tel,
        "district_href": district_href,
        "is_sample": request.state.is_sample_city,
        "tiles": TileServer.of(request.state.settings),
    }


def page_at(request: Request) -> str:
    """Where a page stands in Chinese, and in whatever language a reader keeps."""
    return f"{request.state.settings.address}{quote(request.url.path)}"


def canonical_of(address: str, texts: Texts) -> str:
    return address if texts.is_chinese else f"{address}?lang={texts.language}"


def clockwork(texts: Texts, moment: datetime) -> dict[str, Any]:
    """Hours in words, and doors that are open or closed at the moment of the visit."""
    return {
        "local": clock.local,
        "hours": lambda written: hours_text(written, texts),
        "door": lambda written: door(written, moment),
        "door_text": lambda state: door_text(state, moment, texts),
    }


def tel(number: str) -> str:
    return f"tel:{number.translate(_DIAL)}"


def district_href(district: Office) -> str:
    return f"/districts/{district.key.removeprefix('district-')}"


def _back(request: Request) -> str:
    """Here, with what was searched: another choice in the address would win over the new one, and
    a page that is kept for all holds nothing of one reader's address.
    """
    asked = request.query_params
    kept = {name: asked[name][:_LONGEST] for name in _SEARCHED if asked.get(name)}
    is_search = request.url.path == "/search"
    return request.url.path + ("?" + urlencode(kept) if is_search and kept else "")


def _chooser(back: str) -> Callable[..., str]:
    """Links that change one thing of the display and come back here."""

    def href(**choice: str) -> str:
        return "/portal/display?" + urlencode({**choice, "back": back})

    return href
