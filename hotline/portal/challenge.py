"""A little work before a form is taken: a sum told in words, or a number found by a script; pure.

A challenge is a text with the form, the moment and a random part, signed: nothing is stored until
it is used. What the sum is follows from the key too, so that the text does not tell it. The script
looks for a number that makes SHA-256 of both begin with `BITS` zeros (Hashcash, Back 2002).
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

BITS = 14
"""Some 16,000 digests: below a second on a desk, a few on an old phone."""
FRESH = timedelta(minutes=30)
TOKEN, ANSWER, WORK = "gate", "gate_answer", "gate_work"
"""Names of the fields in a form."""

Sign = Callable[[str], bytes]

_ZH = "零一二三四五六七八九十"
_EN = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
]  # fmt: skip


class Form(StrEnum):
    REPORT = "report"
    ORDER = "order"
    CALL = "call"
    PROXY = "proxy"
    TRACK = "track"
    ACT = "act"
    """What is done with a ticket by number and code."""
    WRONG = "wrong"
    OBJECT = "object"


class Fault(StrEnum):
    ASKED = "asked"
    """Nothing was asked when the page was made, or nobody answered."""
    STALE = "stale"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Sum:
    left: int
    right: int
    is_plus: bool

    @property
    def result(self) -> int:
        return self.left + self.right if self.is_plus else self.left - self.right


def issue(form: Form, now: datetime, nonce: str, sign: Sign) -> str:
    body = f"{form}.{int(now.timestamp())}.{nonce}"
    return f"{body}.{_signature(body, sign)}"


def sum_of(token: str, sign: Sign) -> Sum:
    digest = sign(f"sum {token}")
    small, other = 2 + digest[0] % 7, 2 + digest[1] % 7
    is_plus = digest[2] % 2 == 0
    return Sum(small, other, is_plus) if is_plus else Sum(small + other, other, is_plus)


def fault_of(form: Form, given: Mapping[str, str], now: datetime, sign: Sign) -> Fault | None:
    """None when the challenge is ours, for this form, young enough, and one way is done."""
    token = given.get(TOKEN, "")[:200]
    if not token:
        return Fault.ASKED
    body, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(body, sign).encode()):
        return Fault.STALE
    name, issued, _ = body.split(".")
    age = now - datetime.fromtimestamp(int(issued), now.tzinfo)
    if name != form or not timedelta(seconds=-60) <= age <= FRESH:
        return Fault.STALE
    if is_worked(token, given.get(WORK, "")):
        return None
    answer = given.get(ANSWER, "")
    if not answer:
        return Fault.ASKED
    return None if number_in(answer) == sum_of(token, sign).result else Fault.WRONG


def is_worked(token: str, work: str) -> bool:
    if not (work.isascii() and work.isdecimal() and len(work) <= 12):
        return False
    digest = hashlib.sha256(f"{token}:{work}".encode()).digest()
    return int.from_bytes(digest[:4]) >> (32 - BITS) == 0


def spoken(number: int, language: str) -> str:
    """As people say it, from 0 to 18."""
    if language == "en":
        return _EN[number]
    return _ZH[number] if number <= 10 else "十" + _ZH[number - 10]


def number_in(answer: str) -> int | None:
    """Digits of any width, or the number in Chinese or English words."""
    plain = unicodedata.normalize("NFKC", answer).strip(" 。.").casefold()
    if plain.isdecimal():
        return int(plain[:4])
    if plain in _EN:
        return _EN.index(plain)
    return next((number for number in range(19) if spoken(number, "zh-CN") == plain), None)


def _signature(body: str, sign: Sign) -> str:
    return sign(f"challenge {body}").hex()[:32]
