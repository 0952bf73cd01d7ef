"""The embedded database goes back to a second, and only when nobody uses it."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotline.db.archive import restore_to, take_base
from hotline.db.backup import BackupError
from hotline.db.embedded import DATABASE, EmbeddedDatabaseError, EmbeddedPostgres


@pytest.fixture
def place() -> Iterator[Path]:
    """Short, so that the socket stays in the data directory; open, so that the server gets in."""
    with tempfile.TemporaryDirectory(prefix="hl") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)


def _server(place: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(place / "var", durable=False, archive=place / "archive")


def _ask(server: EmbeddedPostgres, statement: str) -> str:
    return server.cluster.query(statement, database=DATABASE)


def _add(server: EmbeddedPostgres, number: int) -> datetime:
    """A row, and a moment surely after it and before whatever comes next."""
    _ask(server, f"INSERT INTO kept VALUES ({number})")
    time.sleep(0.2)
    moment = datetime.now(UTC)
    time.sleep(0.2)
    return moment


def _rows(server: EmbeddedPostgres) -> str:
    server.start()
    try:
        return _ask(server, "SELECT string_agg(n::text, ',' ORDER BY n) FROM kept")
    finally:
        server.stop()


def test_what_was_there_at_the_moment_is_there_and_nothing_later(place: Path) -> None:
    server = _server(place)
    server.start()
    _ask(server, "CREATE TABLE kept (n int)")
    _add(server, 1)
    base = take_base(server, place / "archive")
    moments = [_add(server, number) for number in (2, 3, 4)]
    later = take_base(server, place / "archive")
    assert later.name >= _stamp(later / "backup_manifest")
    with pytest.raises(EmbeddedDatabaseError):
        restore_to(_server(place), place / "archive", moments[0])
    server.stop()
    before = restore_to(_server(place), place / "archive", moments[1])
    assert _rows(_server(place)) == "1,2,3"
    assert (before / "PG_VERSION").exists()
    assert [path.exists() for path in (base, later)] == [True, False]
    _goes_on_and_back_again(place)


def _stamp(written: Path) -> str:
    """As a base backup would be called that ended when the file was written."""
    return datetime.fromtimestamp(written.stat().st_mtime, UTC).strftime("base-%Y%m%dT%H%M%SZ")


def _goes_on_and_back_again(place: Path) -> None:
    """After one way back there is another, along the new line of time."""
    server = _server(place)
    server.start()
    moment = _add(server, 5)
    _add(server, 6)
    server.stop()
    restore_to(_server(place), place / "archive", moment)
    assert _rows(_server(place)) == "1,2,3,5"


def test_a_piece_that_is_there_is_taken_as_done_and_another_never_takes_its_place(
    place: Path,
) -> None:
    server = _server(place)
    server.start()
    command = _ask(server, "SHOW archive_command")
    server.stop()
    piece, kept = place / "piece", place / "archive" / "wal" / "0001"
    told = command.replace("%p", str(piece)).replace("%f", kept.name)
    ends = []
    for content in (b"one", b"one", b"two"):
        piece.write_bytes(content)
        ends.append(subprocess.run(["sh", "-c", told], check=False).returncode)
    assert (ends, kept.read_bytes()) == ([0, 0, 1], b"one")


def test_a_way_that_leads_nowhere_leaves_everything_as_it_was(place: Path) -> None:
    server = _server(place)
    server.start()
    _ask(server, "CREATE TABLE kept (n int)")
    _add(server, 1)
    take_base(server, place / "archive")
    server.stop()
    for moment in (datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1)):
        with pytest.raises((BackupError, EmbeddedDatabaseError)):
            restore_to(_server(place), place / "archive", moment)
        assert _rows(_server(place)) == "1"
    assert not list(place.glob("var/postgres.before-*"))
