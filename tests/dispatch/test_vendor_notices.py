"""What a firm reads when something of its own is refused, silenced, lifted or decided."""

from datetime import date, timedelta
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select

from hotline import clock
from hotline.dispatch import standing_bars, standing_service, vetting
from hotline.dispatch.models import VendorBar, VendorReview
from hotline.dispatch.standing_models import AppealSubject
from hotline.dispatch.standing_schemas import BarIn
from hotline.dispatch.states import BarKind
from hotline.dispatch.vetting_schemas import DocumentIn, VendorIn, WorkerIn
from hotline.messages.models import OutgoingMessage
from hotline.messages.wording import written
from hotline.vault import vault_of
from tests.dispatch.accounts_of_town import on
from tests.dispatch.test_vetting import FIRM, city, district, review_of
from tests.dispatch.town import Town


async def told(town: Town) -> list[str]:
    """Every message as it would go out, the oldest first."""
    rows = await town.session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.id))
    vault = vault_of(town.session)
    opened = [
        (
            row.template,
            vault.open(row.params_sealed, table="outgoing_message", column="params", row=row.id),
        )
        for row in rows
    ]
    return [written(template, _params(sealed), {}) for template, sealed in opened]


def _params(sealed: str) -> dict[str, str]:
    params: dict[str, str] = orjson.loads(sealed)
    return params


async def refused(town: Town, subject_id: UUID, reason: str) -> VendorReview:
    review = await review_of(town, subject_id)
    await vetting.refuse(town.session, await city(town), review.id, reason=reason)
    return review


async def barred(town: Town, kind: BarKind = BarKind.SUSPENSION) -> VendorBar:
    wanted = BarIn(
        kind=kind, reason_code="overcharging", reason="两次加价。", evidence=["收据"],
        until=clock.now() + timedelta(days=30),
    )  # fmt: skip
    return await standing_bars.bar_vendor(
        town.session, await city(town), town.vendors[0].id, wanted
    )


async def test_a_firm_reads_why_its_admission_was_refused(town: Town) -> None:
    vendor = await vetting.apply_vendor(
        town.session, await district(town), VendorIn.model_validate(FIRM)
    )
    await refused(town, vendor.id, "经营场所与执照不符。")
    assert await told(town) == [
        "【乌海114】新来的疏通店的入驻申请未通过审核：经营场所与执照不符。请改正后重新提交。"
    ]


async def test_a_refused_paper_and_a_refused_worker_are_named(staffed: Town) -> None:
    vendor = staffed.vendors[0]
    paper = DocumentIn(kind="健康证", number="1", issuer="疾控中心", expires_on=date(2031, 1, 1))
    document = await vetting.submit_document(
        staffed.session, await district(staffed), vendor.id, paper
    )
    await refused(staffed, document.id, "扫描件看不清，联系人13812345678")
    person = WorkerIn(name="王小明", identity="11010519491231002X", badge="A001")
    worker = await vetting.submit_worker(
        staffed.session, await district(staffed), vendor.id, person
    )
    await refused(staffed, worker.id, "照片不清")
    first, second = await told(staffed)
    assert first.startswith("【乌海114】通达管道1号店的健康证未通过审核：扫描件看不清")
    assert "13812345678" not in first
    assert "上门人员王**未通过审核：照片不清。" in second


async def test_a_suspension_its_lifting_and_what_still_holds_are_told(staffed: Town) -> None:
    boss = await city(staffed)
    first, second = await barred(staffed), await barred(staffed, BarKind.BLACKLIST)
    await standing_bars.lift_bar(staffed.session, boss, first.id, reason="已整改")
    await standing_bars.lift_bar(staffed.session, boss, second.id, reason="复查合格")
    silenced = "【乌海114】通达管道1号店已暂停派单：两次加价。如有异议可在15日内申诉。"
    assert await told(staffed) == [
        silenced,
        silenced,
        "【乌海114】通达管道1号店的一项暂停已解除：已整改。另有暂停未满，仍不派单。",
        "【乌海114】通达管道1号店已恢复派单：复查合格。",
    ]


async def test_a_suspension_that_ran_out_is_told_once(staffed: Town) -> None:
    await barred(staffed)
    with on(12, 28):
        await standing_bars.end_bars(staffed.session, staffed.city.id)
        await standing_bars.end_bars(staffed.session, staffed.city.id)
    assert (await told(staffed))[1:] == ["【乌海114】通达管道1号店已恢复派单：暂停期满。"]


@pytest.mark.parametrize(
    ("is_upheld", "words"),
    [
        (True, "【乌海114】通达管道1号店对暂停派单的申诉成立：录音属实。"),
        (False, "【乌海114】通达管道1号店对暂停派单的申诉未获支持，维持原决定：录音属实。"),
    ],
)
async def test_the_answer_to_an_appeal_is_told_once(
    staffed: Town, is_upheld: bool, words: str
) -> None:
    made = await barred(staffed)
    asked = await standing_service.appeal(
        staffed.session, staffed.vendors[0].id, AppealSubject.BAR, made.id, words="没有加价"
    )
    other = await staffed.city.person(staffed.session, "district_supervisor", "乌达区")
    await standing_service.decide_appeal(
        staffed.session, other, asked.id, is_upheld=is_upheld, answer="录音属实。"
    )
    assert (await told(staffed))[1:] == [words]
