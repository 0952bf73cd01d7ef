"""Callers who say that they are in another city: what they need is seldom ours to answer."""

import re
import tomllib
from functools import cache
from importlib.resources import files


def is_elsewhere(text: str) -> bool:
    return _said().search(text) is not None


@cache
def _said() -> re.Pattern[str]:
    listing = files("hotline.matching") / "lexicon" / "elsewhere.toml"
    listed = tomllib.loads(listing.read_text(encoding="utf-8"))
    city = f"(?:{'|'.join(listed['city'])})"
    return re.compile("|".join(listed["said"]).replace("<city>", city))
