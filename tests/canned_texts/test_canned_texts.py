"""Words that agents insert by a key: who keeps them, who uses them, what residents are sent."""

import asyncio

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.canned_texts import queries, service
from hotline.canned_texts.founding import put_starting_texts
from hotline.canned_texts.models import Use
from hotline.canned_texts.schemas import CannedTextIn, CannedTextPut
from hotline.canned_texts.texting import NotTexted, text_resident
from hotline.db import Database
from hotline.directory.importing import import_directory, sample_city
from hotline.directory.queries import subjects
from hotline.errors import InvalidInput, NotFound, StaleVersion
from hotline.events.models import Event
from hotline.messages.models import OutgoingMessage
from hotline.principal import Principal
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketKind
from tests.tickets.city import City, build_city

DISTRICT = "海勃湾区"


@pytest.fixture
async def city(session: AsyncSession) -> City:
    return await build_city(session)


def words(key: str = "ld", **more: object) -> CannedTextIn:
    given = {"key": key, "label_zh": "路灯", "label_en": "Light", "text": "路灯不亮，要求维修。",
             "uses": ["description"]}  # fmt: skip
    return CannedTextIn.model_validate(given | more)


def put(wanted: CannedTextIn, version: int) -> CannedTextPut:
    return CannedTextPut.model_validate(wanted.model_dump() | {"version": version})


async def keys(session: AsyncSession, principal: Principal) -> list[str]:
    return [one.key for one in await queries.all_for(session, principal)]


async def test_a_desk_has_its_own_texts_before_those_of_the_city(
    session: AsyncSession, city: City
) -> None:
    chief = await city.person(session, "city_supervisor")
    leader = await city.person(session, "district_supervisor", DISTRICT)
    await service.add_text(session, chief, words("aa"))
    await service.add_text(session, leader, words("zz"))
    assert await keys(session, await city.person(session, "agent", DISTRICT)) == ["zz", "aa"]
    assert await keys(session, await city.person(session, "agent", "乌达区")) == ["aa"]
    assert await keys(session, chief) == ["aa", "zz"]


async def test_a_change_reaches_the_desks_and_needs_the_newest_version(
    session: AsyncSession, city: City
) -> None:
    chief = await city.person(session, "city_supervisor")
    row = await service.add_text(session, chief, words())
    await service.amend_text(session, chief, row.id, put(words(text="路灯灭了。"), 1))
    assert (row.text, row.version) == ("路灯灭了。", 2)
    with pytest.raises(StaleVersion):
        await service.amend_text(session, chief, row.id, put(words(), 1))
    told = (await session.scalars(select(Event).where(Event.name == service.NEWS))).all()
    assert len(told) == 2
    assert str(city.ids[DISTRICT]) in {str(one) for one in told[0].audience}


async def test_nobody_changes_the_texts_of_those_above(session: AsyncSession, city: City) -> None:
    row = await service.add_text(session, await city.person(session, "city_supervisor"), words())
    leader = await city.person(session, "district_supervisor", DISTRICT)
    with pytest.raises(NotFound):
        await service.remove_text(session, leader, row.id, version=1)


async def test_a_key_and_a_digit_belong_to_one_text(session: AsyncSession, city: City) -> None:
    chief = await city.person(session, "city_supervisor")
    await service.add_text(session, chief, words("ld", slot=1))
    await service.add_text(session, chief, words("nr"))
    await service.add_text(session, chief, words("ts"))
    for rival, field in ((words("ld"), "key"), (words("jg", slot=1), "slot")):
        with pytest.raises(InvalidInput) as refused:
            await service.add_text(session, chief, rival)
        assert refused.value.params["errors"][0]["field"] == field


async def test_of_two_who_take_a_key_at_once_one_is_told_so(database: Database) -> None:
    async with database.transaction() as session:
        chief = await (await build_city(session)).person(session, "city_supervisor")

    async def add() -> None:
        async with database.transaction() as session:
            await service.add_text(session, chief, words())

    ended = await asyncio.gather(add(), add(), return_exceptions=True)
    assert {type(one) for one in ended} == {type(None), InvalidInput}


async def test_removed_texts_are_gone_and_their_key_is_free(
    session: AsyncSession, city: City
) -> None:
    chief = await city.person(session, "city_supervisor")
    row = await service.add_text(session, chief, words())
    await service.remove_text(session, chief, row.id, version=1)
    assert await keys(session, chief) == []
    await service.add_text(session, chief, words())


async def test_a_macro_names_a_subject_of_the_city(session: AsyncSession, city: City) -> None:
    chief = await city.person(session, "city_supervisor")
    with pytest.raises(InvalidInput):
        await service.add_text(session, chief, words(subject_code="X99"))
    known = (await subjects(session, city.id))[0].code
    row = await service.add_text(session, chief, words(subject_code=known, kind="complaint"))
    assert (row.subject_code, row.kind) == (known, "complaint")


@pytest.mark.parametrize(
    "wrong", [{"key": "路灯"}, {"key": "a b"}, {"slot": 10}, {"uses": []}, {"text": " "}]
)
def test_what_cannot_be_typed_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        words(**wrong)


async def test_a_message_must_fit_into_one_text_message(session: AsyncSession, city: City) -> None:
    chief = await city.person(session, "city_supervisor")
    await service.add_text(session, chief, words("aa", text="好" * 440, uses=["sms"]))
    with pytest.raises(InvalidInput):
        await service.add_text(session, chief, words("bb", text="好" * 441, uses=["sms"]))


async def test_a_resident_is_sent_the_vetted_words(session: AsyncSession, city: City) -> None:
    chief = await city.person(session, "city_supervisor")
    row = await service.add_text(session, chief, words(text="请保持电话畅通。", uses=["sms"]))
    agent = await city.person(session, "agent")
    ticket = await _ticket(session, agent, caller_number="13947301234")
    sent = await text_resident(session, agent, ticket.id, row.id)
    kept = await session.get_one(OutgoingMessage, sent.id)
    assert (kept.template, kept.subject) == ("sms_ticket_words", f"ticket:{ticket.id}")


async def test_an_informant_is_sent_nothing(session: AsyncSession, city: City) -> None:
    chief = await city.person(session, "city_supervisor")
    row = await service.add_text(session, chief, words(uses=["sms"]))
    secret = await _ticket(session, chief, caller_number="13947301234", is_confidential=True)
    silent = await _ticket(session, chief)
    for ticket in (secret, silent):
        with pytest.raises(NotTexted):
            await text_resident(session, chief, ticket.id, row.id)


async def test_words_for_the_file_are_not_sent_to_residents(
    session: AsyncSession, city: City
) -> None:
    chief = await city.person(session, "city_supervisor")
    row = await service.add_text(session, chief, words(uses=["comment"]))
    ticket = await _ticket(session, chief, caller_number="13947301234")
    with pytest.raises(NotFound):
        await text_resident(session, chief, ticket.id, row.id)


async def test_the_sample_city_begins_with_texts_and_macros(session: AsyncSession) -> None:
    city_id = (await import_directory(session, sample_city())).city_id
    await put_starting_texts(session, city_id)
    await session.flush()
    chosen = select(queries.CannedText).where(queries.CannedText.organization_id == city_id)
    begun = (await session.scalars(chosen)).all()
    known = {one.code for one in await subjects(session, city_id)}
    assert len(begun) >= 12
    assert {one.subject_code for one in begun} - {None} <= known
    assert {use for one in begun for use in one.uses} == {"description", "comment", "sms"}


async def _ticket(session: AsyncSession, principal: Principal, **more: object) -> Ticket:
    return await tickets.open_ticket(
        session, principal, kind=TicketKind.HELP, title="路灯不亮", description="路灯不亮", **more
    )  # type: ignore[arg-type]


def test_a_subject_that_nothing_can_keep_is_no_subject() -> None:
    with pytest.raises(ValidationError):
        CannedTextIn(
            key="a", label_zh="甲", label_en="A", text="您好。", subject_code="a\0",
            uses=frozenset({Use.DESCRIPTION}),
        )  # fmt: skip
