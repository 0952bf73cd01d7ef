"""A directory of a few entries, and editors of it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts.models import Account
from hotline.accounts.roles import scopes_of
from hotline.db import uuid7
from hotline.directory.importing import import_directory, sample_city
from hotline.organizations.queries import organization_by_key, subtree_ids
from hotline.principal import Principal

Editor = Callable[..., Awaitable[Principal]]


@pytest.fixture
async def city_id(session: AsyncSession) -> UUID:
    return (await import_directory(session, sample_city())).city_id


@pytest.fixture
def editor(session: AsyncSession, city_id: UUID) -> Editor:
    """`await editor("org-house")` is a new person each time; without a key, the city's."""

    async def sign_up(key: str | None = None) -> Principal:
        node = await organization_by_key(session, key) if key else None
        home = node.id if node else city_id
        account = Account(
            id=uuid7(),
            username=f"editor-{uuid7().hex[-12:]}",
            display_name="编辑",
            password_hash="-",
            organization_id=home,
        )
        session.add(account)
        await session.flush()
        return Principal(
            account.id, "编辑", scopes_of(["directory_editor"]), home,
            await subtree_ids(session, home),
        )  # fmt: skip

    return sign_up
