"""Money and numbers as people type and read them. Pure."""

from decimal import Decimal, InvalidOperation

_MOST = Decimal(100_000)


def cents_typed(text: str) -> int | None:
    """ "120", "120.5", "１２０元" → cents; None for what is no sum of money."""
    plain = text.strip().removesuffix("元").strip()
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 <= amount <= _MOST or amount * 100 != int(amount * 100):
        return None
    return int(amount * 100)


def quantity_typed(text: str) -> float | None:
    try:
        quantity = Decimal(text.strip())
    except InvalidOperation:
        return None
    return float(quantity) if quantity.is_finite() and 0 < quantity <= 10_000 else None
