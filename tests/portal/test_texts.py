"""Both languages are whole, and every key that a template asks for is there."""

import re
from pathlib import Path
from string import Formatter

import pytest

from hotline.matching.sample import sample_entries
from hotline.portal import browse
from hotline.portal.texts import LANGUAGES, texts_of

ASKED = re.compile(r"""\bt\(\s*"([a-z0-9_.]+)"(?!\s*~)""", re.IGNORECASE)


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_and_gaps() -> None:
    chinese, english = (texts_of(language).words for language in LANGUAGES)
    assert set(chinese) == set(english)
    assert {k: gaps(chinese[k]) for k in chinese} == {k: gaps(english[k]) for k in chinese}


def test_english_has_no_chinese_but_in_examples_and_names() -> None:
    words = texts_of("en").words
    chinese = {key for key, text in words.items() if re.search(r"[\u4e00-\u9fff]", text)}
    examples = {f"home.example.{number}" for number in range(1, 5)}
    assert chinese == examples | {
        "search.placeholder", "display.other_language", "about.call_text",
    }  # fmt: skip


def test_every_text_that_a_page_asks_for_exists(repository: Path) -> None:
    asked = set[str]()
    folder = repository / "hotline" / "portal"
    for path in [*folder.glob("templates/*.html"), *folder.glob("*.py")]:
        asked |= set(ASKED.findall(path.read_text(encoding="utf-8")))
    asked |= {f"life.{key}" for key in browse.life_events()}
    asked |= {f"kind.{kind}" for kind in browse.KINDS}
    assert len(asked) > 80
    assert asked - set(texts_of("zh-CN").words) == set()


def test_every_category_and_district_of_the_shipped_city_has_an_english_name() -> None:
    entries = sample_entries()
    words = {browse.top_of(entry) for entry in entries}
    words |= {district for entry in entries for district in entry.districts}
    assert len(words) > 60
    assert [word for word in sorted(words) if word not in texts_of("en").names] == []


def test_a_missing_text_is_a_bug_that_shows() -> None:
    with pytest.raises(KeyError):
        texts_of("zh-CN").t("no.such.text")
