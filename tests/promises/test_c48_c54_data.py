"""Personal data at rest, keys, recordings, exports, the audit."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hotline import audit, clock
from hotline.audit.chain import Flaw
from hotline.audit.heads import HEADS_FILE, keep_head, kept_heads
from hotline.audit.service import verify_all
from hotline.audit.upkeep import sign_head
from hotline.db import Database
from hotline.db.embedded import EmbeddedPostgres
from hotline.errors import TooManyAttempts
from hotline.installation import require_key
from hotline.recordings.keeping import DEFAULT_TERMS, keep_until
from hotline.tickets.revealing import REVEALS_AN_HOUR
from hotline.vault import SealBroken, Vault, VaultKeyMissing, load_vault
from tests.audit.test_audit import tamper, write
from tests.conftest import administer
from tests.promises.conftest import ACCOUNTS, Whole
from tests.promises.matter import CANARIES, NUMBER, Matter

ROW, OTHER = uuid4(), uuid4()


def test_c48_a_sealed_value_opens_only_where_it_was_sealed() -> None:
    vault = Vault({0: b"k" * 32}, current=0)
    sealed = vault.seal(NUMBER, table="ticket", column="caller", row=ROW)
    assert NUMBER.encode() not in sealed
    assert vault.seal(NUMBER, table="ticket", column="caller", row=ROW) != sealed
    assert vault.open(sealed, table="ticket", column="caller", row=ROW) == NUMBER
    for table, column, row in (("call", "caller", ROW), ("ticket", "address", ROW),
                               ("ticket", "caller", OTHER)):  # fmt: skip
        with pytest.raises(SealBroken):
            vault.open(sealed, table=table, column=column, row=row)
    for place in range(len(sealed)):
        altered = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(SealBroken):
            vault.open(altered, table="ticket", column="caller", row=ROW)


async def test_c48_no_canary_is_in_any_file_of_the_database(
    whole: Whole, matter: Matter, postgres: EmbeddedPostgres
) -> None:
    """Tables, indexes, write-ahead log and temporary files, as a thief of the disk finds them."""
    agent = await whole.of("agent-1")
    assert NUMBER[-4:] in (await agent.get(f"/api/v1/tickets/{matter.open_id}")).text
    await administer(postgres, "CHECKPOINT")
    wanted = [canary.encode() for canary in CANARIES] + [f"+86{NUMBER}".encode()]
    found = await asyncio.to_thread(_files_with, postgres.cluster.directory, wanted)
    assert found == []


def test_c49_a_new_key_seals_while_the_old_one_still_opens(tmp_path: Path) -> None:
    old = load_vault(tmp_path, None)
    sealed = old.seal("词", table="t", column="c", row=ROW)
    blind = old.blind("词", purpose="phone")
    path = tmp_path / "vault-keys.json"
    ring = json.loads(path.read_text())
    ring["keys"]["1"] = base64.b64encode(b"n" * 32).decode()
    path.write_text(json.dumps(ring | {"current": 1}))
    new = load_vault(tmp_path, None)
    assert new.open(sealed, table="t", column="c", row=ROW) == "词"
    assert new.blind("词", purpose="phone") == blind
    assert new.seal("词", table="t", column="c", row=ROW)[1] == 1
    path.write_text(json.dumps(ring | {"current": 7}))
    with pytest.raises(VaultKeyMissing):
        load_vault(tmp_path, None)


async def test_c49_the_start_is_refused_with_another_key(whole: Whole, matter: Matter) -> None:
    await require_key(whole.database)
    right = whole.database.carried["vault"]
    whole.database.carry(vault=Vault({0: b"x" * 32}, current=0))
    try:
        with pytest.raises(VaultKeyMissing, match="另一把密钥"):
            await require_key(whole.database)
    finally:
        whole.database.carry(vault=right)


async def test_c50_lists_are_masked_and_the_31st_reveal_of_an_hour_is_refused(
    whole: Whole, matter: Matter
) -> None:
    client = await whole.of("supervisor-haibowan")
    assert NUMBER not in (await client.get("/api/v1/tickets")).text
    url = f"/api/v1/tickets/{matter.open_id}/reveal"
    wanted = {"fields": ["caller_number"], "reason": "核实来电人身份"}
    codes = [(await client.post(url, json=wanted)).status_code for _ in range(REVEALS_AN_HOUR + 1)]
    assert codes == [200] * REVEALS_AN_HOUR + [TooManyAttempts.status]
    auditor = await whole.of("admin-audit")
    query = {"target": f"ticket:{matter.open_id}", "action": "ticket.revealed", "limit": 200}
    kept = (await auditor.get("/api/v1/audit-entries", params=query)).json()["items"]
    assert [one["result"] for one in kept].count("refused") >= 1


def test_c51_a_recording_is_sealed_and_its_time_ends() -> None:
    vault = Vault({0: b"k" * 32}, current=0)
    sound = b"RIFF" + b"\0\1" * 500
    sealed = vault.seal_bytes(sound, table="call_recording", column="content", row=ROW)
    assert b"RIFF" not in sealed
    assert vault.open_bytes(sealed, table="call_recording", column="content", row=ROW) == sound
    ended = datetime(2026, 1, 31, 4, tzinfo=UTC)
    until = keep_until(ended, is_self_harm=False, matters=(), terms=DEFAULT_TERMS)
    assert until == datetime(2028, 1, 31, 4, tzinfo=UTC)


async def test_c52_no_export_holds_personal_data(
    whole: Whole, matter: Matter, described: dict[str, dict[str, dict[str, object]]]
) -> None:
    client = await whole.of("supervisor-city")
    exports = [
        path for path, methods in described["paths"].items()
        if "get" in methods and "{" not in path and ("export" in path or "print" in path)
    ]  # fmt: skip
    for path in exports:
        body = (await client.get(path)).content
        assert not [canary for canary in CANARIES if canary.encode() in body], path


async def test_c53_the_service_cannot_change_the_audit(database: Database) -> None:
    await write(database, 2)
    for statement in ("UPDATE audit_entry SET reason = ''", "DELETE FROM audit_link",
                      "TRUNCATE audit_entry CASCADE"):  # fmt: skip
        with pytest.raises(DBAPIError, match="permission denied"):
            async with database.transaction() as session:
                await session.execute(text(statement))


@pytest.mark.parametrize(
    ("statements", "flaw"),
    [
        (["DELETE FROM audit_link WHERE seq > 3",
          "DELETE FROM audit_entry WHERE target IN ('account:3', 'account:4')"], Flaw.CUT_OFF),
        (["UPDATE audit_link SET hash = hash || 'x' WHERE seq = 5"], Flaw.ALTERED),
        (["DELETE FROM audit_link WHERE seq = 2"], Flaw.MISSING),
        ([], None),
    ],
    ids=["cut off", "altered", "missing", "whole"],
)  # fmt: skip
async def test_c53_tampering_is_found_and_so_is_what_was_cut_off(
    database: Database, tmp_path: Path, statements: list[str], flaw: Flaw | None
) -> None:
    await write(database, 5)
    await sign_head(database, tmp_path)
    await tamper(database, *statements)
    async with database.transaction() as session:
        assert (await verify_all(session, tmp_path)).flaw == flaw


async def test_c53_a_rewritten_chain_and_a_forged_head_are_found(
    database: Database, tmp_path: Path
) -> None:
    await write(database, 2)
    keep_head(tmp_path, 2, b"another chain", clock.now())
    async with database.transaction() as session:
        assert (await verify_all(session, tmp_path)).flaw is Flaw.REWRITTEN
    (head,) = kept_heads(tmp_path)
    forged = {"seq": 1, "hash": head.hash, "at": head.at, "by": head.by}
    (tmp_path / HEADS_FILE).write_text(json.dumps(forged) + "\n")
    async with database.transaction() as session:
        assert (await verify_all(session, tmp_path)).flaw is Flaw.FORGED


async def test_c54_what_is_done_and_what_is_refused_is_told_with_who_when_and_from_where(
    whole: Whole,
) -> None:
    visitor = whole.stranger("203.0.113.54")
    wrong = {"username": "agent-2", "password": "not the password"}
    assert (await visitor.post("/api/v1/sessions", json=wrong)).status_code == 401
    agent = await whole.of(ACCOUNTS["agent"])
    assert (await agent.get("/api/v1/audit-entries")).status_code == 403
    auditor = await whole.of("admin-audit")
    expected = {
        "session.begun": ("ok", "127.0.0.1"),
        "session.refused": ("refused", "203.0.113.54"),
        "access.refused": ("refused", "127.0.0.1"),
    }
    for action, (result, address) in expected.items():
        answer = await auditor.get("/api/v1/audit-entries", params={"action": action, "limit": 200})
        entries = answer.json()["items"]
        mine = [one for one in entries if (one["result"], one["address"]) == (result, address)]
        assert mine, action
        assert datetime.fromisoformat(mine[0]["at"]).utcoffset() is not None
        assert mine[0]["name"]


async def test_c54_what_cannot_be_audited_does_not_happen(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("CREATE TEMP TABLE done (n int)"))
        await audit.record(session, None, "setting.changed", target="x")
        with pytest.raises(DBAPIError):
            await audit.record(session, None, None, target="x")  # type: ignore[arg-type]
        await session.rollback()
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM audit_entry")) == 0


def _files_with(folder: Path, wanted: list[bytes]) -> list[str]:
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            found += [path.name for canary in wanted if canary in content]
    return found


def test_c63_a_short_or_broken_key_refuses_the_start(tmp_path: Path) -> None:
    for weak in ("", "c2hvcnQ=", "not base64 at all", base64.b64encode(b"k" * 31).decode()):
        with pytest.raises(VaultKeyMissing):
            load_vault(tmp_path, SecretStr(weak))
