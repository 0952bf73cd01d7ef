"""One PostgreSQL for all trials, in a process of its own: the tests' templates are made once.

    python -m scripts.mutating.kept_database FOLDER

It says `ready`; after that every line that it reads is the number of a trial whose databases may
go, and it answers each by a line.
"""

import asyncio
import sys
from pathlib import Path

import asyncpg

from hotline.db.embedded import SUPERUSER, EmbeddedPostgres
from hotline.db.migrate import upgrade
from hotline.installation import prepare
from hotline.settings import Settings

TEMPLATE, SAMPLE = "hotline_template", "hotline_sample"
DATABASES_OF_TRIAL = 1_000


def server_in(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder / "pg", durable=False)


async def _make_templates(server: EmbeddedPostgres, folder: Path) -> None:
    await _administer(server, f"CREATE DATABASE {TEMPLATE}")
    await upgrade(server.dsn(database=TEMPLATE))
    await _administer(server, f"CREATE DATABASE {SAMPLE} TEMPLATE {TEMPLATE}")
    settings = Settings(data_dir=folder / "sample")
    settings.data_dir.mkdir()
    await prepare(settings, server.dsn(database=SAMPLE), lambda _line: None)


async def _drop(server: EmbeddedPostgres, trial: int) -> None:
    connection = await _connect(server)
    listed = await connection.fetch(
        "SELECT datname FROM pg_database WHERE datname ~ '^hotline_[0-9]+$'"
        " AND substr(datname, 9)::int / $1 = $2",
        DATABASES_OF_TRIAL,
        trial,
    )
    for row in listed:
        await connection.execute(f"DROP DATABASE IF EXISTS {row['datname']} WITH (FORCE)")
    await connection.close()


async def _administer(server: EmbeddedPostgres, statement: str) -> None:
    connection = await _connect(server)
    await connection.execute(statement)
    await connection.close()


async def _connect(server: EmbeddedPostgres) -> asyncpg.Connection:
    return await asyncpg.connect(
        host=str(server.cluster.socket_dir), user=SUPERUSER, database="postgres"
    )


def main() -> None:
    folder = Path(sys.argv[1])
    server = server_in(folder)
    server.start()
    try:
        asyncio.run(_make_templates(server, folder))
        print("ready", flush=True)
        for line in sys.stdin:
            asyncio.run(_drop(server, int(line)))
            print("gone", flush=True)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
