"""Once a day: links that lead nowhere and hours that cannot be right become tasks with a day."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import httpx2
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.directory.exporting import content_of
from hotline.directory.models import DirectoryEntry
from hotline.directory.queries import entries_for_matching
from hotline.directory.versions import today
from hotline.editing.corrections import raise_correction
from hotline.editing.models import Correction, CorrectionKind, CorrectionState
from hotline.editing.soundness import doubt_about_hours, links_in
from hotline.organizations.queries import cities, organizations_of

AT_ONCE = 8
_SECONDS = 10.0
_MOST_TOLD = 5
_GONE = 400
_CUT_OFF = 3


@dataclass(frozen=True, slots=True)
class Doubt:
    city_id: UUID
    entry_key: str
    kind: CorrectionKind
    note: str


async def check_contents(database: Database, client: httpx2.AsyncClient) -> None:
    """No link is asked for inside a transaction. Safe to run twice."""
    async with database.transaction() as session:
        links, doubts = await _read(session)
    dead = await dead_links(client, {link for held in links.values() for link in held})
    for (city_id, key), held in links.items():
        lost = [link for link in held if link in dead][:_MOST_TOLD]
        if lost:
            note = "打不开：" + "\n".join(lost)
            doubts.append(Doubt(city_id, key, CorrectionKind.DEAD_LINK, note))
    async with database.transaction() as session:
        for doubt in doubts:
            await raise_doubt(session, doubt)


async def dead_links(client: httpx2.AsyncClient, links: Iterable[str]) -> frozenset[str]:
    """Asked twice, so that a short disturbance is none; only public hosts are asked.

    Where none of several answers, it is we who are cut off, and nothing is told.
    """
    slots = asyncio.Semaphore(AT_ONCE)

    async def is_dead(link: str) -> bool:
        async with slots:
            return not await _answers(client, link) and not await _answers(client, link)

    wanted = sorted(links)
    judged = await asyncio.gather(*map(is_dead, wanted))
    if all(judged) and len(judged) >= _CUT_OFF:
        return frozenset()
    return frozenset(link for link, is_so in zip(wanted, judged, strict=True) if is_so)


async def _answers(client: httpx2.AsyncClient, link: str) -> bool:
    """What forbids or redirects is there; what is not found, or not reached, is not."""
    try:
        async with client.stream("GET", link, timeout=_SECONDS) as answer:
            return answer.status_code < _GONE or answer.status_code in (401, 403, 405, 429)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):
        return False


async def _read(
    session: AsyncSession,
) -> tuple[Mapping[tuple[UUID, str], Sequence[str]], list[Doubt]]:
    links: dict[tuple[UUID, str], Sequence[str]] = {}
    doubts: list[Doubt] = []
    now, day = clock.now(), today()
    for city in await cities(session):
        hours = {node.key: node.hours for node in await organizations_of(session, city.id)}
        for entry in await entries_for_matching(session, city.id):
            links[city.id, entry.id] = links_in(content_of(entry))
            own = entry.hours or hours.get(entry.organization_id or "")
            doubt = doubt_about_hours(own, now, day) if own else None
            if doubt:
                kind = CorrectionKind.WRONG_HOURS
                doubts.append(Doubt(city.id, entry.id, kind, doubt))
    return {key: held for key, held in links.items() if held}, doubts


async def raise_doubt(session: AsyncSession, doubt: Doubt) -> None:
    """Once: not while it is open, and not again after somebody said that it is right."""
    chosen = select(DirectoryEntry).where(
        DirectoryEntry.city_id == doubt.city_id, DirectoryEntry.key == doubt.entry_key
    )
    entry = await session.scalar(chosen)
    if entry is None or await _is_known(session, entry.id, doubt):
        return
    await raise_correction(session, entry, doubt.kind, note=doubt.note)


async def _is_known(session: AsyncSession, entry_id: UUID, doubt: Doubt) -> bool:
    is_open = Correction.state == CorrectionState.OPEN
    was_right = (Correction.state == CorrectionState.REJECTED) & (Correction.note == doubt.note)
    chosen = select(Correction.id).where(
        Correction.entry_id == entry_id, Correction.kind == doubt.kind, is_open | was_right
    )
    return await session.scalar(chosen.limit(1)) is not None
