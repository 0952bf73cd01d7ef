"""Hot topics: what is asked today far more than in the seven days before; subjects and words.

The score is how many standard deviations of chance today lies above the mean (Poisson).
"""

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.principal import Principal
from hotline.stats import queries
from hotline.stats.measures import NONE
from hotline.stats.names import member_names
from hotline.stats.periods import Period, Step
from hotline.stats.schemas import TopicOut, TopicsOut
from hotline.stats.wording import Words
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket

BEFORE = 7
Key = TypeVar("Key", str, tuple[str, str])
FEWEST, LEAST_SCORE, MOST = 3, 2.0, 12
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
# Pairs that say nothing of the matter: politeness, grammar, places, our own phrases.
_EMPTY = frozenset(Path(__file__).with_name("empty_words.txt").read_text("utf-8").split())


@dataclass(frozen=True, slots=True)
class Rise:
    today: int
    mean: float

    @property
    def growth(self) -> float:
        return self.today / max(self.mean, 1 / BEFORE)

    @property
    def score(self) -> float:
        return (self.today - self.mean) / math.sqrt(max(self.mean, 1.0))

    @property
    def is_hot(self) -> bool:
        return self.today >= FEWEST and self.score >= LEAST_SCORE


async def topics(
    session: AsyncSession, principal: Principal, scope_id: UUID, on: date, *, words: Words
) -> TopicsOut:
    city_id = await queries.city_of(session, scope_id)
    return TopicsOut(
        on=on,
        subjects=await rising_subjects(session, city_id, scope_id, on, words=words),
        words=await rising_words(session, principal, scope_id, on, words=words),
    )


async def rising_subjects(
    session: AsyncSession, city_id: UUID, scope_id: UUID, on: date, *, words: Words
) -> list[TopicOut]:
    """By subject and district."""
    period = Period(on - timedelta(days=BEFORE), on)
    cells = await queries.sums_by(
        session, scope_id, period, ["received"], dimension="district_subject", step=Step.DAY
    )
    by_day = {key: sums["received"] for key, sums in cells.items()}
    found = hottest(rises(by_day, on.isoformat()))
    keys = [tuple(member.split("|")) for member in found]
    found_in, about = {area for area, _ in keys}, {subject for _, subject in keys}
    areas = await member_names(session, city_id, "district", found_in, words=words)
    names = await member_names(session, city_id, "subject", about, words=words)
    return [
        _topic(rise, key=subject, name=names[subject], area=areas[area], area_key=area)
        for (area, subject), rise in zip(keys, found.values(), strict=True)
        if subject != NONE
    ]


async def rising_words(
    session: AsyncSession, principal: Principal, scope_id: UUID, on: date, *, words: Words
) -> list[TopicOut]:
    """Pairs of characters in the masked words of tickets that the viewer may see, by district."""
    city_id = await queries.city_of(session, scope_id)
    midnight = datetime(on.year, on.month, on.day, tzinfo=clock.LOCAL)
    before = await _word_counts(session, principal, midnight - timedelta(days=BEFORE), midnight)
    today = await _word_counts(session, principal, midnight, midnight + timedelta(days=1))
    if scope_id != city_id:
        today = {area: counts for area, counts in today.items() if area == str(scope_id)}
    risen = {
        (area, word): rise
        for area, counts in today.items()
        for word, rise in risen_words(counts, before.get(area, Counter())).items()
    }
    hot = hottest(risen)
    found_in = {area for area, _ in hot}
    areas = await member_names(session, city_id, "district", found_in, words=words)
    return [
        _topic(rise, key=word, name=word, area=areas[area], area_key=area)
        for (area, word), rise in hot.items()
    ]


def risen_words(today: Mapping[str, int], before: Mapping[str, int]) -> dict[str, Rise]:
    """The hot pairs of one area, joined to words."""
    pairs = {
        pair: Rise(count, before.get(pair, 0) / BEFORE)
        for pair, count in sorted(today.items())
        if count >= FEWEST
    }
    return joined({pair: rise for pair, rise in pairs.items() if rise.is_hot})


def rises(by_day: Mapping[tuple[str, str], int], today: str) -> dict[str, Rise]:
    """Of each member: today against the mean of the days before."""
    before, now = Counter[str](), Counter[str]()
    for (member, day), count in by_day.items():
        (now if day == today else before)[member] += count
    return {member: Rise(count, before[member] / BEFORE) for member, count in now.items()}


def hottest(found: Mapping[Key, Rise]) -> dict[Key, Rise]:
    """The hot ones, by how unlikely they are."""
    ranked = sorted(found.items(), key=lambda one: (-one[1].score, one[0]))
    return dict([one for one in ranked if one[1].is_hot][:MOST])


def joined(found: Mapping[str, Rise]) -> dict[str, Rise]:
    """Pairs that overlap and rise alike are one word: `室内`, `内温`, `温度` are `室内温度`.

    The word begins at the pair that none of the others leads to, and rises as its rarest pair.
    """
    left = dict(found)
    words: dict[str, Rise] = {}
    while left:
        start = next((one for one in left if not _leading_to(one, left)), next(iter(left)))
        word, rise = start, left.pop(start)
        while following := _following(word[-2:], rise, left):
            word += following[-1]
            rise = min(rise, left.pop(following), key=lambda one: one.today)
        words[word] = rise
    return words


def _leading_to(pair: str, others: Mapping[str, Rise]) -> bool:
    return any(
        one[-1] == pair[0] and one != pair and _is_alike(others[one], others[pair])
        for one in others
    )


def _following(pair: str, rise: Rise, others: Mapping[str, Rise]) -> str | None:
    return next((o for o in others if o[0] == pair[-1] and _is_alike(others[o], rise)), None)


def _is_alike(one: Rise, other: Rise) -> bool:
    return abs(one.today - other.today) <= max(1, 0.1 * max(one.today, other.today))


def _topic(rise: Rise, **named: str | None) -> TopicOut:
    fields = {"area": None, "area_key": None} | named
    return TopicOut(
        **fields, today=rise.today, mean=round(rise.mean, 2), growth=round(rise.growth, 2),
        score=round(rise.score, 2),
    )  # fmt: skip


async def _word_counts(
    session: AsyncSession, principal: Principal, begins: datetime, ends: datetime
) -> dict[str, Counter[str]]:
    """By district, tickets in which a pair of Chinese characters occurs.

    Confidential ones tell nothing.
    """
    pairs = (
        tickets.visible_to(principal)
        .where(Ticket.created_at >= begins, Ticket.created_at < ends, ~Ticket.confidential)
        .with_only_columns(Ticket.district_id, func.unnest(Ticket.grams).label("word"))
        .subquery()
    )
    chosen = select(pairs.c.district_id, pairs.c.word, func.count())
    found: dict[str, Counter[str]] = {}
    for area, word, count in await session.execute(chosen.group_by(*pairs.c)):
        if _CHINESE.fullmatch(word) and word not in _EMPTY:
            found.setdefault(str(area or NONE), Counter())[word] = count
    return found
