"""The sentences that callers hear, by key; an organization may put its own in their place."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from string import Formatter

from hotline.conversation.talk import Line

LONGEST = 80
"""Characters that one turn may take (GB/T 33358 asks for brevity; 80 is our own limit)."""


def default_texts() -> Mapping[str, str]:
    return _shipped("zh-CN")


def gaps_of(text: str) -> set[str] | None:
    """The names of the gaps in a text; None where its braces do not pair, or do more than fill."""
    try:
        gaps = [gap for gap in Formatter().parse(text) if gap[1] is not None]
    except ValueError:
        return None
    if any(layout or conversion for _, _, layout, conversion in gaps):
        return None
    return {str(name) for _, name, *_ in gaps}


_DISPENSABLE = (
    "anything_else", "offer_text", "offer_add", "offer_urge", "offer_urge_cancel", "offer_reopen",
)  # fmt: skip
_CLAUSE = re.compile(r"[^，；。]+[，；。]?")


class Wording:
    """Shipped texts with an organization's own in front of them."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        self._texts = {**default_texts(), **(own or {})}

    def text(self, key: str, **params: str) -> str:
        return self._texts[key].format_map(params)

    def spoken(self, line: Line, **more: str) -> str:
        return self._texts[line.key].format_map({**more, **line.params})


def fitted(spoken: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The sentences (key, text) of a turn within `LONGEST`: the conclusion stays.

    First the offers of more and of a text message go, then the ends of summaries, by clauses.
    """
    kept = list(spoken)
    for dispensable in _DISPENSABLE:
        if _length(kept) > LONGEST:
            kept = [line for line in kept if line[0] != dispensable or len(kept) == 1]
    over = _length(kept) - LONGEST
    return tuple(_shortened(text, over) if key == "summary" else text for key, text in kept)


def _length(spoken: Sequence[tuple[str, str]]) -> int:
    return sum(len(text) for _, text in spoken)


def _shortened(text: str, by: int) -> str:
    """Whole clauses from the front; at least the first one stays."""
    if by <= 0:
        return text
    clauses: list[str] = _CLAUSE.findall(text)
    kept = clauses[0]
    for clause in clauses[1:]:
        if len(kept) + len(clause) > len(text) - by:
            break
        kept += clause
    return kept.rstrip("，；、") + ("。" if not kept.endswith("。") else "")


@cache
def _shipped(language: str) -> Mapping[str, str]:
    listing = files("hotline.conversation") / "texts" / f"{language}.json"
    texts: dict[str, str] = json.loads(listing.read_text(encoding="utf-8"))
    return texts
