"""How a reader wants to see the portal: language, size of letters, light or dark. Pure.

The choice lies in one cookie that says nothing about the person; a query wins over it, so that a
link can point to the English page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hotline.portal.texts import CHINESE, LANGUAGES

COOKIE = "portal"
THEMES = ("auto", "light", "dark")
SIZES = ("normal", "large")


@dataclass(frozen=True, slots=True)
class Display:
    language: str = CHINESE
    size: str = "normal"
    theme: str = "auto"

    @property
    def is_large(self) -> bool:
        return self.size == "large"

    @property
    def cookie(self) -> str:
        return ".".join((self.language, self.size, self.theme))

    def with_choices(self, chosen: Mapping[str, str]) -> "Display":
        """`lang`, `size` and `theme` as far as they are known words."""
        return replace(
            self,
            language=_known(chosen.get("lang"), LANGUAGES, self.language),
            size=_known(chosen.get("size"), SIZES, self.size),
            theme=_known(chosen.get("theme"), THEMES, self.theme),
        )


def read_display(cookie: str | None, query: Mapping[str, str]) -> Display:
    parts = (cookie or "").split(".")
    kept = dict(zip(("lang", "size", "theme"), parts, strict=False))
    return Display().with_choices(kept).with_choices(query)


def own_path(asked: str | None) -> str:
    """Where to go back to: a path of this site, never another site."""
    if not asked or not asked.startswith("/") or asked.startswith("//"):
        return "/"
    return asked if asked.isprintable() and "\\" not in asked else "/"


def _known(word: str | None, words: tuple[str, ...], otherwise: str) -> str:
    return word if word in words else otherwise
