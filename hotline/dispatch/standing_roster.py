"""The vendors as a workbook: who they are, what they ask, which papers they have. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from hotline.directory.models import Vendor
from hotline.dispatch.ledger_words import word
from hotline.sheets import Column, Kind, Sheet, Value, write_workbook

_VENDOR = (
    ("roster.key", Kind.TEXT), ("vendor", Kind.TEXT), ("category", Kind.TEXT),
    ("roster.districts", Kind.TEXT), ("roster.status", Kind.TEXT), ("roster.grade", Kind.TEXT),
    ("roster.rating", Kind.NUMBER), ("roster.phone", Kind.TEXT), ("roster.contact", Kind.TEXT),
    ("roster.address", Kind.TEXT), ("roster.hours", Kind.TEXT), ("roster.capacity", Kind.COUNT),
    ("roster.deposit", Kind.MONEY), ("roster.joined_on", Kind.DATE),
)  # fmt: skip
_PRICE = (
    ("roster.key", Kind.TEXT), ("vendor", Kind.TEXT), ("roster.service_id", Kind.TEXT),
    ("roster.service", Kind.TEXT), ("roster.unit", Kind.TEXT), ("roster.price_min", Kind.NUMBER),
    ("roster.price_max", Kind.NUMBER),
)  # fmt: skip
_PAPER = (
    ("roster.key", Kind.TEXT), ("vendor", Kind.TEXT), ("roster.document", Kind.TEXT),
    ("roster.number", Kind.TEXT), ("roster.expires", Kind.DATE), ("roster.days_left", Kind.COUNT),
)  # fmt: skip


def roster_workbook(
    vendors: Sequence[Vendor], deposits: Mapping[UUID, int], services: Mapping[str, str], on: date
) -> bytes:
    """`deposits` in cents by vendor, `services` the names of entries by their key."""
    prices: list[tuple[Value, ...]] = [
        (one.key, one.name, row["service_id"], services.get(row["service_id"], ""), row["unit"],
         row["price_min"], row["price_max"])
        for one in vendors
        for row in one.price_list
    ]  # fmt: skip
    papers: list[tuple[Value, ...]] = []
    for one in vendors:
        for paper in one.vetting:
            last = date.fromisoformat(paper["expires"])
            left = (last - on).days
            papers.append((one.key, one.name, paper["document"], paper["number"], last, left))
    return write_workbook(
        [
            _sheet("roster.vendors", _VENDOR, [_vendor(one, deposits) for one in vendors]),
            _sheet("roster.prices", _PRICE, prices),
            _sheet("roster.papers", _PAPER, papers),
        ]
    )


def _vendor(one: Vendor, deposits: Mapping[UUID, int]) -> tuple[Value, ...]:
    return (
        one.key, one.name, one.category, "、".join(one.districts),
        word(f"roster.status.{one.standing}"), one.grade, one.rating, one.phone, one.contact,
        one.address, one.hours, one.capacity, deposits.get(one.id, 0), one.joined_on,
    )  # fmt: skip


def _sheet(
    name: str, columns: Sequence[tuple[str, Kind]], rows: Sequence[Sequence[Value]]
) -> Sheet:
    return Sheet(word(name), [Column(word(key), kind) for key, kind in columns], rows)
