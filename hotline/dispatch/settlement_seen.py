"""What a path of the settlement's edges names: what is not visible is 404 before all else.

Declare each before the scoped principal.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from hotline.accounts.auth import AnyAccount
from hotline.db import Tx
from hotline.directory.models import Vendor
from hotline.dispatch import ledger_queries, standing_queries
from hotline.dispatch import settlement_queries as queries
from hotline.dispatch.ledger_models import Settlement, Statement
from hotline.errors import NotFound


def _known(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


async def seen_vendor(vendor_id: str, session: Tx, principal: AnyAccount) -> Vendor:
    return await ledger_queries.vendor(session, principal, _known(vendor_id))


async def seen_settlement(settlement_id: str, session: Tx, principal: AnyAccount) -> Settlement:
    return await queries.settlement(session, principal, _known(settlement_id))


async def seen_statement(statement_id: str, session: Tx, principal: AnyAccount) -> Statement:
    return await queries.statement(session, principal, _known(statement_id))


async def seen_payout(payout_id: str, session: Tx, principal: AnyAccount) -> UUID:
    return (await queries.payout(session, principal, _known(payout_id))).id


async def seen_entry(entry_id: str, session: Tx, principal: AnyAccount) -> UUID:
    return (await ledger_queries.entry(session, principal, _known(entry_id))).id


async def seen_bar(bar_id: str, session: Tx, principal: AnyAccount) -> UUID:
    return (await standing_queries.bar(session, principal, _known(bar_id))).id


async def seen_appeal(appeal_id: str, session: Tx, principal: AnyAccount) -> UUID:
    return (await standing_queries.locked_appeal(session, principal, _known(appeal_id))).id


SeenVendor = Annotated[Vendor, Depends(seen_vendor)]
SeenSettlement = Annotated[Settlement, Depends(seen_settlement)]
SeenStatement = Annotated[Statement, Depends(seen_statement)]
SeenPayout = Annotated[UUID, Depends(seen_payout)]
SeenEntry = Annotated[UUID, Depends(seen_entry)]
SeenBar = Annotated[UUID, Depends(seen_bar)]
SeenAppeal = Annotated[UUID, Depends(seen_appeal)]
