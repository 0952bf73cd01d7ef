"""Words by which a phone says that a number may write to it no more, again, or how that works.

As documented for long codes: a message counts only when it is one such word and nothing else, in
upper or lower case. What is stopped is one pair, a number of ours and a phone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from hotline.carrier import addresses

UNSUBSCRIBED = 21610
UNSUBSCRIBED_MESSAGE = "Attempt to send to unsubscribed recipient"
DOCUMENTED_LANGUAGE = "en"


class Keyword(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"


_WORDS = {
    Keyword.STOP: "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT",
    Keyword.START: "START YES UNSTOP",
    Keyword.HELP: "HELP INFO",
}
_KEYWORDS = {word: keyword for keyword, words in _WORDS.items() for word in words.split()}


def keyword_of(body: str) -> Keyword | None:
    return _KEYWORDS.get(body.strip().upper())


def reply_to(keyword: Keyword, language: str) -> str:
    """What the phone is told; in English the documented sentences."""
    return _replies()[language][keyword]


@dataclass(frozen=True, slots=True)
class OptOut:
    """The phone wants nothing from the number."""

    sid: str
    number: str
    phone: str

    def as_state(self) -> dict[str, Any]:
        return {"sid": self.sid, "number": self.number, "phone": self.phone}


class OptOuts:
    """Every pair that is stopped."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, str], OptOut] = {}

    def add(self, opt_out: OptOut) -> None:
        self._pairs[_pair(opt_out.number, opt_out.phone)] = opt_out

    def remove(self, number: str, phone: str) -> OptOut | None:
        return self._pairs.pop(_pair(number, phone), None)

    def covers(self, number: str | None, phone: str) -> bool:
        return number is not None and _pair(number, phone) in self._pairs


def _pair(number: str, phone: str) -> tuple[str, str]:
    return addresses.key(number), addresses.key(phone)


@cache
def _replies() -> Mapping[str, Mapping[str, str]]:
    listing = files("hotline.carrier") / "texts" / "keyword_replies.json"
    replies: dict[str, dict[str, str]] = json.loads(listing.read_text(encoding="utf-8"))
    return replies
