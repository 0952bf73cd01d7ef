"""Links of vendors: a token of 192 random bits, kept as its hash, for one vendor and one purpose.

Looking at a link uses nothing up and changes nothing.
"""

import hashlib
import secrets
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.dispatch.models import VendorLink
from hotline.dispatch.states import LinkPurpose

VALID_FOR = MappingProxyType(
    {
        LinkPurpose.OFFER: timedelta(hours=24),
        LinkPurpose.ORDER: timedelta(days=45),
        LinkPurpose.HOME: timedelta(days=365),
        LinkPurpose.SESSION: timedelta(hours=12),
    }
)
OPENS_ALONE = timedelta(hours=72)
"""After that the link of an order asks for a code, as the vendor's own pages always do."""
_TOKEN_BYTES = 24


async def make_link(
    session: AsyncSession,
    vendor_id: UUID,
    purpose: LinkPurpose,
    *,
    order_id: UUID | None = None,
    offer_id: UUID | None = None,
    person_id: UUID | None = None,
) -> str:
    """The token of a new link; it is never seen again."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        VendorLink(
            vendor_id=vendor_id,
            purpose=purpose,
            order_id=order_id,
            offer_id=offer_id,
            person_id=person_id,
            token_hash=_hash(token),
            expires_at=clock.now() + VALID_FOR[purpose],
        )
    )
    await session.flush()
    return token


async def open_link(session: AsyncSession, token: str) -> VendorLink | None:
    """What the token opens now."""
    return await session.scalar(
        select(VendorLink).where(
            VendorLink.token_hash == _hash(token), VendorLink.expires_at > clock.now()
        )
    )


def asks_for_code(link: VendorLink) -> bool:
    """Whether whoever holds it must also hold the vendor's registered telephone."""
    if link.purpose == LinkPurpose.ORDER:
        return link.created_at <= clock.now() - OPENS_ALONE
    return link.purpose == LinkPurpose.HOME


async def close_order_links(session: AsyncSession, order_id: UUID) -> None:
    """The order is not this vendor's any more; offers' links stay, to say so."""
    now = clock.now()
    await session.execute(
        update(VendorLink)
        .where(
            VendorLink.order_id == order_id,
            VendorLink.purpose == LinkPurpose.ORDER,
            VendorLink.expires_at > now,
        )
        .values(expires_at=now)
    )


async def close_link(session: AsyncSession, token: str) -> None:
    """Sign off."""
    await session.execute(
        update(VendorLink)
        .where(VendorLink.token_hash == _hash(token), VendorLink.expires_at > clock.now())
        .values(expires_at=clock.now())
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
