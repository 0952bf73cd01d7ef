"""The vendors as a workbook: who they are, what they ask, which papers they have. Pure.

What is written is what `roster_reading` reads: brought back as it is, it changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from hotline.directory.models import Vendor
from hotline.dispatch.ledger_words import word
from hotline.dispatch.models import VendorFile
from hotline.dispatch.roster_columns import SHEETS, Field, sheet_title
from hotline.sheets import Column, Sheet, write_workbook


@dataclass(frozen=True, slots=True)
class Roster:
    """`deposits` in cents by vendor; `services` the names of entries by key; `issuers` by vendor
    and paper, where somebody has written them down."""

    vendors: Sequence[Vendor]
    files: Mapping[UUID, VendorFile]
    deposits: Mapping[UUID, int]
    services: Mapping[str, str]
    issuers: Mapping[tuple[UUID, str], str]
    on: date


def roster_workbook(roster: Roster) -> bytes:
    rows = {"vendors": _vendors(roster), "prices": _prices(roster), "papers": _papers(roster)}
    return write_workbook(
        [
            Sheet(
                sheet_title(name),
                [Column(one.heading, one.kind) for one in fields],
                [[_cell(one, row) for one in fields] for row in rows[name]],
            )
            for name, fields in SHEETS.items()
        ]
    )


def vendor_row(vendor: Vendor, file: VendorFile | None) -> dict[str, Any]:
    """What the first sheet says of a vendor, without what it only shows."""
    return {
        "key": vendor.key, "name": vendor.name, "category": vendor.category,
        "districts": list(vendor.districts), "contact": vendor.contact, "phone": vendor.phone,
        "channel": file.channel if file else None, "hours": vendor.hours,
        "capacity": vendor.capacity, "address": vendor.address, "lat": vendor.lat,
        "lon": vendor.lon, "legal_name": file.legal_name if file else None,
        "credit_code": file.credit_code if file else None,
    }  # fmt: skip


def _vendors(roster: Roster) -> Iterator[dict[str, Any]]:
    for one in roster.vendors:
        yield vendor_row(one, roster.files.get(one.id)) | {
            "status": word(f"roster.status.{one.standing}"), "grade": one.grade,
            "rating": one.rating, "deposit": roster.deposits.get(one.id, 0),
            "joined_on": one.joined_on,
        }  # fmt: skip


def _prices(roster: Roster) -> Iterator[dict[str, Any]]:
    for one in roster.vendors:
        for row in one.price_list:
            name = roster.services.get(row["service_id"], "")
            yield {**row, "key": one.key, "vendor": one.name, "service": name}


def _papers(roster: Roster) -> Iterator[dict[str, Any]]:
    for one in roster.vendors:
        for paper in one.vetting:
            last = date.fromisoformat(paper["expires"])
            yield {
                "key": one.key, "vendor": one.name, "document": paper["document"],
                "number": paper["number"], "expires": last, "days_left": (last - roster.on).days,
                "issuer": roster.issuers.get((one.id, paper["document"])),
            }  # fmt: skip


def _cell(field: Field, row: Mapping[str, Any]) -> Any:
    value = row.get(field.name)
    return None if value is None else field.write(value)
