"""Suggestions of subject and unit, on the taxonomy of the sample city."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.tickets.states import TicketKind
from hotline.tickets.suggest import SURE_ENOUGH, SubjectIndex, SubjectPhrases
from hotline.tickets.suggestions import suggest
from tests.tickets.city import City
from tests.tickets.conftest import Go, OpenTicket


@pytest.fixture(scope="module")
def index(repository: Path) -> SubjectIndex:
    file = repository / "hotline" / "directory" / "wuhai" / "taxonomy.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    names = {row["code"]: row["name"] for row in rows}
    return SubjectIndex(
        [
            SubjectPhrases(row["code"], row["name"], names[row["parent"]], tuple(row["examples"]))
            for row in rows
            if row["level"] == 3
        ]
    )


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("我家暖气冰凉，才十六度", "室内温度不达标"),
        ("小区门口路灯不亮了", "路灯故障"),
        ("路上有只死狗没人管", "动物尸体处置"),
        ("楼下摆摊占道，车过不去", "占道经营"),
        ("公交车到站不停", "公交服务质量"),
        ("买到假种子，全村都没出苗", "农资质量"),
        ("校园欺凌，孩子被同学打", "校园欺凌与安全"),
        ("工地老板拖欠工资不给", "拖欠工资"),
    ],
)
def test_everyday_words_find_their_subject(index: SubjectIndex, text: str, subject: str) -> None:
    names = [found.name for found in index.nearest(text)]
    assert any(subject in name for name in names), names


@pytest.mark.parametrize("text", ["", "啊", "xyz", "！！！"])
def test_nothing_is_suggested_for_nothing(index: SubjectIndex, text: str) -> None:
    assert index.nearest(text) == []


def test_the_sentence_of_a_subject_is_sure_and_is_the_reason(index: SubjectIndex) -> None:
    best = index.nearest("暖气片冰凉")[0]
    assert (best.code, best.reason) == ("A01-01-01", "暖气片冰凉")
    assert best.score >= SURE_ENOUGH


def test_scores_fall_from_first_to_last(index: SubjectIndex) -> None:
    scores = [found.score for found in index.nearest("水管漏水家里停水没水压", limit=5)]
    assert len(scores) > 1
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


async def test_the_subjects_unit_is_suggested_with_the_reason(
    session: AsyncSession, city: City
) -> None:
    agent = await city.person(session, "agent")
    found = await suggest(
        session, agent, text="家里室内温度不达标", kind=TicketKind.HELP, district="海勃湾区"
    )
    assert found.subjects[0].code == "A01-01-01"
    assert [(unit.id, unit.reason) for unit in found.units] == [(city.ids["city-unit"], "subject")]


async def test_a_unit_that_is_complained_of_is_not_suggested(
    session: AsyncSession, city: City
) -> None:
    agent = await city.person(session, "agent")
    text = "室内温度不达标，乌海市供热管理中心推诿"
    complaint = await suggest(session, agent, text=text, kind=TicketKind.COMPLAINT)
    question = await suggest(session, agent, text=text, kind=TicketKind.CONSULT)
    assert (complaint.units, len(question.units)) == ([], 1)


async def test_who_has_usually_settled_such_matters_is_suggested_too(
    session: AsyncSession, city: City, replied: OpenTicket, go: Go
) -> None:
    """Three times there, of a subject whose own unit is another one; twice is not enough."""
    agent, unit = await city.person(session, "agent"), city.ids["unit-海勃湾区"]
    text = "家里室内温度不达标"
    wanted: dict[str, Any] = {"text": text, "kind": TicketKind.HELP, "district": "海勃湾区"}
    for settled in range(3):
        found = await suggest(session, agent, **wanted)
        assert unit not in [one.id for one in found.units], settled
        ticket = await replied(subject_code="A01-01-01")
        await go(ticket, "accept_reply", "dispatcher")
    found = await suggest(session, agent, **wanted)
    assert [(one.id, one.reason) for one in found.units] == [
        (city.ids["city-unit"], "subject"), (unit, "history"),
    ]  # fmt: skip
    elsewhere = await suggest(session, agent, **wanted | {"district": "乌达区"})
    assert unit not in [one.id for one in elsewhere.units]


async def test_the_hotline_files_what_it_is_sure_of(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    hotline = await city.hotline(session)
    sure = await opened(hotline, subject_code=None, description="室内温度不达标")
    unsure = await opened(hotline, subject_code=None, title="其他", description="我想问个事")
    assert (sure.subject_code, sure.sla_working_days) == ("A01-01-01", 2)
    assert unsure.subject_code is None


@pytest.mark.parametrize(
    ("entry", "subject"),
    [
        ("svc-heat-repair-hbw", "室内温度不达标"),
        ("svc-heat-repair-wd", "室内温度不达标"),
        ("svc-heat-burst", "供热管网爆漏"),
        ("svc-road-lamp", "路灯故障"),
        ("svc-cp-bully", "校园欺凌与安全"),
        ("svc-cv-lactation", None),
        ("svc-cp-religion-cult", None),
    ],
)
def test_an_entry_has_its_subject_or_none(
    repository: Path, index: SubjectIndex, entry: str, subject: str | None
) -> None:
    file = repository / "hotline" / "directory" / "wuhai" / "services.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    row = next(row for row in rows if row["id"] == entry)
    found = index.of_entry([row["name"], *row["aliases"], *row["keywords"]])
    assert (found and found.name) == subject
