"""A small directory for the dialogue: what is decided, without a database."""

import pytest

from hotline.conversation.known import Known, UnitCard, VendorCard
from hotline.directory.entry import Entry

ENTRIES = (
    Entry("svc-card", "government", "社保/社保卡", "社保卡补办", handoff="answer",
          summary="社保卡丢了先口头挂失，再带身份证到合作银行补办，当场能取。"),
    Entry("svc-lamp", "assistance", "市政/路灯", "路灯报修", handoff="ticket", tier="city",
          organization_id="org-lamp", summary="路灯不亮，请告诉我在什么路，市政两天内修好。"),
    Entry("svc-heat-hbw", "assistance", "供热/报修", "室内不热报修（海勃湾区）", handoff="ticket",
          tier="district", districts=("海勃湾区",), summary="热力公司两小时内跟您联系。"),
    Entry("svc-heat-wd", "assistance", "供热/报修", "室内不热报修（乌达区）", handoff="ticket",
          tier="district", districts=("乌达区",), summary="乌达热力一小时内跟您联系。"),
    Entry("svc-fund", "government", "住房/公积金", "公积金提取", handoff="transfer",
          organization_id="org-fund", summary="公积金提取可以在网上办。"),
    Entry("svc-pipe", "convenience", "维修/疏通", "管道疏通", handoff="dispatch",
          summary="通下水道一次六十到一百五。"),
)  # fmt: skip
VENDORS = (
    VendorCard("ven-1", "畅通管道"),
    VendorCard("ven-2", "老李疏通"),
    VendorCard("v3", "快修"),
)


@pytest.fixture
def known() -> Known:
    return Known(
        entries={entry.id: entry for entry in ENTRIES},
        versions={"svc-heat": ("svc-heat-hbw", "svc-heat-wd")},
        vendors_for=lambda _entry_id, _district: VENDORS,
        unit_for=lambda entry, _d: UnitCard("公积金中心", "0473-000-1200") if entry else None,
        caller_number="+8613900000001",
    )
