"""Whether a quote holds by the list, or must be agreed to again. Pure; money in cents."""

from dataclasses import dataclass

ELDER_LIMIT_CENTS = 50_000
WARRANTY_DAYS = 30
"""The least that a vendor owes."""


@dataclass(frozen=True, slots=True)
class ListPrice:
    """What the vendor's list says of one unit of the service."""

    min_cents: int
    max_cents: int
    unit: str


@dataclass(frozen=True, slots=True)
class Quote:
    """`quantity` counts the list's unit: hours, square metres, visits."""

    amount_cents: int
    quantity: float = 1.0


def is_within_list(quote: Quote, price: ListPrice | None) -> bool:
    """Without a list price every quote is agreed to by the resident."""
    return price is not None and quote.amount_cents <= round(price.max_cents * quote.quantity)


def is_guarded(quote: Quote, *, is_elder: bool) -> bool:
    """An elder's family or an agent agrees too when it is much money."""
    return is_elder and quote.amount_cents > ELDER_LIMIT_CENTS


def holds_at_once(quote: Quote, price: ListPrice | None, *, is_elder: bool) -> bool:
    return is_within_list(quote, price) and not is_guarded(quote, is_elder=is_elder)


def may_charge(amount_cents: int, quoted_cents: int) -> bool:
    """Less than was quoted is welcome, more is not."""
    return 0 <= amount_cents <= quoted_cents
