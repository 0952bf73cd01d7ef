"""Who acts on a work order: somebody at a desk, a vendor, the resident, the hotline itself."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.dispatch.phrases import phrase
from hotline.dispatch.rules import Who
from hotline.organizations.queries import subtree_ids
from hotline.principal import Principal

_MACHINE_SCOPES = frozenset({"tickets:read", "tickets:write", "orders:read", "orders:write"})


@dataclass(frozen=True, slots=True)
class Actor:
    """As the history names them; a resident is never named."""

    who: Who
    name: str
    account_id: UUID | None = None
    organization_id: UUID | None = None
    vendor_id: UUID | None = None
    is_told: bool = False
    """What is reported came by telephone or text message: no photo comes with it."""


def staff(principal: Principal) -> Actor:
    """Whoever signed in; the hotline where nobody did."""
    who = Who.HOTLINE if principal.account_id is None else Who.STAFF
    return Actor(who, principal.name, principal.account_id, principal.organization_id, is_told=True)


def vendor(
    vendor_id: UUID, name: str, person: str | None = None, *, is_told: bool = False
) -> Actor:
    """With a person, whoever of the vendor it was, masked."""
    named = phrase("vendor_person", vendor=name, person=person) if person else name
    return Actor(Who.VENDOR, named, vendor_id=vendor_id, is_told=is_told)


def resident() -> Actor:
    return Actor(Who.RESIDENT, phrase("resident"))


def hotline() -> Actor:
    return Actor(Who.HOTLINE, phrase("hotline"))


async def machine(session: AsyncSession, city_id: UUID) -> Principal:
    """The hotline as a principal of the whole city, for what it does with tickets."""
    return Principal(
        account_id=None,
        name=phrase("hotline"),
        scopes=_MACHINE_SCOPES,
        organization_id=city_id,
        subtree=await subtree_ids(session, city_id),
    )
