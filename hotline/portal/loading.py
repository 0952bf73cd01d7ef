"""Keep the catalog of the portal's city: read anew when the directory was published anew."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.conversation.live_directory import CityDirectory, LiveDirectory
from hotline.db import Database
from hotline.directory import queries as directory
from hotline.directory.models import ShortCode, Vendor
from hotline.directory.snapshot import Snapshot
from hotline.organizations import queries as organizations
from hotline.organizations.models import Organization, Tier
from hotline.portal import queries, vendor_queries
from hotline.portal.catalog import Catalog, FormFile, ListedVendor, Office, Price, ShortNumber

_DEMAND_AGE = timedelta(minutes=10)
_DEMAND_SPAN = timedelta(days=90)


class Shelves:
    """The newest catalog. One installation's portal shows its first city."""

    def __init__(self) -> None:
        self._city_id: UUID | None = None
        self._facts: Snapshot | None = None
        self._catalog: Catalog | None = None
        self._counted_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def current(self, database: Database, live: LiveDirectory) -> Catalog | None:
        """None while there is no city yet."""
        held = await self._city(database, live)
        if held is None:
            return None
        if not self._is_fresh(held):
            async with self._reading:
                if not self._is_fresh(held):
                    await self._read(database, held)
        return self._catalog

    async def _city(self, database: Database, live: LiveDirectory) -> CityDirectory | None:
        if self._city_id is None:
            async with database.transaction() as session:
                cities = await organizations.cities(session)
            self._city_id = cities[0].id if cities else None
        return None if self._city_id is None else live.of_organization(self._city_id)

    def _is_fresh(self, held: CityDirectory) -> bool:
        counted = self._counted_at
        return held.facts is self._facts and (
            counted is not None and clock.now() - counted < _DEMAND_AGE
        )

    async def _read(self, database: Database, held: CityDirectory) -> None:
        now = clock.now()
        async with database.transaction() as session:
            city_id = held.facts.city_id
            told: dict[str, Any] = {
                "demand": await queries.asked_counts(session, city_id, now - _DEMAND_SPAN),
                "ratings": await vendor_queries.ratings(session, city_id),
                "verified": await queries.verified_days(session, city_id),
                "on_notice": await vendor_queries.on_notice(session, city_id, now),
            }
            if self._catalog is None or held.facts is not self._facts:
                catalog = await read_catalog(session, held)
            else:
                catalog = self._catalog
        is_new = any(getattr(catalog, name) != value for name, value in told.items())
        if catalog is not self._catalog or is_new:
            self._catalog = replace(catalog, **told)
        self._facts, self._counted_at = held.facts, now


async def read_catalog(session: AsyncSession, held: CityDirectory) -> Catalog:
    city_id = held.facts.city_id
    nodes = await organizations.organizations_of(session, city_id)
    keys = {node.id: node.key for node in nodes}
    offices = {node.key: _office(node, keys) for node in nodes if node.status == "active"}
    city = next(office for office in offices.values() if office.tier == Tier.CITY)
    return Catalog(
        city_id=city_id,
        city=city,
        districts=tuple(one for one in offices.values() if one.tier == Tier.DISTRICT),
        offices=offices,
        branches=held.facts.offices,
        entries=held.entries,
        versions=held.versions,
        vendors=tuple(map(_vendor, await directory.vendors(session, city_id))),
        numbers=tuple(map(_number, await directory.short_codes(session, city_id))),
        withdrawn=await queries.withdrawn_keys(session, city_id),
        forms=await _forms(session, city_id),
    )


async def _forms(session: AsyncSession, city_id: UUID) -> Mapping[str, Mapping[str, FormFile]]:
    found: dict[str, dict[str, FormFile]] = {}
    for form, kept in await queries.newest_forms(session, city_id):
        found.setdefault(form.entry_key, {})[form.name] = FormFile(
            name=form.name,
            number=form.number or 1,
            attachment_id=kept.id,
            subject=kept.subject,
            media_type=kept.media_type,
            extension=kept.extension,
            size=kept.size,
            digest=kept.digest.hex(),
            published_on=clock.local(form.published_at or form.created_at).date(),
        )
    return found


def _office(node: Organization, keys: Mapping[UUID, str]) -> Office:
    return Office(
        key=node.key,
        name=node.name,
        short_name=node.short_name or node.name,
        tier=node.tier,
        level=node.level,
        kind=node.kind,
        district=node.district,
        phone=node.phone,
        hotline=node.hotline,
        address=node.address,
        lat=node.lat,
        lon=node.lon,
        hours=node.hours,
        duties=node.duties,
        aliases=tuple(node.aliases),
        belongs_to=keys.get(node.belongs_to_id) if node.belongs_to_id else None,
    )


def _vendor(row: Vendor) -> ListedVendor:
    return ListedVendor(
        key=row.key,
        name=row.name,
        category=row.category,
        districts=tuple(row.districts),
        hours=row.hours,
        status=row.standing,
        rating=row.rating,
        vetting=tuple(row.vetting),
        prices={
            price["service_id"]: Price(price["unit"], price["price_min"], price["price_max"])
            for price in row.price_list
        },
    )


def _number(row: ShortCode) -> ShortNumber:
    return ShortNumber(row.number, row.name, row.handles, row.is_emergency, row.is_merged)
