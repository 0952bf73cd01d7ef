"""Everything that became of a ticket, for whoever may see it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts.queries import names_of as account_names
from hotline.organizations.queries import organizations_by_id
from hotline.principal import Principal
from hotline.tickets import queries
from hotline.tickets.outcome_schemas import Outcomes
from hotline.tickets.queries import Names


async def read_outcomes(session: AsyncSession, principal: Principal, ticket_id: UUID) -> Outcomes:
    replies = list(await session.scalars(queries.replies(principal, ticket_id)))
    visits = list(await session.scalars(queries.visits(principal, ticket_id)))
    petitioners = list(await session.scalars(queries.petitioners(principal, ticket_id)))
    requests = list(await session.scalars(queries.requests(principal, ticket_id)))
    places = {row.organization_id for row in replies} | {row.organization_id for row in requests}
    people = {row.visited_by_id for row in visits if row.visited_by_id is not None}
    names = Names(
        await organizations_by_id(session, places),
        await account_names(session, people) if people else {},
    )
    return Outcomes.of(replies, visits, petitioners, requests, names)
