"""How a domestic operator's HTTP gateway is spoken to, as a file: no two of them are alike.

`docs/examples/sms_gateway.json` is one, `docs/operation.md` says what its parts mean.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

GAPS = frozenset({"to", "national", "from", "body", "message", "secret"})
_GAP = re.compile(r"\{(\w+)\}")
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+(/\S*)?$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AnswerPart(_Part):
    """Where the answer says whether it took the message. Paths are names with dots."""

    status: str | None = None
    taken: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    id: str | None = None

    @model_validator(mode="after")
    def _knows_a_yes(self) -> Self:
        if self.status is not None and not self.taken:
            raise ValueError("answer.taken must say which status means that a message was taken")
        return self


class ReportPart(_Part):
    """What the operator tells later of a message: by our id, which it echoes, or by its own."""

    items: str | None = None
    message: str | None = None
    id: str | None = None
    status: str
    error: str | None = None
    delivered: tuple[str, ...]
    failed: tuple[str, ...]
    says: str = "ok"


class ReplyPart(_Part):
    """What residents write back; `number` is ours where the operator does not name it."""

    items: str | None = None
    id: str
    sender: str
    body: str
    called: str | None = None
    number: str
    says: str = "ok"


class OperatorTemplate(_Part):
    url: Url
    form: Literal["json", "form"] = "json"
    headers: dict[str, str] = Field(default_factory=dict)
    fields: dict[str, Any]
    answer: AnswerPart = AnswerPart()
    report: ReportPart | None = None
    reply: ReplyPart | None = None

    @model_validator(mode="after")
    def _has_known_gaps_only(self) -> Self:
        strange = set(gaps_in([self.fields, self.headers])) - GAPS
        if strange:
            raise ValueError(f"unknown gaps: {sorted(strange)}")
        return self


def read_template(path: Path) -> OperatorTemplate:
    """Raises OSError, or ValueError with what is wrong."""
    return OperatorTemplate.model_validate_json(path.read_bytes())


def filled(value: Any, gaps: Mapping[str, str]) -> Any:
    """The value with its gaps filled; what is filled in is never looked at again."""
    if isinstance(value, str):
        return _GAP.sub(lambda gap: gaps[gap[1]], value)
    if isinstance(value, dict):
        return {name: filled(part, gaps) for name, part in value.items()}
    return [filled(part, gaps) for part in value] if isinstance(value, list) else value


def gaps_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return _GAP.findall(value)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [gap for part in parts for gap in gaps_in(part)]


def at(value: Any, path: str | None) -> Any:
    """What lies at `data.0.id`; None where nothing does."""
    for name in (path or "").split(".") if path else ():
        if isinstance(value, list) and name.isdecimal():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value


def said_at(value: Any, path: str | None) -> str:
    """The same as text; empty where there is none."""
    found = at(value, path) if path else None
    return "" if found is None or isinstance(found, dict | list) else str(found).strip()


def items_at(value: Any, path: str | None) -> list[Any]:
    """The reports or replies of one request: a list at the path, or the only one."""
    found = at(value, path)
    return found if isinstance(found, list) else [] if found is None else [found]
