"""One exchange with a client: its format, its jurisdiction, and how it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory import queries as directory
from hotline.opendata import keys
from hotline.opendata.georeport.arguments import Arguments
from hotline.opendata.georeport.documents import MEDIA_TYPES, Format, Plain, written
from hotline.opendata.georeport.faults import Fault, errors_of, no_key, too_many
from hotline.opendata.georeport.jurisdictions import Jurisdiction, asked_jurisdiction
from hotline.opendata.georeport.services import Service, services_of
from hotline.opendata.models import ApiKey, KeyScope
from hotline.organizations import queries as organizations
from hotline.portal.allowance import Allowance
from hotline.portal.catalog import Catalog
from hotline.portal.render import Page
from hotline.portal.report_ticket import portal_principal
from hotline.portal.visit import Visit
from hotline.principal import Principal

_LONG_KEPT = "public, max-age=300"
_ASKED_ANEW = "public, no-cache"
_KEY_HEADER = "x-api-key"


@dataclass(slots=True)
class OpenDoor:
    """What the interface keeps between requests; lives on the application."""

    writes: Allowance = field(default_factory=lambda: Allowance(60, timedelta(minutes=1)))
    """Requests and updates of one key."""
    strangers: Allowance = field(default_factory=lambda: Allowance(20, timedelta(minutes=15)))
    """Keys that opened nothing, from one address."""
    _services: tuple[Catalog, Mapping[str, Service]] | None = None

    async def services(self, session: AsyncSession, catalog: Catalog) -> Mapping[str, Service]:
        """Read once for each state of the directory."""
        if self._services is None or self._services[0] is not catalog:
            subjects = await directory.subjects(session, catalog.city_id)
            self._services = (catalog, services_of(subjects))
        return self._services[1]


@dataclass(frozen=True, slots=True)
class Exchange:
    visit: Visit
    door: OpenDoor
    as_format: Format
    arguments: Arguments

    @property
    def catalog(self) -> Catalog:
        return self.visit.catalog

    @property
    def request(self) -> Request:
        return self.visit.request

    @property
    def jurisdiction(self) -> Jurisdiction:
        """Raises Refused for one that is not here."""
        return asked_jurisdiction(self.catalog, self.arguments)

    async def district_id(self, session: AsyncSession) -> UUID | None:
        """The node of the asked district; None for the whole city."""
        district = self.jurisdiction.district
        if district is None:
            return None
        node = await organizations.district_node(session, self.catalog.city_id, district)
        return node.id if node else None

    async def everybody(self, session: AsyncSession, name: str = "Open311") -> Principal:
        """The hotline itself, which alone decides what is shown."""
        return await portal_principal(session, self.catalog, name)

    async def key(self, session: AsyncSession, scope: KeyScope) -> ApiKey:
        """Raises Refused without a key that is good here, and for one that is used too much.

        The key of a district is good where `jurisdiction_id` names that district.
        """
        address, now = self.visit.sender.address, self.visit.moment
        if self.door.strangers.is_used_up(address, now):
            raise too_many()
        secret = self.arguments.get("api_key") or self.request.headers.get(_KEY_HEADER, "")
        found = await keys.key_named(session, self.catalog.city_id, secret) if secret else None
        if found is None:
            self.door.strangers.use(address, now)
            raise no_key()
        is_elsewhere = found.jurisdiction_id not in (None, await self.district_id(session))
        if scope not in found.scopes or is_elsewhere:
            raise no_key()
        if self.door.writes.is_used_up(str(found.id), now):
            raise too_many()
        self.door.writes.use(str(found.id), now)
        return found

    def answer(
        self, root: str, value: Plain, *, status: int = 200, is_lasting: bool = False
    ) -> Response:
        page = Page.of(
            written(root, value, self.as_format),
            status=status,
            media_type=MEDIA_TYPES[self.as_format],
        )
        response = page.answer(self.request)
        if status == 200 and self.request.method != "POST":
            response.headers["Cache-Control"] = _LONG_KEPT if is_lasting else _ASKED_ANEW
        response.headers["Vary"] = "Accept, Accept-Encoding"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    def refuse(self, *faults: Fault) -> Response:
        response = self.answer("errors", errors_of(faults), status=faults[0].code)
        response.headers["Cache-Control"] = "no-store"
        return response

    def next_page(self, response: Response, *, size: int, count: int) -> None:
        """Where the next page is, for whoever got a full one."""
        if count < size:
            return
        page = int(self.arguments.get("page") or 1) + 1
        pairs = [pair for pair in self.arguments.pairs if pair[0] not in ("page", "page_size")]
        query = urlencode([*pairs, ("page_size", str(size)), ("page", str(page))])
        address = self.request.state.settings.address
        response.headers["Link"] = f'<{address}{self.request.url.path}?{query}>; rel="next"'


def open_door(request: Request) -> OpenDoor:
    state = request.app.state
    if not hasattr(state, "open_door"):
        state.open_door = OpenDoor()
    door: OpenDoor = state.open_door
    return door
