"""The sample city hands out real files, drawn from what its entries say."""

from io import BytesIO
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.attachments import keeping
from hotline.attachments.keeping import Store
from hotline.attachments.models import Attachment
from hotline.attachments.sniff import PDF, XLSX, kind_of
from hotline.directory.entry import Entry
from hotline.directory.models import EntryForm
from hotline.editing.blank_forms import BlankForm, draw, is_handed_out
from hotline.editing.sample_forms import MOST, put_sample_forms


def blank(form: str, entry: str = "参保登记") -> BlankForm:
    told = {"id": "svc-x", "kind": "government", "category": "社保", "name": entry,
             "documents": ["身份证", "户口簿"], "fee": "免费"}  # fmt: skip
    return BlankForm(form, Entry.from_json(told), "乌海市社会保险中心", "0473-000-1001")


def test_a_form_is_a_page_for_the_pen() -> None:
    content, extension = draw(blank("居民身份证申领登记表", entry="身份证<补领>&挂失"))
    assert (kind_of(content, f"a{extension}"), content[:5]) == (PDF, b"%PDF-")
    assert len(content) < 20_000


def test_a_form_for_many_lines_is_a_workbook_with_its_papers() -> None:
    content, extension = draw(blank("灵活就业人员参保登记表"))
    assert kind_of(content, f"a{extension}") == XLSX
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet is not None
    told = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value}
    assert {"姓名", "社会保障号码", "□ 身份证", "□ 户口簿", "收费：免费"} <= told


@pytest.mark.parametrize("name", ["户口登记申请表", "结婚登记声明书", "动物检疫申报单"])
def test_what_people_fill_in_is_handed_out(name: str) -> None:
    assert is_handed_out(name)


@pytest.mark.parametrize("name", ["道路交通事故认定书", "报废机动车回收证明", "维修单"])
def test_what_an_office_issues_is_not(name: str) -> None:
    assert not is_handed_out(name)


async def test_the_sample_city_hands_out_many(
    session: AsyncSession, city_id: UUID, tmp_path: Path
) -> None:
    store = Store(tmp_path)
    assert await put_sample_forms(session, store, city_id) == MOST
    await session.flush()
    chosen = select(EntryForm, Attachment).join(Attachment)
    found = (await session.execute(chosen.where(EntryForm.city_id == city_id))).all()
    assert {form.number for form, _ in found} == {1}
    assert {kept.extension for _, kept in found} == {".pdf", ".xlsx"}
    _, kept = found[0]
    _, content = await keeping.content_of(session, store, kept.subject, kept.id)
    assert len(content) == kept.size
