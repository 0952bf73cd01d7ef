"""What is wrong with a directory's files: where, in which field, in Chinese."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import ValidationError

from hotline.errors import InvalidInput


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """`line` counts from 1; 0 is the file as a whole. `field` may be empty."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file} 第 {self.line} 行" if self.line else self.file
        field = f"（{self.field}）" if self.field else ""
        return f"{place}{field}：{self.message}"


class DirectoryErrors(InvalidInput):
    """Every fault that was found; nothing has been written."""

    code: ClassVar[str] = "directory_invalid"
    detail: ClassVar[str] = "服务目录文件有误，未作任何改动。"

    def __init__(self, errors: Sequence[Fault]) -> None:
        self.errors = sorted(errors)
        super().__init__(
            errors=[
                {"file": fault.file, "line": fault.line, "field": fault.field}
                | {"message": fault.message}
                for fault in self.errors
            ]
        )


_MESSAGES = {
    "missing": "缺少字段",
    "extra_forbidden": "未知字段",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "finite_number": "应为有限的数字",
    "bool_type": "应为 true 或 false",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "literal_error": "只能是 {expected}",
    "string_too_short": "不能为空",
    "string_too_long": "不能超过 {max_length} 个字",
    "string_pattern_mismatch": "格式不正确",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "too_short": "至少需要 {min_length} 项",
    "too_long": "最多 {max_length} 项",
}


def faults_of(error: ValidationError, file: str, line: int) -> Iterator[Fault]:
    """One fault for each thing that pydantic found."""
    for found in error.errors(include_url=False, include_input=False):
        context: dict[str, Any] = dict(found.get("ctx") or {})
        if "expected" in context:
            context["expected"] = context["expected"].replace("'", "").replace(" or ", "、")
        pattern = _MESSAGES.get(found["type"])
        message = pattern.format(**context) if pattern else found["msg"]
        yield Fault(file, line, _field(found["loc"]), message)


def _field(location: Sequence[int | str]) -> str:
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in location]
    return "".join(steps).removeprefix(".")
