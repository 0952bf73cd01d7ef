"""Every refusal that the console may get has its words in both languages of the console."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import hotline.main  # noqa: F401 (knows every refusal)
from hotline.errors import HotlineError

CATALOGS = Path(__file__).parents[2] / "agents_ui/src/i18n"


def kinds_of(kind: type[HotlineError]) -> Iterator[type[HotlineError]]:
    for below in kind.__subclasses__():
        yield below
        yield from kinds_of(below)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_refusal_has_words(language: str) -> None:
    codes = {kind.code for kind in kinds_of(HotlineError) if kind.__module__.startswith("hotline.")}
    catalog = (CATALOGS / language / "errors.ts").read_text(encoding="utf-8")
    assert len(codes) > 50
    assert codes - set(re.findall(r"^ +([a-z_]+):", catalog, re.MULTILINE)) == set()
