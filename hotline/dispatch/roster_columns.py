"""The three sheets of the vendors' workbook: which column holds what, and how a cell is read. Pure.

Columns that are only shown say so in their heading and are passed over when a workbook is brought.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any

from hotline.dispatch.ledger_words import word
from hotline.dispatch.states import OfferChannel
from hotline.sheets import Kind, unguarded

SEPARATOR = "、"


class CellUnfit(Exception):
    """A cell that cannot be read as its column asks; the text says why."""


@dataclass(frozen=True, slots=True)
class Field:
    """`words` of a closed value: as it is written → as the file holds it."""

    name: str
    kind: Kind = Kind.TEXT
    is_shown_only: bool = False
    is_list: bool = False
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        own = word(f"roster.{self.name}")
        return word("roster.shown_only", heading=own) if self.is_shown_only else own

    def read(self, value: Any) -> Any:
        """The field's value, None for an empty cell; raises CellUnfit."""
        if value is None or value == "":
            return None
        if self.kind is Kind.DATE:
            return _day(value)
        if self.kind in (Kind.COUNT, Kind.NUMBER):
            return _number(value, is_whole=self.kind is Kind.COUNT)
        text = _text(value)
        if self.is_list:
            return [one.strip() for one in text.replace(",", SEPARATOR).split(SEPARATOR) if one]
        if self.words and text not in self.words:
            raise CellUnfit(word("roster.one_of", words=SEPARATOR.join(self.words)))
        return self.words.get(text, text)

    def write(self, value: Any) -> Any:
        if self.is_list:
            return SEPARATOR.join(value)
        shown = {held: told for told, held in self.words.items()}
        return shown.get(value, value)


_CHANNELS = {word(f"roster.channel.{one}"): one.value for one in OfferChannel}
VENDORS: Sequence[Field] = (
    Field("key"), Field("name"), Field("category"), Field("districts", is_list=True),
    Field("contact"), Field("phone"), Field("channel", words=_CHANNELS), Field("hours"),
    Field("capacity", Kind.COUNT), Field("address"), Field("lat", Kind.NUMBER),
    Field("lon", Kind.NUMBER), Field("legal_name"), Field("credit_code"),
    Field("status", is_shown_only=True), Field("grade", is_shown_only=True),
    Field("rating", Kind.NUMBER, is_shown_only=True),
    Field("deposit", Kind.MONEY, is_shown_only=True),
    Field("joined_on", Kind.DATE, is_shown_only=True),
)  # fmt: skip
PRICES: Sequence[Field] = (
    Field("key"), Field("vendor", is_shown_only=True), Field("service_id"),
    Field("service", is_shown_only=True), Field("unit"), Field("price_min", Kind.NUMBER),
    Field("price_max", Kind.NUMBER),
)  # fmt: skip
PAPERS: Sequence[Field] = (
    Field("key"), Field("vendor", is_shown_only=True), Field("document"), Field("number"),
    Field("issuer"), Field("expires", Kind.DATE),
    Field("days_left", Kind.COUNT, is_shown_only=True),
)  # fmt: skip
SHEETS: Mapping[str, Sequence[Field]] = {"vendors": VENDORS, "prices": PRICES, "papers": PAPERS}


def sheet_title(name: str) -> str:
    return word(f"roster.{name}")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        raise CellUnfit(word("roster.no_text"))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unguarded(str(value)).strip()


def _number(value: Any, *, is_whole: bool) -> float | int:
    try:
        found = float(str(value).strip())
    except ValueError:
        raise CellUnfit(word("roster.no_number")) from None
    if isinstance(value, bool) or not isfinite(found) or (is_whole and not found.is_integer()):
        raise CellUnfit(word("roster.no_number"))
    return int(found) if is_whole else found


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise CellUnfit(word("roster.no_date")) from None
