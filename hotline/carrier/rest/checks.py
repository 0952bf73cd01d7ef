"""Checks of form fields, each with its documented error code."""

from hotline.carrier import addresses
from hotline.carrier.attributes import METHODS
from hotline.carrier.rest.fields import Fields
from hotline.carrier.rest.route import INVALID_PARAMETER, RestError
from hotline.carrier.urls import is_webhook_url

INVALID_URL = 21205
INVALID_METHOD = 21403
INVALID_CALL_METHOD = 21209
INVALID_DIGITS = 21206
INVALID_STATUS_CALLBACK = 21609
_SENT_DIGITS = frozenset("0123456789ABCD#*wW")
_MOST_DIGITS = 32


def url(fields: Fields, name: str, code: int = INVALID_URL) -> str | None:
    value = fields.text(name)
    if value is not None and not is_webhook_url(value):
        raise RestError(400, code, f"{name} is not a valid URL: {value}")
    return value


def method(fields: Fields, name: str, default: str = "POST", code: int = INVALID_METHOD) -> str:
    value = (fields.text(name) or default).upper()
    if value not in METHODS:
        raise RestError(400, code, f"{name} must be GET or POST")
    return value


def digits(fields: Fields, name: str) -> str | None:
    """Keys to send, with `w` and `W` for half a second and a second of waiting."""
    value = fields.text(name)
    if value is not None and (not set(value) <= _SENT_DIGITS or len(value) > _MOST_DIGITS):
        raise RestError(400, INVALID_DIGITS, f"{name} may hold 32 of 0-9, A-D, #, *, w and W")
    return value


def whole(
    fields: Fields, name: str, low: int, high: int, code: int = INVALID_PARAMETER
) -> int | None:
    try:
        number = fields.whole(name)
    except ValueError:
        raise RestError(400, code, f"{name} is not a number") from None
    if number is not None and not low <= number <= high:
        raise RestError(400, code, f"{name} must be between {low} and {high}")
    return number


def choice(
    fields: Fields, name: str, allowed: frozenset[str], code: int = INVALID_PARAMETER
) -> str | None:
    value = fields.text(name)
    if value is not None and value not in allowed:
        raise RestError(400, code, f"{name} must be one of {sorted(allowed)}")
    return value


def dialled(fields: Fields, missing: tuple[int, str], invalid: int) -> str:
    """`To` of a call or a message."""
    return _address(fields, "To", missing, invalid)


def caller(fields: Fields, missing: tuple[int, str], invalid: int) -> str:
    """`From`: a number, a client or a SIP address."""
    return _address(fields, "From", missing, invalid)


def number(fields: Fields, name: str, missing: tuple[int, str], invalid: int) -> str:
    address = _address(fields, name, missing, invalid)
    if not addresses.is_number(address):
        raise _invalid(name, address, invalid)
    return address


def _address(fields: Fields, name: str, missing: tuple[int, str], invalid: int) -> str:
    value = fields.text(name)
    if value is None:
        raise RestError(400, *missing)
    address = addresses.clean(value)
    if not addresses.may_be_dialled(address):
        raise _invalid(name, value, invalid)
    return address


def _invalid(name: str, value: str, code: int) -> RestError:
    return RestError(400, code, f"The '{name}' number {value} is not a valid phone number.")
