"""What can be wrong with a request, as the specification numbers it: 404, 403, else 400."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.opendata.georeport.documents import Items, Plain


@dataclass(frozen=True, slots=True)
class Fault:
    """`description` is meant to be seen by the client's user."""

    code: int
    description: str


class Refused(Exception):
    """Answered with the status of the first fault; all of them are told."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults[0].description)
        self.faults = faults

    @property
    def status(self) -> int:
        return self.faults[0].code


def not_found(what: str) -> Refused:
    return Refused(Fault(404, f"{what} 没有找到（{what} was not found）。"))


def missing(what: str) -> Refused:
    return Refused(Fault(400, _absent(what)))


def unfit(*faults: str) -> Refused:
    return Refused(*(Fault(400, text) for text in faults))


def no_key() -> Refused:
    return Refused(Fault(403, "api_key 缺失或无效（missing or invalid api_key）。"))


def too_many() -> Refused:
    return Refused(Fault(429, "请求过多，请稍后再试（too many requests）。"))


def errors_of(faults: Sequence[Fault]) -> Items:
    values: list[Plain] = [{"code": one.code, "description": one.description} for one in faults]
    return Items("error", values)


def _absent(what: str) -> str:
    return f"缺少 {what}（{what} was not provided）。"
