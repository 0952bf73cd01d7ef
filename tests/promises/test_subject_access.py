"""A resident may have a copy of what is held about the own number, and of who looked at it."""

from sqlalchemy import text

from hotline.subject_access import held_about
from tests.promises.conftest import Whole
from tests.promises.matter import DOOR, NAME, NUMBER, Matter

WHY = "本人持身份证到场申请"


async def test_everything_under_a_number_is_given_out_and_the_giving_is_audited(
    whole: Whole, matter: Matter
) -> None:
    phone = await whole.city.phone(caller=f"+86{NUMBER}").dial()
    await phone.say("公积金怎么提取")
    agent = await whole.of("agent-1")
    seen = {"fields": ["address"], "reason": "上门前核实地址"}
    await agent.post(f"/api/v1/tickets/{matter.open_id}/reveal", json=seen)
    held = await held_about(whole.database, NUMBER, reason=WHY)
    assert len(held["tickets"]) >= 2
    assert all(NAME in ticket["words"] and ticket["address"] == DOOR for ticket in held["tickets"])
    assert "上门前核实地址" in [look["why"] for one in held["tickets"]
                          for look in one["seen_by_staff"]]  # fmt: skip
    assert "公积金怎么提取" in [turn["heard"] for call in held["calls"] for turn in call["talk"]]
    async with whole.database.transaction() as session:
        kept = await session.scalar(text("SELECT row_to_json(e)::text FROM audit_entry e"
                                         " WHERE action = 'resident.exported'"))  # fmt: skip
    assert WHY in kept
    assert NUMBER not in kept


async def test_another_number_gets_nothing_of_it(whole: Whole, matter: Matter) -> None:
    held = await held_about(whole.database, "13947300418", reason=WHY)
    assert (held["tickets"], held["calls"], held["received"], held["sent"]) == ([], [], [], [])
