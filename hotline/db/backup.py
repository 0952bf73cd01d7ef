"""Back up to one file and restore from it, with PostgreSQL's own programs (custom format)."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import make_url

from hotline.db.embedded import EmbeddedPostgres


class BackupError(Exception):
    """The program said no; the message is its own last line."""


def back_up(url: str, server: EmbeddedPostgres | None, target: Path) -> None:
    """Write a consistent picture of the whole database; the file appears whole or not at all."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        _run("pg_dump", ["--format=custom"], url, server, stdout=file.fileno())
    fresh.replace(target)


def restore_from(url: str, server: EmbeddedPostgres | None, source: Path) -> None:
    """Replace what is there; a damaged file is refused before anything is dropped."""
    with source.open("rb") as file:
        _run("pg_restore", ["--list"], url, server, stdin=file.fileno(), connects=False)
    with source.open("rb") as file:
        options = ["--clean", "--if-exists", "--single-transaction", "--exit-on-error"]
        _run("pg_restore", options, url, server, stdin=file.fileno())


def _run(
    name: str, options: list[str], url: str, server: EmbeddedPostgres | None, *,
    stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL, connects: bool = True,
) -> None:  # fmt: skip
    program = server.program(name) if server is not None else shutil.which(name)
    if program is None:
        raise BackupError(f"{name} is not installed")
    parsed = make_url(url)
    host = str(parsed.query.get("host") or parsed.host or "")
    environment = os.environ | {
        "PGHOST": host,
        "PGPORT": str(parsed.port or parsed.query.get("port", 5432)),
        "PGUSER": parsed.username or "",
        "PGPASSWORD": parsed.password or "",
    }
    target = ["--dbname", str(parsed.database)] if connects else []
    done = subprocess.run(  # noqa: S603 (our own program with our own options)
        [str(program), *options, *target],
        env=environment,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode != 0:
        raise BackupError(done.stderr.decode(errors="replace").strip().splitlines()[-1])
