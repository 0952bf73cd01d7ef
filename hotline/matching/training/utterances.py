"""The labelled utterances that a training or a benchmark reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Labelled:
    """One line of the development set; `accept` is empty where nothing should be answered."""

    id: str
    text: str
    accept: tuple[str, ...]
    kind: str
    style: str
    district: str | None
    emergency: str | None
    control: str | None
    hard_negative: bool
    cer: float


def read_labelled(path: Path) -> list[Labelled]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_labelled(json.loads(line)) for line in lines if line.strip()]


def _labelled(row: Mapping[str, object]) -> Labelled:
    accept = row.get("accept") or ()
    return Labelled(
        id=str(row["id"]),
        text=str(row["text"]),
        accept=tuple(map(str, accept)) if isinstance(accept, list) else (),
        kind=str(row["kind"]),
        style=str(row["style"]),
        district=_text(row.get("district")),
        emergency=_text(row.get("emergency")),
        control=_text(row.get("control")),
        hard_negative=bool(row.get("hard_negative")),
        cer=float(str(row.get("cer", 0.0))),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
