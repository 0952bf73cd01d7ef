"""Entries from an HSDS 3 data package: a zip of CSV files, read with every fault by file and row.

What our own package carries as attributes with a value comes back as it was. A package of others
fills what the standard has a column for, and the dry run tells what is missing. No database.
"""

import csv
import io
import lzma
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from hotline.directory.faults import Fault, faults_of
from hotline.directory.reading import DirectoryFiles, Located
from hotline.directory.rows import MOST_OF_SUMMARY, OPTIONAL, ServiceRow
from hotline.sheets import unguarded
from hotline.workbooks import column_letter

MOST_UNPACKED = 200 * 1024 * 1024
SERVICES = "services.csv"
_TABLES = {
    "service": SERVICES,
    "attribute": "attributes.csv",
    "taxonomy_term": "taxonomy_terms.csv",
    "required_document": "required_documents.csv",
    "organization": "organizations.csv",
    "organization_identifier": "organization_identifiers.csv",
}
_COLUMNS = {"name": "name", "fee": "fees_description", "time_limit": "wait_time",
            "updated": "assured_date"}  # fmt: skip
_LISTS = ("aliases", "districts", "procedure", "channels", "forms", "audience", "keywords",
          "contacts", "places")  # fmt: skip
_KINDS = frozenset({"government", "assistance", "complaint", "convenience"})

Line = Mapping[str, str]
_Tables = Mapping[str, tuple[Sequence[str], Sequence[Line]] | None]
_BROKEN = (
    EOFError, OSError, RuntimeError, UnicodeDecodeError, csv.Error, lzma.LZMAError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@dataclass(slots=True)
class _Package:
    """The tables that matter, and what hangs on each service."""

    services: Sequence[Line] = ()
    headings: Sequence[str] = ()
    values: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    terms: dict[str, list[str]] = field(default_factory=dict)
    documents: dict[str, list[str]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    vendors: set[str] = field(default_factory=set)


def read_package(name: str, content: bytes) -> tuple[DirectoryFiles, Mapping[str, str]]:
    """The rows and faults, and the column of each field that has one in the file of services."""
    found = DirectoryFiles()
    package = _opened(name, content, found.faults)
    if package is None:
        return found, {}
    for number, line in enumerate(package.services, start=2):
        if line.get("organization_id") not in package.vendors:
            _keep(found, number, _record(package, line))
    places = {title: column_letter(n) for n, title in enumerate(package.headings, start=1)}
    return found, {own: places[title] for own, title in _COLUMNS.items() if title in places}


def _keep(found: DirectoryFiles, number: int, record: dict[str, Any]) -> None:
    try:
        row = ServiceRow.model_validate(record)
    except ValidationError as error:
        found.faults += faults_of(error, SERVICES, number)
    else:
        found.services.append(Located(SERVICES, number, row))


def _record(package: _Package, line: Line) -> dict[str, Any]:
    """One line of the directory's files; what nobody said stays empty and is told as a fault."""
    own = line.get("id", "")
    carried = package.values.get(own, {})
    owner = None if "id" in carried else package.owners.get(line.get("organization_id", ""))
    record: dict[str, Any] = {
        **_of_columns(line),
        **_classes(package.terms.get(own, [])),
        "documents": package.documents.get(own, []),
        "organization_id": owner,
    }
    for name in carried.keys() & ServiceRow.model_fields.keys():
        record[name] = carried[name] if name in _LISTS else carried[name][0]
    for name in OPTIONAL:
        if not record.get(name):
            record.pop(name, None)
    return record


def _of_columns(line: Line) -> dict[str, Any]:
    """What the columns of the standard say."""
    told = line.get("description", "").strip()
    first = told.splitlines()[0] if told else ""
    alias = line.get("alternate_name", "").strip()
    return {
        **{own: line.get(title, "").strip() for own, title in _COLUMNS.items()},
        "id": f"svc-{line.get('id', '').replace('-', '')[:12]}",
        "aliases": [alias] if alias else [],
        "tier": "city",
        "districts": [],
        "summary": first if len(first) <= MOST_OF_SUMMARY else "",
        "details": told,
        "procedure": _parts(line.get("application_process", ""), "；"),
        "channels": [],
        "forms": [],
        "audience": _parts(line.get("eligibility_description", ""), "、"),
        "keywords": [],
        "urgency": "normal",
        "handoff": "answer",
        "contacts": [],
        "places": [],
    }


def _classes(codes: Sequence[str]) -> dict[str, str]:
    """Kind and category among the codes of the terms that the service bears."""
    kind = next((code for code in codes if code in _KINDS), "government")
    return {"kind": kind, "category": next((code for code in codes if "/" in code), "")}


def _parts(text: str, mark: str) -> list[str]:
    return [part.strip() for part in text.split(mark) if part.strip()]


def _opened(name: str, content: bytes, faults: list[Fault]) -> _Package | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED:
                faults.append(Fault(name, 0, "", "解开后太大"))
                return None
            tables = {table: _table(archive, file) for table, file in _TABLES.items()}
    except _BROKEN:
        faults.append(Fault(name, 0, "", "不是可以读取的 HSDS 数据包（.zip，内为 UTF-8 的 CSV）"))
        return None
    if tables["service"] is None:
        faults.append(Fault(name, 0, "", f"数据包里没有 {SERVICES}"))
        return None
    return _put_together(tables)


def _table(archive: zipfile.ZipFile, file: str) -> tuple[Sequence[str], Sequence[Line]] | None:
    """By its name, wherever in the package it lies; singular names are known too."""
    names = {one.rpartition("/")[2]: one for one in archive.namelist()}
    member = names.get(file) or names.get(file.replace("s.csv", ".csv"))
    if member is None:
        return None
    reader = csv.DictReader(io.StringIO(archive.read(member).decode("utf-8-sig"), newline=""))
    lines = [{key: unguarded(value or "") for key, value in line.items() if key} for line in reader]
    return list(reader.fieldnames or ()), lines


def _put_together(tables: _Tables) -> _Package:
    service = tables["service"]
    package = _Package(services=service[1], headings=service[0]) if service else _Package()
    _take_attributes(package, tables)
    for line in _lines(tables, "required_document"):
        papers = package.documents.setdefault(line.get("service_id", ""), [])
        papers += [line["document"]] if line.get("document") else []
    package.owners = {
        line.get("organization_id", ""): line.get("identifier", "")
        for line in _lines(tables, "organization_identifier")
        if line.get("identifier_type") == "directory key"
    }
    organizations = _lines(tables, "organization")
    package.vendors = {
        line.get("id", "") for line in organizations if line.get("legal_status") == "vendor"
    }
    return package


def _take_attributes(package: _Package, tables: _Tables) -> None:
    """With a value it is a field of ours, without one a term that the service bears."""
    terms = _lines(tables, "taxonomy_term")
    codes = {line.get("id", ""): line.get("code", "") for line in terms}
    for line in _lines(tables, "attribute"):
        owner = line.get("link_id", "")
        if line.get("value"):
            values = package.values.setdefault(owner, {})
            values.setdefault(line.get("link_type", ""), []).append(line["value"])
        else:
            code = codes.get(line.get("taxonomy_term_id", ""), "")
            package.terms.setdefault(owner, []).append(code)


def _lines(tables: _Tables, table: str) -> Sequence[Line]:
    held = tables[table]
    return held[1] if held else ()
