"""What figures are called and files of the statistics say, in Chinese or English.

Names that the city gave (organizations, subjects, entries, vendors, people) stay as they are.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Literal

from hotline import clock
from hotline.stats.kpis import Kpi, Unit


class Language(StrEnum):
    CHINESE = "zh-CN"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Words:
    language: Language
    texts: Mapping[str, str]

    def t(self, key: str, **gaps: object) -> str:
        """A key that is missing is a bug and raises."""
        return self.texts[key].format(**gaps) if gaps else self.texts[key]

    def of(self, kpi: Kpi, part: Literal["name", "formula", "excludes", "source"] = "name") -> str:
        is_english = self.language is Language.ENGLISH
        told: str = getattr(kpi, f"{part}_en" if is_english else part)
        return told

    def day(self, day: date) -> str:
        if self.language is Language.ENGLISH:
            return f"{day:%-d %B %Y}"
        return f"{day:%Y年%-m月%-d日}"

    def days(self, first: date, last: date) -> str:
        """The year once where it is the same."""
        if first == last:
            return self.day(first)
        is_one_year = first.year == last.year
        if self.language is Language.ENGLISH:
            begin = f"{first:%-d %B}" if is_one_year else self.day(first)
            return f"{begin} to {self.day(last)}"
        end = f"{last:%-m月%-d日}" if is_one_year else self.day(last)
        return f"{self.day(first)}至{end}"

    def moment(self, at: datetime) -> str:
        here = clock.local(at)
        return f"{self.day(here.date())} {here:%H:%M}"

    def value(self, kpi: Kpi, value: float | None) -> str:
        """As people read it; a dash where there is no sample."""
        if value is None:
            return "—"
        if kpi.unit is Unit.RATIO:
            return f"{value:.1%}"
        if kpi.unit is Unit.COUNT:
            return f"{value:,.0f}"
        return f"{value:,.1f} {self.t(f'unit.{kpi.unit}')}"

    def target(self, kpi: Kpi) -> str:
        if kpi.target is None:
            return "—"
        sign = "≤ " if kpi.better == "down" else "≥ "
        return sign + self.value(kpi, kpi.target)


@cache
def words_of(language: Language) -> Words:
    listing = files("hotline.stats") / "texts" / f"{language}.json"
    return Words(language, json.loads(listing.read_text(encoding="utf-8")))


def preferred(header: str | None) -> Language:
    """By the weights of `Accept-Language` (RFC 9110); Chinese unless English is liked better."""
    weights = dict.fromkeys(Language, 0.0)
    for part in (header or "")[:500].split(","):
        tag, _, more = part.strip().partition(";")
        for language in Language:
            if tag.casefold().startswith(language[:2]):
                weights[language] = max(weights[language], _weight(more))
    is_english = weights[Language.ENGLISH] > weights[Language.CHINESE]
    return Language.ENGLISH if is_english else Language.CHINESE


def _weight(parameter: str) -> float:
    try:
        return float(parameter.strip().removeprefix("q=")) if parameter.strip() else 1.0
    except ValueError:
        return 0.0
