"""Short numbers are kept by the city, and those of emergencies stay."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.queries import short_codes
from hotline.editing.short_codes import EmergencyNumber, put_short_code, remove_short_code
from hotline.errors import NotFound
from tests.editing.conftest import Editor

WORDS = {"name": "停车服务热线", "handles": "停车、挪车"}


async def test_the_city_adds_changes_and_removes_a_number(
    session: AsyncSession, editor: Editor
) -> None:
    chief = await editor()
    made = await put_short_code(session, chief, "12388", **WORDS, is_merged=False)
    again = await put_short_code(
        session, chief, "12388", name="停车热线", handles="停车", is_merged=True
    )
    assert (again.id, again.name, again.is_merged) == (made.id, "停车热线", True)
    assert "12388" in {row.number for row in await short_codes(session, made.city_id)}
    await remove_short_code(session, chief, "12388")
    assert "12388" not in {row.number for row in await short_codes(session, made.city_id)}
    with pytest.raises(NotFound):
        await remove_short_code(session, chief, "12388")


async def test_a_department_keeps_no_numbers(session: AsyncSession, editor: Editor) -> None:
    unit = await editor("org-house")
    with pytest.raises(NotFound):
        await put_short_code(session, unit, "12388", **WORDS, is_merged=False)


async def test_a_number_of_emergencies_is_not_taken_away(
    session: AsyncSession, editor: Editor
) -> None:
    chief = await editor()
    with pytest.raises(EmergencyNumber):
        await remove_short_code(session, chief, "119")
    with pytest.raises(EmergencyNumber):
        await put_short_code(session, chief, "119", **WORDS, is_merged=True)
