"""好差评 of the talk: how an answer is meant (pure), who is asked, what is kept."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock, privacy
from hotline.calls.models import Call
from hotline.db import uuid7
from hotline.queueing import queries
from hotline.queueing.models import Rating
from hotline.vault import vault_of

LOW = 2
_KEYS = {"1": 5, "2": 4, "3": 3, "4": 2, "5": 1}
_WORDS = (
    (1, ("非常不满", "很不满", "太差", "极差", "一点都不满")),
    (2, ("不满意", "不满", "不太满意", "不好", "差评", "不行")),
    (3, ("基本满意", "一般", "还行", "还可以", "凑合")),
    (5, ("非常满意", "很满意", "特别满意", "十分满意", "太好了", "非常好", "特别好")),
    (4, ("满意", "挺好", "好")),
)


def level_of(text: str, digits: str) -> int | None:
    """5 very satisfied … 1 very dissatisfied, by key or by voice; None when it is not an answer."""
    if digits:
        return _KEYS.get(digits)
    for level, words in _WORDS:
        if any(word in text for word in words):
            return level
    return None


def may_be_asked(call: Call, *, is_anonymous: bool) -> bool:
    """Not after an emergency, not who wants to stay unknown, not who talked with nobody."""
    return call.emergency is None and not is_anonymous and call.answered_at is not None


async def keep_rating(session: AsyncSession, call: Call, level: int, *, by_key: bool) -> Rating:
    """One talk, one rating: the first one counts."""
    fresh = {
        "id": uuid7(), "created_at": clock.now(), "updated_at": clock.now(), "call_id": call.id,
        "city_id": call.city_id, "agent_id": call.agent_id, "level": level,
        "means": "key" if by_key else "voice",
    }  # fmt: skip
    await session.execute(insert(Rating).values(**fresh).on_conflict_do_nothing())
    kept = await queries.rating(session, call.id)
    assert kept is not None
    return kept


async def keep_reason(session: AsyncSession, call: Call, words: str) -> None:
    """Why the resident was not satisfied, in their own words, sealed; masked for the screens."""
    rating = await queries.rating(session, call.id)
    if rating is None or rating.reason is not None or not words:
        return
    rating.reason = privacy.mask_text(words)
    rating.reason_sealed = vault_of(session).seal(
        words, table="rating", column="reason", row=rating.id
    )
