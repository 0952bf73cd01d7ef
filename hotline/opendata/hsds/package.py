"""The same rows as a Tabular Data Package: a descriptor and one CSV file a table. Pure."""

import csv
import io
import json
import zipfile
from typing import Any

from hotline.opendata.hsds.book import Book
from hotline.opendata.hsds.tables import Column, Table, tables
from hotline.sheets import guarded

_STRINGS = frozenset({"uuid", "uri", "email"})
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def zipped(book: Book, *, title: str) -> bytes:
    """The same bytes for the same book, so that whoever has it already need not fetch it again."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_dated("datapackage.json"), descriptor_text(title))
        for table in tables().values():
            archive.writestr(_dated(table.file), csv_text(book, table))
    return target.getvalue()


def descriptor_text(title: str) -> str:
    return json.dumps(_descriptor(title), ensure_ascii=False, indent=1)


def csv_text(book: Book, table: Table) -> str:
    """RFC 4180 with a header; UTF-8; no text that a spreadsheet computes."""
    target = io.StringIO()
    names = [column.name for column in table.columns]
    writer = csv.DictWriter(target, names, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(
        {name: guarded(value) if isinstance(value, str) else value for name, value in row.items()}
        for row in book.of(table.name)
    )
    return target.getvalue()


def _descriptor(title: str) -> dict[str, Any]:
    return {
        "name": "human_services_data",
        "title": title,
        "profile": "tabular-data-package",
        "version": "3.0.0",
        "resources": [_resource(table) for table in tables().values()],
    }


def _resource(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "primaryKey": "id",
        "fields": [_field(column) for column in table.columns],
    }
    if table.refers:
        schema["foreignKeys"] = [
            {"fields": column, "reference": {"resource": other, "fields": "id"}}
            for column, other in table.refers.items()
        ]
    return {
        "name": table.name,
        "path": table.file,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": column.is_required, "unique": column.name == "id"}
    if column.kind in _STRINGS:
        return {
            "name": column.name,
            "type": "string",
            "format": column.kind,
            "constraints": constraints,
        }
    more = {"format": "any"} if column.kind == "datetime" else {}
    return {"name": column.name, "type": column.kind, **more, "constraints": constraints}


def _dated(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EARLIEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
