"""Accounts that nobody uses are disabled, where the installation follows MLPS 2.0 (8.1.4.2).

The one system administrator of a city who was there last always stays: nobody else gives accounts
back.
"""

from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.accounts import queries, service
from hotline.accounts.service import LastAdministrator
from hotline.settings import PasswordProfile

log = structlog.get_logger()

LONGEST_UNUSED = timedelta(days=90)
UNUSED = "unused"


async def disable_unused(session: AsyncSession) -> int:
    """How many were disabled; each is audited and told as an event."""
    if session.info.get("password_profile") is not PasswordProfile.MLPS:
        return 0
    count = 0
    for account in await queries.unused_since(session, clock.now() - LONGEST_UNUSED):
        try:
            await service.disable_account(session, None, account, why=UNUSED)
        except LastAdministrator:
            log.warning("accounts.last_administrator_unused", account_id=str(account.id))
        else:
            count += 1
    return count
