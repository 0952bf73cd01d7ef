"""The sentences that callers hear, by key; an organization may put its own in their place."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from hotline.conversation.talk import Line

LONGEST = 80
"""Characters that one turn may take (GB/T 33358 asks for brevity; 80 is our own limit)."""


def default_texts() -> Mapping[str, str]:
    return _shipped("zh-CN")


class Wording:
    """Shipped texts with an organization's own in front of them."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        self._texts = {**default_texts(), **(own or {})}

    def text(self, key: str, **params: str) -> str:
        return self._texts[key].format_map(params)

    def spoken(self, line: Line, **more: str) -> str:
        return self._texts[line.key].format_map({**more, **line.params})


@cache
def _shipped(language: str) -> Mapping[str, str]:
    listing = files("hotline.conversation") / "texts" / f"{language}.json"
    texts: dict[str, str] = json.loads(listing.read_text(encoding="utf-8"))
    return texts
