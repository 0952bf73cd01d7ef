"""What to do about what was heard: the thresholds between sure, asking back, and a person."""

from collections.abc import Mapping, Sequence

from hotline.matching.values import Decision, Match

MOST_CHOICES = 3


def decide(results: Sequence[Match], thresholds: Mapping[str, float]) -> Decision:
    """`answer` acts at once, `confirm` asks about the first, `choose` reads out the first few."""
    if not results:
        return Decision.AGENT
    first = results[0].confidence
    if first >= thresholds["answer"]:
        return Decision.ANSWER
    if first >= thresholds["confirm"]:
        return Decision.CONFIRM
    if sum(match.confidence for match in results[:MOST_CHOICES]) >= thresholds["choose"]:
        return Decision.CHOOSE
    return Decision.AGENT
