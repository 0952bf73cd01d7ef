"""Tables as text, in the form that the documentation pastes."""

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [_line(head), _line(["---"] + ["---:"] * (len(head) - 1)), *map(_line, rows)]
    return "\n".join(lines)


def share(value: float) -> str:
    return f"{value:.3f}"


def bar(value: float, width: int = 20) -> str:
    filled = round(value * width)
    return "█" * filled + "·" * (width - filled)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
