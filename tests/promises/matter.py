"""A confidential matter and an ordinary one, with words that stand nowhere else in the world."""

from dataclasses import dataclass
from typing import Any

import httpx2

from tests.promises.conftest import Whole

NUMBER = "13947300417"
NAME = "欧阳鹭鸶"
DOOR = "翡翠小区77号楼9单元1903室"
CANARIES = (NUMBER, NAME, DOOR, "77号楼9单元1903")


@dataclass(frozen=True, slots=True)
class Matter:
    """Ids of two tickets of 海勃湾区 and one of 乌达区, opened by an agent of the city."""

    open_id: str
    secret_id: str
    foreign_id: str


async def open_matter(whole: Whole) -> Matter:
    agent = await whole.of("agent-1")
    said = f"我叫{NAME}，住{DOOR}，电话{NUMBER}，暖气不热"
    mine = {"district": "海勃湾区", "caller_number": NUMBER, "address": DOOR, "description": said}
    secret = mine | {"kind": "report", "confidential": True, "title": "夜里排污"}
    foreign = {"district": "乌达区", "kind": "help", "title": "路灯", "description": "路灯不亮"}
    return Matter(
        await _opened(agent, mine | {"kind": "help", "title": "暖气不热"}),
        await _opened(agent, secret),
        await _opened(agent, foreign),
    )


async def _opened(agent: httpx2.AsyncClient, ticket: dict[str, Any]) -> str:
    answer = await agent.post("/api/v1/tickets", json=ticket)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
