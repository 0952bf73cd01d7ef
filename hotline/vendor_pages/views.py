"""What the pages show, as plain values: read once, then rendered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import Vendor
from hotline.directory.required_papers import lacking
from hotline.dispatch import order_words, queries
from hotline.dispatch.done_photo import photos_lacking
from hotline.dispatch.models import Offer, WorkOrder
from hotline.dispatch.order_effects import list_price
from hotline.dispatch.order_notices import spoken_when
from hotline.dispatch.phrases import yuan
from hotline.dispatch.quotes import ELDER_LIMIT_CENTS, ListPrice
from hotline.dispatch.ring_vendor import may_bridge
from hotline.dispatch.settlement_queries import vendor_statements
from hotline.dispatch.standing_present import vendor_standing
from hotline.dispatch.states import Consent, DonePhoto, OfferState, OrderState, Urgency
from hotline.dispatch.vendor_files import file_of
from hotline.dispatch.vetting_queries import services_of
from hotline.dispatch.workers import Candidate, candidates
from hotline.organizations.queries import organization
from hotline.telephony.dial_rules import plain
from hotline.vendor_pages.standing_view import SHOWN_MONTHS, StandingLines, day, standing_lines
from hotline.vendor_pages.texts import t

_ENDED_TODAY = timedelta(hours=20)
_EARNED = frozenset({OrderState.COMPLETED, OrderState.RATED})


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer without anything personal: the address comes with acceptance."""

    number: str
    service: str
    district: str
    when: str
    needs: str
    is_urgent: bool
    state: str
    until: str
    minutes_left: int
    list_range: str | None
    why: str
    path: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as the vendor that holds it sees it."""

    number: str
    service: str
    state: OrderState
    district: str
    when: str
    needs: str
    address: str | None
    place: str | None
    """A `geo:` address for the phone's own map."""
    phone: str | None
    may_bridge: bool
    list_range: str | None
    list_unit: str
    quote: str | None
    quote_yuan: str
    is_guarded: bool
    amount: str | None
    photos: int
    photos_lacking: int
    owes_photo: bool
    warranty: str | None
    rating: int | None
    path: str


@dataclass(frozen=True, slots=True)
class WorkersView:
    """Who goes, and who may go instead; `unfit` counts those whom something keeps away."""

    named: str | None
    fit: Sequence[tuple[UUID, str]]
    unfit: int


@dataclass(frozen=True, slots=True)
class HomeView:
    """A vendor's own page."""

    vendor: str
    grade: str
    is_silenced: bool
    papers: Sequence[str]
    offers: Sequence[OfferView]
    orders: Sequence[OrderView]
    month: str
    statements: Sequence[tuple[str, str]]
    """Each with the path of its paper."""
    standing: StandingLines


async def offer_view(
    session: AsyncSession, offer: Offer, order: WorkOrder, *, path: str
) -> OfferView:
    now = clock.now()
    place = await organization(session, order.district_id)
    vendor = await session.get_one(Vendor, offer.vendor_id)
    is_over = offer.state == OfferState.OPEN and offer.expires_at <= now
    return OfferView(
        number=order.number,
        service=order.service,
        district=place.district or place.name,
        when=spoken_when(order),
        needs=order.needs,
        is_urgent=order.urgency == Urgency.URGENT,
        state=OfferState.EXPIRED if is_over else offer.state,
        until=f"{clock.local(offer.expires_at):%H:%M}",
        minutes_left=max(0, round((offer.expires_at - now).total_seconds() / 60)),
        list_range=_offered_range(vendor, order.entry_key),
        why=_why(offer),
        path=path,
    )


async def order_view(session: AsyncSession, order: WorkOrder, *, path: str) -> OrderView:
    place = await organization(session, order.district_id)
    price = list_price(order)
    is_open = order.state not in queries.ENDED
    has_consent = order.consent == Consent.GIVEN and is_open
    address = order_words.address_of(session, order) if is_open else order.address_masked
    number = order_words.caller_of(session, order) if has_consent else None
    phone = plain(number) if number else None
    return OrderView(
        number=order.number,
        service=order.service,
        state=OrderState(order.state),
        district=place.district or place.name,
        when=spoken_when(order),
        needs=order.needs,
        address=address,
        place=_geo(order),
        phone=phone,
        may_bridge=phone is None and may_bridge(order),
        list_range=_range(price),
        list_unit=price.unit if price else "",
        quote=yuan(order.quote_cents) if order.quote_cents is not None else None,
        quote_yuan=yuan(order.quote_cents).removesuffix("元") if order.quote_cents else "",
        is_guarded=order.is_elder and (order.quote_cents or 0) > ELDER_LIMIT_CENTS,
        amount=yuan(order.amount_cents) if order.amount_cents is not None else None,
        photos=order.photo_count,
        photos_lacking=photos_lacking(order.category, order.photo_count),
        owes_photo=_owes_photo(order),
        warranty=day(order.warranty_until),
        rating=order.rating,
        path=path,
    )


async def workers_view(session: AsyncSession, order: WorkOrder) -> WorkersView:
    known = await candidates(session, order, clock.now())
    others = [one for one in known if one.worker.id != order.worker_id]
    named = next((one for one in known if one.worker.id == order.worker_id), None)
    return WorkersView(
        named=_badge(named) if named else None,
        fit=[(one.worker.id, _badge(one)) for one in others if one.is_fit],
        unfit=sum(not one.is_fit for one in others),
    )


async def home_view(session: AsyncSession, vendor: Vendor, *, path: str) -> HomeView:
    now = clock.now()
    began = _month_start(now)
    own = await queries.orders_of_vendor(session, vendor.id, since=began)
    served = (await services_of(session, [vendor.id])).get(vendor.id, [])
    today = [one for one in own if _is_of_today(one, now)]
    earned = [one for one in own if one.state in _EARNED and one.ended_at and one.ended_at > began]
    statements = await vendor_statements(session, vendor.id)
    return HomeView(
        vendor=vendor.name,
        grade=vendor.grade,
        is_silenced=vendor.standing != "active",
        papers=_papers(vendor, served, clock.local(now).date()),
        offers=await _open_offers(session, vendor, path),
        orders=[
            await order_view(session, one, path=f"{path}/orders/{one.id}") for one in today
        ],
        month=t(
            "month_orders",
            count=len(earned),
            amount=yuan(sum(one.amount_cents or 0 for one in earned)),
        ),
        statements=[
            (t("statement", number=one.number, count=one.order_count,
               turnover=yuan(one.turnover_cents), closing=_signed(one.closing_cents)),
             f"{path}/statements/{one.id}")
            for one in statements[:SHOWN_MONTHS]
        ],
        standing=standing_lines(await vendor_standing(session, vendor.id)),
    )  # fmt: skip


async def _open_offers(session: AsyncSession, vendor: Vendor, path: str) -> list[OfferView]:
    offers = await queries.open_offers_of_vendor(session, vendor.id)
    return [
        await offer_view(session, offer, order, path=f"{path}/offers/{offer.id}")
        for offer, order in offers
        if offer.expires_at > clock.now()
    ]


async def masked_phone(session: AsyncSession, vendor_id: UUID) -> str:
    vendor = await session.get_one(Vendor, vendor_id)
    return (await file_of(session, vendor)).phone_masked


def _why(offer: Offer) -> str:
    """Only the vendor's own line of the reason: others' standing is not its business."""
    why = str(offer.reason.get("why", "rotation"))
    if why != "rotation":
        return t(f"why_{why}")
    told = offer.reason.get("eligible", [])
    own = next((one for one in told if one["vendor_id"] == str(offer.vendor_id)), None)
    if own is None:
        return ""
    return t("why_rotation", count=len(told), turns=own["turns"], entitled=f"{own['entitled']:.0%}")


def _offered_range(vendor: Vendor, entry_key: str) -> str | None:
    price = next((one for one in vendor.price_list if one["service_id"] == entry_key), None)
    if price is None:
        return None
    low, high = (round(price[name] * 100) for name in ("price_min", "price_max"))
    return _range(ListPrice(low, high, price["unit"]))


def _range(price: ListPrice | None) -> str | None:
    if price is None:
        return None
    return t("list_range", low=yuan(price.min_cents), high=yuan(price.max_cents), unit=price.unit)


def _badge(one: Candidate) -> str:
    return t("worker_badge", worker=one.worker.name_masked, badge=one.worker.badge)


def _geo(order: WorkOrder) -> str | None:
    return None if order.lat is None or order.lon is None else f"geo:{order.lat},{order.lon}"


def _papers(vendor: Vendor, served: Sequence[str], today: date) -> list[str]:
    """Those that are held, then those without which some service is not sent its way."""
    held = [
        t(
            "paper" if date.fromisoformat(one["expires"]) >= today else "paper_over",
            document=one["document"],
            day=one["expires"],
        )
        for one in vendor.vetting
    ]
    names = {one["document"] for one in vendor.vetting}
    missing = [one for one in lacking(vendor.vetting, served, today) if one not in names]
    return held + [t("paper_missing", document=one) for one in missing]


def _is_of_today(order: WorkOrder, now: datetime) -> bool:
    """Or there is still something to do about it."""
    is_fresh = order.ended_at is None or order.ended_at > now - _ENDED_TODAY
    return is_fresh or _owes_photo(order)


def _owes_photo(order: WorkOrder) -> bool:
    return order.done_photo == DonePhoto.OWED


def _signed(cents: int) -> str:
    return f"-{yuan(-cents)}" if cents < 0 else yuan(cents)


def _month_start(now: datetime) -> datetime:
    return clock.local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
