"""`hotline match --file`: utterances in, what the matcher makes of them out."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from hotline.matching.match import Matcher
from hotline.matching.values import Context, Understanding


def match_lines(matcher: Matcher, lines: Iterable[str | bytes]) -> Iterator[dict[str, Any]]:
    """One output record per input line `{"id","text","district"?}`; blank lines are skipped."""
    for line in lines:
        if line.strip():
            asked = orjson.loads(line)
            context = Context(district=asked.get("district"))
            heard = matcher.match(str(asked.get("text") or ""), context)
            yield record_of(str(asked.get("id", "")), heard)


def record_of(utterance_id: str, heard: Understanding) -> dict[str, Any]:
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
