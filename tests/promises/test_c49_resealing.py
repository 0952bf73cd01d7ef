"""A new key: everything is sealed again, a run may be cut off, and nothing is forgotten."""

import ast
import base64
import json
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import resealing
from hotline.attachments.keeping import Store
from hotline.attachments.models import Attachment
from hotline.db import Database, uuid7
from hotline.resealing import add_key, place_of, reseal, sealed_columns
from hotline.settings import Settings
from hotline.tickets import words
from hotline.tickets.models import Ticket
from hotline.vault import Vault, VaultKeyMissing, load_vault
from tests.conventions.sources import HOTLINE, python_files, tree_of
from tests.tickets.city import build_city
from tests.tickets.conftest import now

__all__ = ["now"]

KEYS = {0: b"k" * 32, 1: b"n" * 32}
PHONE = "13847312345"
# Sealed files and what travels in a cookie: no columns.
ELSEWHERE = {("attachment", "content"), ("call_recording", "content"), ("sso", "state")}


async def _filled(database: Database, folder: Path) -> Attachment:
    """Four tickets and a file, all sealed with the first key."""
    vault: Vault = database.carried["vault"]
    async with database.transaction() as session:
        city = await build_city(session)
        agent = await city.person(session, "agent")
        for _ in range(4):
            await _ticket(session, agent)
        own = uuid7()
        place = {"table": "attachment", "row": own}
        await Store(folder).write(own, vault.seal_bytes(b"file", column="content", **place))
        kept = Attachment(
            id=own, subject="ticket:x", name_sealed=vault.seal("a.txt", column="name", **place),
            media_type="text/plain", extension="txt", size=4, digest=b"d", verdict="passed",
        )  # fmt: skip
        session.add(kept)
    return kept


async def _ticket(session: AsyncSession, agent: object) -> None:
    from hotline.tickets import service
    from hotline.tickets.states import TicketKind

    await service.open_ticket(
        session, agent, kind=TicketKind.HELP, title="暖气不热", description="暖气不热",
        district="海勃湾区", caller_number=PHONE, address="阳光小区3号楼",
    )  # type: ignore[arg-type]  # fmt: skip


async def _old_count(database: Database) -> int:
    """Values in the whole database that the new key did not seal."""
    async with database.transaction() as session:
        counts = [
            await session.scalar(
                select(func.count())
                .select_from(table)
                .where(func.length(column) > 2, func.get_byte(column, 1) != 1)
            )
            for table, column in sealed_columns()
        ]
    return sum(one or 0 for one in counts)


async def test_c49_everything_is_sealed_again_and_still_opens(
    database: Database, tmp_path: Path
) -> None:
    kept = await _filled(database, tmp_path)
    assert await _old_count(database) > 10
    database.carry(vault=Vault(KEYS, current=1))
    done = await reseal(database, Store(tmp_path))
    assert (done.values > 10, done.files, done.broken) == (True, 1, [])
    assert await _old_count(database) == 0
    only_new = Vault({1: KEYS[1]}, current=1)
    sealed = await Store(tmp_path).read(kept.id)
    place = {"table": "attachment", "column": "content", "row": kept.id}
    assert only_new.open_bytes(sealed, **place) == b"file"
    async with database.transaction() as session:
        tickets = (await session.scalars(select(Ticket))).all()
        assert {words.caller_of(session, one) for one in tickets} == {f"+86{PHONE}"}
    again = await reseal(database, Store(tmp_path))
    assert (again.values, again.files) == (0, 0)


async def test_c49_a_file_that_is_erased_meanwhile_does_not_come_back(
    database: Database, tmp_path: Path
) -> None:
    kept = await _filled(database, tmp_path)

    class Erasing(Store):
        async def read(self, file_id: UUID) -> bytes:
            sealed = await super().read(file_id)
            async with database.transaction() as session:
                await session.execute(delete(Attachment).where(Attachment.id == file_id))
            await self.erase(file_id)
            return sealed

    database.carry(vault=Vault(KEYS, current=1))
    assert (await reseal(database, Erasing(tmp_path))).files == 1
    assert not Store(tmp_path).path(kept.id).exists()


async def test_c49_a_run_that_was_cut_off_goes_on_where_it_was(
    database: Database, tmp_path: Path
) -> None:
    await _filled(database, tmp_path)
    database.carry(vault=Vault(KEYS, current=1))
    before = await _old_count(database)
    table, column = next(pair for pair in sealed_columns() if pair[1].name == "caller_sealed")
    done = resealing.Resealed()
    await resealing.reseal_column(database, table, column, done)
    assert await _old_count(database) == before - done.values > 0
    rest = await reseal(database, Store(tmp_path))
    assert rest.values == before - done.values


async def test_c49_what_no_key_opens_is_named_and_stops_nothing(
    database: Database, tmp_path: Path
) -> None:
    await _filled(database, tmp_path)
    async with database.transaction() as session:
        one = (await session.scalars(select(Ticket).order_by(Ticket.id).limit(1))).one()
        one.address_sealed = b"\x01\x00" + b"x" * 40
        broken_id = one.id
    database.carry(vault=Vault(KEYS, current=1))
    done = await reseal(database, Store(tmp_path))
    assert done.broken == [f"ticket.address_sealed {broken_id}"]
    assert await _old_count(database) == 1


def test_c49_a_new_key_joins_the_ring_and_is_the_current_one(tmp_path: Path) -> None:
    sealed = load_vault(tmp_path, None).seal("词", table="t", column="c", row="1")
    assert add_key(tmp_path) == 1
    ring = json.loads((tmp_path / "vault-keys.json").read_text())
    assert (ring["current"], sorted(ring["keys"])) == (1, ["0", "1"])
    new = load_vault(tmp_path, None)
    assert new.open(sealed, table="t", column="c", row="1") == "词"
    assert new.seal("词", table="t", column="c", row="1")[1] == 1


def test_c49_the_environment_may_hold_several_keys() -> None:
    new, old = (base64.b64encode(KEYS[number]).decode() for number in (1, 0))
    both = Settings(vault_key=f"1:{new},0:{old}").vault_key  # type: ignore[arg-type]
    assert load_vault(Path("unused"), both).current == 1
    for wrong in (f"1:{new},1:{old}", f"x:{new}", f"256:{new}", f"1:{new},0:short"):
        with pytest.raises(VaultKeyMissing):
            load_vault(Path("unused"), Settings(vault_key=wrong).vault_key)  # type: ignore[arg-type]


def test_c49_every_place_that_is_sealed_is_sealed_again() -> None:
    known = {(table.name, place_of(table.name, column.name)) for table, column in sealed_columns()}
    used = {pair for path in python_files(HOTLINE) for pair in _sealed_in(path)}
    assert len(used) > 15
    assert used - known - ELSEWHERE == set()


def _sealed_in(path: Path) -> set[tuple[str, str]]:
    """Pairs of table and column that stand as words in calls of `seal`."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("seal", "seal_bytes"):
            given = {one.arg: getattr(one.value, "value", None) for one in node.keywords}
            if isinstance(given.get("table"), str) and isinstance(given.get("column"), str):
                found.add((given["table"], given["column"]))
    return found
