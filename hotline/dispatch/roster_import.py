"""Bring a workbook of vendors in: what it would change, or why it cannot, by row and cell.

Each row takes the way that a person's change takes (`vetting`): a new firm applies, prices and
names wait for two persons, papers are submitted. With one fault nothing is written. A trial runs
the same way and is taken back, so it says exactly what would happen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit
from hotline.directory.faults import faults_of
from hotline.directory.models import Vendor
from hotline.dispatch import standing_queries, vetting
from hotline.dispatch.ledger_words import word
from hotline.dispatch.roster_reading import Book, Row, SheetFault
from hotline.dispatch.standing_roster import vendor_row
from hotline.dispatch.vendor_files import file_of
from hotline.dispatch.vetting_schemas import DocumentIn, VendorIn, VendorPatch
from hotline.errors import Conflict, HotlineError, InvalidInput
from hotline.principal import Principal

_PRICE = ("service_id", "unit", "price_min", "price_max")
_HEADINGS = 1
Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class RosterChange:
    """A vendor that a workbook makes or changes; `fields` by their names, papers included."""

    row: int
    key: str
    name: str
    is_new: bool
    fields: tuple[str, ...]


@dataclass
class RosterReport:
    faults: list[SheetFault] = field(default_factory=list)
    changes: list[RosterChange] = field(default_factory=list)
    unchanged_count: int = 0


class _TakenBack(Exception):
    """Leaves the savepoint of a trial."""


@dataclass(frozen=True, slots=True)
class _Bringing:
    session: AsyncSession
    principal: Principal
    book: Book
    known: Mapping[str, Vendor]
    report: RosterReport
    faulty: frozenset[tuple[str, int]]
    """Rows that could not be read whole: the rest of them is tried all the same."""

    def is_whole(self, row: Row) -> bool:
        return (row.sheet, row.number) not in self.faulty

    def refuse(self, row: Row, refused: HotlineError) -> None:
        wrong = refused.params.get("errors") or [{"field": "key", "message": refused.message}]
        self.report.faults += [row.fault(_cell(one["field"]), one["message"]) for one in wrong]


async def bring_roster(
    session: AsyncSession, principal: Principal, book: Book, *, is_trial: bool
) -> RosterReport:
    report = RosterReport(faults=[*book.faults, *_between(book)])
    if any(fault.row <= _HEADINGS for fault in report.faults):
        report.faults.sort()
        return report
    faulty = frozenset((fault.sheet, fault.row) for fault in report.faults)
    known = {one.key: one for one in await standing_queries.roster(session, principal)}
    bringing = _Bringing(session, principal, book, known, report, faulty)
    try:
        async with session.begin_nested():
            for row in book.rows["vendors"]:
                await _bring(bringing, row)
            if is_trial or report.faults:
                raise _TakenBack
    except _TakenBack:
        session.expire_all()
    else:
        count = len(report.changes)
        await audit.record(session, principal, "vendor.roster_brought", count=count)
    report.faults.sort()
    return report


def _between(book: Book) -> Iterator[SheetFault]:
    """What no single row shows."""
    seen: set[str] = set()
    for row in book.rows.get("vendors", ()):
        name = row.cells.get("key")
        if name is not None and name in seen:
            yield row.fault("key", word("roster.twice", code=name))
        seen.add(name or "")
    for sheet in ("prices", "papers"):
        for row in book.rows.get(sheet, ()):
            name = row.cells.get("key")
            if name is None or name not in seen:
                yield row.fault("key", word("roster.no_vendor", code=name or ""))


async def _bring(bringing: _Bringing, row: Row) -> None:
    report, own = bringing.report, row.cells.get("key")
    prices = _of(bringing.book, "prices", own)
    price_list = [{name: one.cells.get(name) for name in _PRICE} for one in prices]
    wanted = dict(row.cells)
    if all(map(bringing.is_whole, prices)):
        wanted["price_list"] = price_list
    vendor, before = bringing.known.get(own or ""), len(report.faults)
    made, changed = await _written(bringing, row, wanted, vendor)
    if made is not None:
        changed += await _papers(bringing, made, _of(bringing.book, "papers", own))
    if len(report.faults) > before or made is None:
        _locate(report, before, prices)
    elif changed:
        is_new = vendor is None
        report.changes.append(RosterChange(row.number, made.key, made.name, is_new, changed))
    else:
        report.unchanged_count += 1


async def _written(
    bringing: _Bringing, row: Row, wanted: Mapping[str, Any], vendor: Vendor | None
) -> tuple[Vendor | None, tuple[str, ...]]:
    if vendor is not None:
        return vendor, await _amend(bringing, row, wanted, vendor)
    made = await _apply(bringing, row, wanted)
    return made, tuple(name for name, value in wanted.items() if value)


async def _apply(bringing: _Bringing, row: Row, wanted: Mapping[str, Any]) -> Vendor | None:
    if not bringing.is_whole(row) or "price_list" not in wanted:
        return None
    body = _checked(VendorIn, wanted, row, bringing.report)
    if body is None:
        return None
    try:
        async with bringing.session.begin_nested():
            return await vetting.apply_vendor(bringing.session, bringing.principal, body)
    except (InvalidInput, Conflict) as refused:
        bringing.refuse(row, refused)
        return None


async def _amend(
    bringing: _Bringing, row: Row, wanted: Mapping[str, Any], vendor: Vendor
) -> tuple[str, ...]:
    """The names of the fields that differ."""
    file = await file_of(bringing.session, vendor)
    held = vendor_row(vendor, file) | {"price_list": vendor.price_list}
    changed = {name: wanted[name] for name in held if wanted.get(name, held[name]) != held[name]}
    for name, value in changed.items():
        if value in (None, []):
            bringing.report.faults.append(row.fault(name, word("roster.emptied")))
    if "phone" in changed:
        bringing.report.faults.append(row.fault("phone", word("roster.phone_here")))
    body = _checked(VendorPatch, changed | {"version": file.version}, row, bringing.report)
    if body is None or not changed:
        return ()
    try:
        async with bringing.session.begin_nested():
            await vetting.amend_vendor(bringing.session, bringing.principal, vendor.id, body)
    except (InvalidInput, Conflict) as refused:
        bringing.refuse(row, refused)
        await bringing.session.refresh(vendor)
    return tuple(changed)


async def _papers(bringing: _Bringing, vendor: Vendor, rows: list[Row]) -> tuple[str, ...]:
    held = {(one["document"], one["number"], one["expires"]) for one in vendor.vetting}
    submitted = []
    for row in rows:
        if not bringing.is_whole(row):
            continue
        cells = row.cells
        last = cells.get("expires")
        if (cells.get("document"), cells.get("number"), str(last)) in held:
            continue
        given = {"kind": cells.get("document"), "number": cells.get("number"),
                 "issuer": cells.get("issuer"), "expires_on": last}  # fmt: skip
        body = _checked(DocumentIn, given, row, bringing.report)
        if body is None:
            continue
        try:
            await vetting.submit_document(bringing.session, bringing.principal, vendor.id, body)
        except InvalidInput as refused:
            bringing.refuse(row, refused)
        submitted.append(body.kind)
    return tuple(submitted)


def _checked(
    model: type[Body], given: Mapping[str, Any], row: Row, report: RosterReport
) -> Body | None:
    """Empty cells are not given at all."""
    try:
        return model.model_validate({k: v for k, v in given.items() if v is not None})
    except ValidationError as error:
        for one in faults_of(error, row.sheet, row.number):
            message = one.message.removeprefix("Value error, ")
            report.faults.append(row.fault(_cell(one.field), message))
        return None


_CELLS = {"kind": "document", "expires_on": "expires"}


def _cell(name: str) -> str:
    """The column of a field; a price is located later."""
    if name.startswith("price_list"):
        return name
    base = name.partition("[")[0]
    return _CELLS.get(base, base)


def _locate(report: RosterReport, start: int, prices: list[Row]) -> None:
    """A fault of the price list belongs to the row of its price; of the whole, to the first."""
    for place in range(start, len(report.faults)):
        fault = report.faults[place]
        if not fault.field.startswith("price_list"):
            continue
        _, _, rest = fault.field.partition("[")
        index, _, name = rest.partition("].") if rest else ("0", "", "service_id")
        at = int(index.rstrip("]") or 0)
        if at < len(prices):
            report.faults[place] = prices[at].fault(name or "service_id", fault.message)


def _of(book: Book, sheet: str, key: str | None) -> list[Row]:
    return [row for row in book.rows[sheet] if key is not None and row.cells.get("key") == key]
