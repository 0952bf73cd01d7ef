"""The sheet of entries: which column holds which field, and how its cells are written. Pure.

Lists have an item a line. Closed values stand in words (政务, 直接答复). What a sheet cannot hold
as it is (figures typed as numbers, dates) is read as the text that it shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hotline.sheets import unguarded

SHEET = "事项"


class CellUnfit(Exception):
    """A cell that cannot be read as its column asks; the text says why."""


@dataclass(frozen=True, slots=True)
class Field:
    """`words` of a closed value: as it is written → as the directory holds it."""

    name: str
    heading: str
    is_list: bool = False
    is_required: bool = True
    words: Mapping[str, str] = field(default_factory=dict)

    def read(self, value: Any) -> Any:
        """The field's value; raises CellUnfit."""
        text = _text(value)
        if self.is_list:
            return [line.strip() for line in text.splitlines() if line.strip()]
        text = text.strip()
        if not self.words:
            return text
        if text not in self.words:
            told = f"不能是“{text[:20]}”" if text else "不能为空"
            raise CellUnfit(f"只能是 {'、'.join(self.words)}，{told}")
        return self.words[text]

    def write(self, value: Any) -> str:
        if self.is_list:
            return "\n".join(value or ())
        shown = {held: word for word, held in self.words.items()}
        return shown.get(value, value or "")


FIELDS = (
    Field("id", "编号"),
    Field(
        "kind", "类别",
        words={"政务": "government", "非紧急救助": "assistance", "投诉举报": "complaint",
               "便民": "convenience"},
    ),
    Field("category", "分类"),
    Field("name", "名称"),
    Field("aliases", "口语说法", is_list=True),
    Field("organization_id", "承办机构编号"),
    Field("tier", "层级", words={"市级": "city", "区级": "district"}),
    Field("districts", "适用区", is_list=True),
    Field("summary", "答复口径"),
    Field("details", "详细说明"),
    Field("procedure", "办理流程", is_list=True),
    Field("documents", "所需材料", is_list=True),
    Field("fee", "费用"),
    Field("time_limit", "办理时限"),
    Field("channels", "办理渠道", is_list=True),
    Field("forms", "表格", is_list=True),
    Field("audience", "服务对象", is_list=True),
    Field("keywords", "关键词", is_list=True),
    Field("urgency", "紧急程度", words={"普通": "normal", "紧急": "urgent"}),
    Field(
        "handoff", "处理方式",
        words={"直接答复": "answer", "转接": "transfer", "建单": "ticket", "派单": "dispatch"},
    ),
    Field("updated", "更新日期"),
    Field("hours", "办公时间", is_required=False),
    Field("contacts", "联系方式", is_list=True, is_required=False),
    Field("places", "办理地点", is_list=True, is_required=False),
)  # fmt: skip
BY_HEADING = {one.heading: one for one in FIELDS}
WORDS = {one.name: one.heading for one in FIELDS} | {
    held: word for one in FIELDS for word, held in one.words.items()
}
"""What a sheet calls the fields and the closed values."""
NULLABLE = frozenset({"organization_id", "hours"})


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        raise CellUnfit("应为文字，不能是是/否值")
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unguarded(str(value))
