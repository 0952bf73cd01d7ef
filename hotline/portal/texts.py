"""Words of the portal in the reader's language; what the directory says stays Chinese."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from markupsafe import Markup, escape

CHINESE, ENGLISH = "zh-CN", "en"
LANGUAGES = (CHINESE, ENGLISH)


@dataclass(frozen=True, slots=True)
class Texts:
    """One language. `names` translates words of the directory where that language has them."""

    language: str
    words: Mapping[str, str]
    names: Mapping[str, str]

    def t(self, key: str, **gaps: object) -> str:
        """The text of a key; a key that is missing is a bug and raises."""
        return self.words[key].format(**gaps) if gaps else self.words[key]

    def named(self, word: str) -> str | Markup:
        """A district, category or day in this language, else in Chinese, marked as such."""
        return self.names.get(word) or self.zh(word)

    def zh(self, text: str) -> str | Markup:
        """Words of the directory, marked as Chinese where the page is not."""
        if self.language == CHINESE or text.isascii():
            return text
        return Markup('<span lang="zh-CN">{}</span>').format(escape(text))

    @property
    def is_chinese(self) -> bool:
        return self.language == CHINESE


@cache
def texts_of(language: str) -> Texts:
    return Texts(language, _listing(f"{language}.json"), _listing(f"names.{language}.json"))


def _listing(name: str) -> Mapping[str, str]:
    listing = files("hotline.portal") / "texts" / name
    words: dict[str, str] = json.loads(listing.read_text(encoding="utf-8"))
    return words
