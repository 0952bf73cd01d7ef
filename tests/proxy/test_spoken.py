"""What a resident hears of a matter by telephone."""

from uuid import UUID

import pytest

from hotline.proxy.models import ProxyMatter, ProxyStep
from hotline.proxy.spoken import progress_of

UNIT = UUID(int=7)


def steps(*states: str) -> list[ProxyStep]:
    return [
        ProxyStep(position=number, name=f"第{number}样", organization_id=UNIT, state=state)
        for number, state in enumerate(states)
    ]


@pytest.mark.parametrize(
    ("status", "result", "states", "heard"),
    [
        ("authorized", None, ("waiting", "waiting"), "已经委托，代办员会和您联系"),
        ("in_hand", None, ("waiting", "waiting"), "代办员正在办理"),
        ("in_hand", None, ("done", "current"), "共2步，正在办第2步，第1样，由户政大队办理"),
        ("in_hand", None, ("done", "done"), "代办员正在办理"),
        ("withdrawn", None, ("done", "current"), "委托已经撤回"),
        ("finished", "granted", ("done", "done"), "已经办成"),
        ("finished", "refused", ("waiting",), "承办单位没有批准"),
    ],
)
def test_the_step_and_its_unit_are_heard(
    status: str, result: str | None, states: tuple[str, ...], heard: str
) -> None:
    matter = ProxyMatter(status=status, result=result)
    assert progress_of(matter, steps(*states), {UNIT: "户政大队"}) == heard
