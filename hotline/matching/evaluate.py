"""`hotline match --file`: utterances in, what the matcher makes of them out."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from hotline.matching.match import Matcher
from hotline.matching.values import Context, Understanding


def match_lines(matcher: Matcher, lines: Iterable[str | bytes]) -> Iterator[dict[str, Any]]:
    """One output record per input line `{"id","text","district"?}`, with the id as it was given.

    Blank lines are skipped, and so are those that `unreadable` names.
    """
    for line in lines:
        asked = _asked(line) if line.strip() else None
        if asked is not None:
            text, district = asked.get("text"), asked.get("district")
            context = Context(district=district if isinstance(district, str) else None)
            heard = matcher.match("" if text is None else str(text), context)
            yield record_of(asked.get("id", ""), heard)


def unreadable(lines: Sequence[str | bytes]) -> list[int]:
    """The numbers, from 1, of the lines that are no JSON object."""
    return [
        number
        for number, line in enumerate(lines, start=1)
        if line.strip() and _asked(line) is None
    ]


def _asked(line: str | bytes) -> dict[str, Any] | None:
    try:
        asked = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return asked if isinstance(asked, dict) else None


def record_of(utterance_id: Any, heard: Understanding) -> dict[str, Any]:
    return {
        "id": utterance_id,
        "decision": str(heard.decision),
        "emergency": heard.emergency,
        "control": heard.control,
        "district": heard.district,
        "results": [
            {"entry_id": m.entry_id, "score": m.score, "confidence": m.confidence}
            for m in heard.results
        ],
        "ms": round(heard.ms, 3),
    }
