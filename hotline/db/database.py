"""One engine per role, and the transaction that everything runs in."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from enum import StrEnum
from typing import Any

import asyncpg
import orjson
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from hotline import tracing

CALLS_AT_ONCE = 16
"""Connections that only the telephone network's webhooks take."""
SHORT_SECONDS, LONG_SECONDS = 8.0, 150.0
_WAKE = "wake"
_PASSED_ON = ("ssl", "target_session_attrs")


class Role(StrEnum):
    """The four database roles. The application never connects as the owner of its tables."""

    MIGRATE = "hotline_migrate"
    APP = "hotline_app"
    READ = "hotline_read"
    AUDIT = "hotline_audit"


class Database:
    """Pools of one role on one PostgreSQL. `raw` is asyncpg's pool for one-statement paths."""

    def __init__(
        self, engine: AsyncEngine, raw: asyncpg.Pool, calls: AsyncEngine, *, url: URL, role: Role
    ) -> None:
        self.engine = engine
        self.raw = raw
        self.url = url
        self.role = role
        self.carried: dict[Any, Any] = {}
        self.on_wake: Callable[[Collection[str]], None] | None = None
        self.nudges: dict[str, Callable[[], None]] = {}
        """Channels whose only listener lives in this process: woken without the database."""
        self._sessions = async_sessionmaker(engine, expire_on_commit=False, info=self.carried)
        self._calls = async_sessionmaker(calls, expire_on_commit=False, info=self.carried)
        alone = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._lookups = async_sessionmaker(alone, expire_on_commit=False, info=self.carried)
        self._engines = (engine, calls)

    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        """One session in one transaction: committed at the end, rolled back on any exception."""
        return self._transaction(self._sessions)

    def call_transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        """The same on connections of their own: callers wait for nobody at a screen."""
        return self._transaction(self._calls)

    def lookup(self) -> AbstractAsyncContextManager[AsyncSession]:
        """For one statement that only reads: the database is asked once, not for BEGIN and COMMIT.

        What is changed in such a session is never written.
        """
        return self._lookups()

    @asynccontextmanager
    async def _transaction(
        self, sessions: async_sessionmaker[AsyncSession]
    ) -> AsyncIterator[AsyncSession]:
        async with sessions() as session:
            with tracing.span("transaction"):
                async with session.begin():
                    yield session
            channels = session.info.pop(_WAKE, ())
            if channels and self.on_wake is not None:
                self.on_wake(channels)

    def carry(self, **values: Any) -> None:
        """Put values that every session shall carry, such as the vault, into `session.info`."""
        self.carried.update(values)

    async def connect(self) -> asyncpg.Connection:
        """A dedicated connection outside the pools, for LISTEN and for locks held long.

        Its statements are short: one that is not answered in time means that the line is dead.
        """
        arguments = connect_arguments(self.url, self.role)
        connection = await _connect(**arguments, command_timeout=SHORT_SECONDS)
        await _json_codec(connection)
        return connection

    async def is_ready(self) -> bool:
        """Whether a call could be taken now: it can write, on a connection of the calls."""
        try:
            async with self.call_transaction() as session:
                is_standby = await session.scalar(text("SELECT pg_is_in_recovery()"))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError):
            return False
        return not is_standby

    async def close(self) -> None:
        await self.raw.close()
        for engine in self._engines:
            await engine.dispose()


def wake_after_commit(session: AsyncSession, channel: str) -> None:
    """Ask that whoever listens on the channel is woken once this transaction has committed."""
    session.info.setdefault(_WAKE, set()).add(channel)


async def open_database(
    url: str | URL, role: Role = Role.APP, *, pool_size: int = 10, raw_size: int = 6
) -> Database:
    """Connect eagerly, so that an unreachable database is known before the first request."""
    parsed = make_url(url)
    raw = await asyncpg.create_pool(
        **connect_arguments(parsed, role), command_timeout=SHORT_SECONDS, connect=_connect,
        min_size=1, max_size=raw_size, init=_json_codec,
    )  # fmt: skip
    engine = _engine(parsed, role, pool_size, patience=1.0, longest=LONG_SECONDS)
    calls = _engine(parsed, role, CALLS_AT_ONCE, patience=4.0, longest=SHORT_SECONDS)
    return Database(engine, raw, calls, url=parsed, role=role)


def _engine(url: URL, role: Role, size: int, *, patience: float, longest: float) -> AsyncEngine:
    """Connects when it is first used.

    `patience`: seconds to wait for a connection. `longest`: after so many seconds without an answer
    the line is taken to be dead, although nobody has said so; it ends no statement sooner than the
    database itself would.
    """
    return create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=patience,
        pool_pre_ping=False,
        hide_parameters=True,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={
            "server_settings": server_settings(role),
            "timeout": 5,
            "command_timeout": longest,
            "async_creator_fn": _connect,
        },
    )


async def _connect(*where: Any, **how: Any) -> asyncpg.Connection:
    """While no host takes writes (a fail-over), that is a refused connection like any other."""
    try:
        return await asyncpg.connect(*where, **how)
    except asyncpg.TargetServerAttributeNotMatched as error:
        raise ConnectionRefusedError("no host takes writes") from error


def connect_arguments(url: URL, role: Role) -> dict[str, Any]:
    """What asyncpg needs to connect to `url` as `role`."""
    return address_of(url) | {"timeout": 5, "server_settings": server_settings(role)}


def address_of(url: URL) -> dict[str, Any]:
    """Host name or socket directory, or several hosts (`?host=a:5432&host=b:5432`), and TLS.

    SQLAlchemy reads the same addresses; this is for what goes to asyncpg without it.
    """
    kept = {key: url.query[key] for key in _PASSED_ON if key in url.query}
    named = url.query.get("host")
    if isinstance(named, tuple):
        hosts, _, ports = zip(*(one.rpartition(":") for one in named), strict=True)
        place: dict[str, Any] = {"host": list(hosts), "port": [int(port) for port in ports]}
    else:
        place = {"host": named or url.host, "port": url.port or _port_in(url)}
    return {**place, **kept, "user": url.username, "password": url.password,
            "database": url.database}  # fmt: skip


def _port_in(url: URL) -> int:
    return int(str(url.query.get("port", 5432)))


def server_settings(role: Role) -> dict[str, str]:
    """Every connection takes its role at once, with limits that cut what hangs."""
    limits = {
        "application_name": f"hotline-{role.removeprefix('hotline_')}",
        "role": role.value,
        "timezone": "UTC",
        "jit": "off",
    }
    if role is not Role.MIGRATE:
        limits |= {"statement_timeout": "5s", "idle_in_transaction_session_timeout": "10s"}
    return limits


async def _json_codec(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        encoder=lambda value: b"\x01" + orjson.dumps(value),
        decoder=lambda value: orjson.loads(value[1:]),
        schema="pg_catalog",
        format="binary",
    )
