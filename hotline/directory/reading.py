"""Read a directory's files into rows, with every fault by file and line. No database."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from hotline.directory.faults import DirectoryErrors, Fault, faults_of
from hotline.directory.rows import (
    CityRow,
    OrganizationRow,
    PlaceRow,
    Row,
    ServiceRow,
    ShortCodeRow,
    SubjectRow,
    VendorRow,
)

R = TypeVar("R", bound=BaseModel)
Offices = Mapping[str, Mapping[str, str]]

CITY = "city.json"
OFFICES = "district_offices.json"
ROWS: Mapping[str, type[Row]] = {
    "organizations.jsonl": OrganizationRow,
    "services.jsonl": ServiceRow,
    "vendors.jsonl": VendorRow,
    "taxonomy.jsonl": SubjectRow,
    "shortcodes.jsonl": ShortCodeRow,
    "places.jsonl": PlaceRow,
}
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Located(Generic[R]):
    """A row, and where it stands."""

    file: str
    line: int
    row: R

    def fault(self, field_name: str, message: str) -> Fault:
        return Fault(self.file, self.line, field_name, message)


@dataclass(slots=True)
class DirectoryFiles:
    """What the files say, not yet held against each other; `faults` are those of single rows."""

    city: CityRow | None = None
    organizations: list[Located[OrganizationRow]] = field(default_factory=list)
    services: list[Located[ServiceRow]] = field(default_factory=list)
    vendors: list[Located[VendorRow]] = field(default_factory=list)
    taxonomy: list[Located[SubjectRow]] = field(default_factory=list)
    shortcodes: list[Located[ShortCodeRow]] = field(default_factory=list)
    places: list[Located[PlaceRow]] = field(default_factory=list)
    offices: Offices = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_directory(paths: Sequence[Path]) -> DirectoryFiles:
    """Read folders and single files; raises DirectoryErrors when there is nothing to read."""
    found = DirectoryFiles()
    files = [file for path in paths for file in _files_in(path)]
    for file in files:
        _read(file, found)
    if not files:
        names = "、".join([*ROWS, OFFICES])
        place = "、".join(path.name for path in paths)
        raise DirectoryErrors([Fault(place, 0, "", f"没有找到目录文件（{names}）")])
    return found


def read_city(path: Path) -> CityRow:
    found = DirectoryFiles()
    _read(path, found)
    if found.city is None:
        raise DirectoryErrors(found.faults)
    return found.city


def read_services(name: str, content: bytes) -> DirectoryFiles:
    """The entries of one file of lines, given as bytes."""
    found = DirectoryFiles()
    text = _decoded(name, content, found.faults)
    if text is not None:
        found.services = list(_rows(ServiceRow, name, text, found.faults))
    return found


def _files_in(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.iterdir() if _is_ours(file.name))
    return [path]


def _is_ours(name: str) -> bool:
    """In a folder, a misspelled `.jsonl` is a fault; phrases of talk are the matcher's."""
    return name in {CITY, OFFICES} or (name.endswith(".jsonl") and not name.startswith("phrases"))


def _read(path: Path, found: DirectoryFiles) -> None:
    text = _text(path, found.faults)
    if text is None:
        return
    if path.name == CITY:
        found.city = _whole(CityRow, path.name, text, found.faults)
    elif path.name == OFFICES:
        found.offices = _offices(path.name, text, found.faults)
    elif path.name in ROWS:
        rows = list(_rows(ROWS[path.name], path.name, text, found.faults))
        getattr(found, path.stem).extend(rows)
    else:
        found.faults.append(Fault(path.name, 0, "", "不认识的目录文件名"))


def _text(path: Path, faults: list[Fault]) -> str | None:
    try:
        content = path.read_bytes()
    except OSError:
        faults.append(Fault(path.name, 0, "", "文件不存在或无法读取"))
        return None
    return _decoded(path.name, content, faults)


def _decoded(name: str, content: bytes, faults: list[Fault]) -> str | None:
    if content.startswith(_BOM):
        faults.append(Fault(name, 1, "", "文件开头有 BOM，请存为不带 BOM 的 UTF-8"))
        content = content.removeprefix(_BOM)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        faults.append(Fault(name, line, "", "不是 UTF-8 编码"))
        return None


def _rows(schema: type[Row], file: str, text: str, faults: list[Fault]) -> Iterator[Located[Any]]:
    # Not splitlines(): U+2028 and the like may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            row = _checked(schema, file, number, line, faults)
            if row is not None:
                yield Located(file, number, row)


def _checked(schema: type[R], file: str, number: int, text: str, faults: list[Fault]) -> R | None:
    try:
        record = _json(text)
        if not isinstance(record, dict):
            raise ValueError("应为一个 JSON 对象")
        return schema.model_validate(record)
    except ValidationError as error:
        faults.extend(faults_of(error, file, number))
    except json.JSONDecodeError as error:
        line = number + error.lineno - 1
        faults.append(Fault(file, line, "", f"不是有效的 JSON（第 {error.colno} 列）"))
    except RecursionError:
        faults.append(Fault(file, number, "", "JSON 嵌套过深"))
    except ValueError as error:
        faults.append(Fault(file, number, "", str(error)))
    return None


def _whole(schema: type[R], file: str, text: str, faults: list[Fault]) -> R | None:
    return _checked(schema, file, 1, text, faults)


class _OfficesRow(Row):
    offices: dict[str, dict[str, str]]


def _offices(file: str, text: str, faults: list[Fault]) -> Offices:
    wrapped = '{"offices":' + text + "}"
    row = _whole(_OfficesRow, file, wrapped, faults)
    return row.offices if row is not None else {}


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name, value in pairs:
        if name in record:
            raise ValueError(f"字段重复：{name}")
        record[name] = value
    return record


def _no_constant(name: str) -> Any:
    raise ValueError(f"不是有效的 JSON（{name}）")
