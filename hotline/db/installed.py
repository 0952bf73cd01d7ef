"""The database that an installation uses: the configured one, or the one in its data directory."""

from dataclasses import dataclass

from hotline.db.embedded import EmbeddedPostgres
from hotline.settings import Settings


@dataclass(slots=True)
class Installation:
    """A database that is ready, and the server in the data directory where that is ours."""

    url: str
    server: EmbeddedPostgres | None = None

    def close(self) -> None:
        if self.server is not None:
            self.server.stop()


def start_database(settings: Settings) -> Installation:
    """The configured PostgreSQL, or the embedded one, started or joined."""
    if settings.database_url is not None:
        return Installation(with_driver(settings.database_url.get_secret_value()))
    server = EmbeddedPostgres(settings.data_dir, archive=settings.archive_dir)
    url = server.start()
    return Installation(url, server)


def with_driver(url: str) -> str:
    """As people write it, and as the engine wants it."""
    for bare in ("postgresql://", "postgres://"):
        if url.startswith(bare):
            return "postgresql+asyncpg://" + url.removeprefix(bare)
    return url
