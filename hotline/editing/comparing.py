"""Hold a file of entries against the directory: every fault, every change; nothing is written."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.checking import faults_between
from hotline.directory.exporting import content_of
from hotline.directory.faults import Fault
from hotline.directory.queries import entries_for_matching
from hotline.directory.reading import DirectoryFiles, Located
from hotline.directory.rows import ServiceRow
from hotline.editing.columns import WORDS
from hotline.editing.contents import known_of_city, unspeakable
from hotline.editing.differences import differences
from hotline.editing.workbook import cell_of
from hotline.organizations.queries import organizations_of

_ITEM = re.compile(r"\[(\d+)\]$")
_NAMES = re.compile(rf"(?<![\w-])(?:{'|'.join(WORDS)})(?![\w-])", re.ASCII)
_NOT_OWN = "不是本部门及下级承办的事项，不能导入"


@dataclass(slots=True)
class Comparison:
    """What the file would do; `changed` are the rows that it would write."""

    faults: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    changed: list[ServiceRow] = field(default_factory=list)
    unchanged_count: int = 0


async def compare(
    session: AsyncSession,
    city_id: UUID,
    subtree: frozenset[UUID],
    found: DirectoryFiles,
    letters: Mapping[str, str],
) -> Comparison:
    """`subtree` is what the one who brings the file may write."""
    known = await known_of_city(session, city_id)
    standing = {
        entry.id: content_of(entry) for entry in await entries_for_matching(session, city_id)
    }
    nodes = {node.key: node.id for node in await organizations_of(session, city_id)}
    keepers: dict[str | None, UUID] = {None: city_id}
    keepers.update(nodes)
    faults = [*found.faults, *faults_between(found, known)]
    faults += unspeakable(found.services)
    faults += _foreign(found.services, standing, keepers, subtree)
    if not found.services and not faults:
        faults.append(Fault("", 0, "", "没有要导入的行"))
    compared = Comparison(faults=[_fault(one, letters) for one in _once(faults)])
    for located in found.services:
        _compare_row(compared, located, standing.get(located.row.id), letters)
    return compared


def _foreign(
    rows: Iterable[Located[ServiceRow]],
    standing: Mapping[str, Mapping[str, Any]],
    keepers: Mapping[str | None, UUID],
    subtree: frozenset[UUID],
) -> Iterable[Fault]:
    """Neither what others keep, nor what would be theirs."""
    for located in rows:
        before = standing.get(located.row.id)
        own = located.row.organization_id
        owners = {own} if own or located.row.kind == "convenience" else set()
        if before is not None:
            owners.add(before["organization_id"])
        held = [keepers[owner] for owner in owners if owner in keepers]
        if any(owner not in subtree for owner in held):
            yield located.fault("organization_id", _NOT_OWN)


def _once(faults: Sequence[Fault]) -> Sequence[Fault]:
    return sorted(set(faults))


def _fault(one: Fault, letters: Mapping[str, str]) -> dict[str, Any]:
    """Of a sheet, in its own words; of a list, which item."""
    message = _NAMES.sub(lambda found: WORDS[found[0]], one.message) if letters else one.message
    item = _ITEM.search(one.field)
    return {
        "field": one.field,
        "message": f"第 {int(item[1]) + 1} 项：{message}" if item else message,
        "row": one.line or None,
        "cell": cell_of(letters, one.field, one.line),
    }


def _compare_row(
    compared: Comparison,
    located: Located[ServiceRow],
    before: dict[str, Any] | None,
    letters: Mapping[str, str],
) -> None:
    row, content = located.row, located.row.content()
    told = differences(before, content)
    is_new_day = before is not None and before["updated"] != content["updated"]
    if before is not None and not told and not is_new_day:
        compared.unchanged_count += 1
        return
    compared.changed.append(row)
    compared.changes.append(
        {
            "row": located.line,
            "entry_id": row.id,
            "name": row.name,
            "change": "create" if before is None else "update",
            "differences": [
                {**asdict(one), "cell": cell_of(letters, one.field, located.line)}
                for one in (told if before is not None else ())
            ],
        }
    )
