"""Reports that somebody keeps, shares with the own organization, and has mailed."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit
from hotline.accounts import queries as accounts
from hotline.accounts.models import Account
from hotline.accounts.roles import scopes_of
from hotline.errors import NotFound
from hotline.organizations.queries import subtree_of_all
from hotline.principal import Principal
from hotline.stats.models import StatReport
from hotline.stats.report_schemas import Every, KeptReportIn

MONDAY = 0


def seen_by(principal: Principal) -> Select[StatReport]:
    """One's own, and what others of the organization share."""
    shared = (StatReport.organization_id == principal.organization_id) & StatReport.is_shared
    mine = StatReport.owner_id == principal.account_id
    return select(StatReport).where(or_(mine, shared)).order_by(StatReport.id)


async def keep_report(
    session: AsyncSession, principal: Principal, wanted: KeptReportIn
) -> StatReport:
    """To whom reports go is audited: the numbers leave the house."""
    assert principal.account_id is not None
    report = StatReport(
        organization_id=principal.organization_id,
        owner_id=principal.account_id,
        **wanted.model_dump(mode="json"),
    )
    session.add(report)
    await session.flush()
    await audit.record(
        session, principal, "report.kept", target=f"report:{report.id}", every=wanted.every,
        recipient_count=len(wanted.recipients),
    )  # fmt: skip
    return report


async def report_seen(session: AsyncSession, principal: Principal, report_id: UUID) -> StatReport:
    found = await session.scalar(seen_by(principal).where(StatReport.id == report_id))
    if found is None:
        raise NotFound
    return found


async def drop_report(session: AsyncSession, principal: Principal, report_id: UUID) -> None:
    """Only by its owner; anybody else's is not found."""
    report = await report_seen(session, principal, report_id)
    if report.owner_id != principal.account_id:
        raise NotFound
    await session.delete(report)
    await audit.record(session, principal, "report.dropped", target=f"report:{report_id}")


def is_due(every: Every | None, sent_on: date | None, today: date) -> bool:
    """Once on its day; what was missed while nobody worked is not made up for."""
    if every is None or (sent_on is not None and sent_on >= today):
        return False
    match every:
        case Every.DAY:
            return True
        case Every.WEEK:
            return today.weekday() == MONDAY
        case Every.MONTH:
            return today.day == 1


async def due_ids(session: AsyncSession, today: date) -> list[UUID]:
    chosen = select(StatReport).where(StatReport.every.is_not(None)).order_by(StatReport.id)
    return [
        row.id
        for row in await session.scalars(chosen)
        if row.recipients and is_due(Every(str(row.every)), row.sent_on, today)
    ]


async def owner_of(session: AsyncSession, report: StatReport) -> Principal | None:
    """As the owner is today: whoever left, or may see no statistics any more, sends nothing."""
    account = await session.get(Account, report.owner_id)
    if account is None or account.disabled_at is not None:
        return None
    bound = await accounts.bindings(session, [account.id])
    scopes = scopes_of(binding.role for binding, _ in bound)
    if "stats:read" not in scopes:
        return None
    return Principal(
        account_id=account.id,
        name=account.display_name,
        scopes=scopes,
        organization_id=account.organization_id,
        subtree=await subtree_of_all(session, {place.id for _, place in bound}),
    )
