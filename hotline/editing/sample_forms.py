"""Files for the forms of the sample city, at its founding: published with the city's files."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.attachments import keeping
from hotline.attachments.keeping import Store
from hotline.attachments.scanner import NoScanner
from hotline.directory.entry import Entry
from hotline.directory.models import EntryForm
from hotline.directory.queries import entries_for_matching
from hotline.editing.blank_forms import BlankForm, draw, is_handed_out
from hotline.organizations.models import Organization
from hotline.organizations.queries import organizations_of

MOST = 90
_KIND = "government"


async def put_sample_forms(session: AsyncSession, store: Store, city_id: UUID) -> int:
    """The first form of so many entries that people fill in themselves; how many there are."""
    offices = {row.key: row for row in await organizations_of(session, city_id)}
    wanted = islice(_wanted(await entries_for_matching(session, city_id), offices), MOST)
    count = 0
    for form in wanted:
        await _publish(session, store, city_id, form)
        count += 1
    return count


def _wanted(entries: Iterable[Entry], offices: Mapping[str, Organization]) -> Iterator[BlankForm]:
    for entry in entries:
        office = offices.get(entry.organization_id or "")
        name = next(filter(is_handed_out, entry.forms), None)
        if entry.kind == _KIND and office is not None and name is not None:
            yield BlankForm(name, entry, office.name, office.phone or "")


async def _publish(session: AsyncSession, store: Store, city_id: UUID, form: BlankForm) -> None:
    content, extension = draw(form)
    file_name = f"{form.name}{extension}"
    checked = await keeping.check(content, file_name, NoScanner())
    kept = await keeping.keep(
        session, store, checked, subject=f"entry:{form.entry.id}", name=file_name, account_id=None
    )
    session.add(
        EntryForm(
            city_id=city_id,
            entry_key=form.entry.id,
            name=form.name,
            number=1,
            attachment_id=kept.id,
            published_at=clock.now(),
        )
    )
