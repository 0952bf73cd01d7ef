"""A stand-in for the carrier's control API: one scripted hotline, and switches to make it fail."""

import asyncio
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Response
from pydantic import BaseModel

GREETING = "您好，这里是乌海114阳光政务热线，请讲。"
HEATING = "滨河街道属于海勃湾区。暖气不热由热力公司处理，已为您登记。还需要别的吗？"
WAV = b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0@\x1f\0\0@\x1f\0\0\1\0\x08\0data\0\0\0\0"


class CallIn(BaseModel):
    from_: str | None = None
    to: str | None = None

    model_config = {"populate_by_name": True, "alias_generator": lambda name: name.rstrip("_")}


class Words(BaseModel):
    text: str


class Digits(BaseModel):
    digits: str


class Ring(BaseModel):
    address: str
    answer: str


class FakeLine:
    """`is_listening` decides `heard`; `fails` makes every request answer that status."""

    def __init__(self) -> None:
        self.placed: list[dict[str, Any]] = []
        self.said: list[str] = []
        self.pressed: list[str] = []
        self.rings: dict[str, str] = {}
        self.acts: dict[str, list[dict[str, Any]]] = {}
        self.talk: list[dict[str, Any]] = []
        self.is_listening = True
        self.fails: int | None = None
        self.opening: list[tuple[str, dict[str, Any]]] = [
            ("say", {"text": GREETING, "voice": "Polly.Zhiyu", "language": "cmn-CN"}),
            ("gather", _speech()),
        ]

    def open(self) -> None:
        """Somebody answers, or does not."""
        for name, detail in self.opening:
            self.act(name, **detail)

    def act(self, name: str, **detail: Any) -> None:
        """Something happens on the newest call."""
        acts = self.acts[list(self.acts)[-1]]
        acts.append({"seq": len(acts) + 1, "at": len(acts) * 0.5, "act": name, "detail": detail})

    def say(self, text: str) -> None:
        self.act("say", text=text, voice="Polly.Zhiyu", language="cmn-CN")

    def listen(self) -> None:
        self.act("gather", **_speech())

    def heard(self, text: str) -> None:
        self.said.append(text)
        if "人工" in text:
            self.say("正在为您转接人工坐席。")
            self.act("enqueue", queue="mandarin-9f31")
        elif "着火" in text:
            self.say("请马上拨打119，现在为您接通。")
            self.act("dial", to=["119"], timeout=30, caller_id="+86473114")
        else:
            self.say(HEATING)
            self.listen()


def serve_fake_line(app: FastAPI, line: FakeLine) -> None:
    def reachable() -> None:
        if line.fails:
            raise HTTPException(line.fails)

    phone = APIRouter(prefix="/carrier/phone", dependencies=[Depends(reachable)])
    _serve_speaking(phone, line)
    _serve_hearing(phone, line)
    app.include_router(phone)

    @app.get("/music.wav")
    async def music() -> Response:
        return Response(WAV, media_type="audio/wav")


def _serve_speaking(phone: APIRouter, line: FakeLine) -> None:
    @phone.post("/calls")
    async def place(call: CallIn) -> dict[str, str]:
        line.placed.append({"from": call.from_, "to": call.to})
        sid = f"CA{len(line.placed):032d}"
        line.acts[sid] = []
        asyncio.get_running_loop().call_later(0.2, line.open)
        return {"call_sid": sid}

    @phone.post("/calls/{sid}/say")
    async def say(sid: str, words: Words) -> dict[str, bool]:
        if line.is_listening:
            line.heard(words.text)
        return {"heard": line.is_listening}

    @phone.post("/calls/{sid}/press")
    async def press(sid: str, digits: Digits) -> dict[str, bool]:
        line.pressed.append(digits.digits)
        return {"heard": line.is_listening}

    @phone.post("/calls/{sid}/hangup")
    async def hang_up(sid: str) -> dict[str, bool]:
        is_live = not line.acts[sid] or line.acts[sid][-1]["act"] != "hangup"
        if is_live:
            line.act("hangup", by="caller")
        return {"heard": is_live}

    @phone.post("/ring")
    async def ring(plan: Ring) -> dict[str, str]:
        line.rings[plan.address] = plan.answer
        return {"address": plan.address, "answer": plan.answer}


def _serve_hearing(phone: APIRouter, line: FakeLine) -> None:
    @phone.get("/calls/{sid}/acts")
    async def acts(sid: str, after: int = 0) -> dict[str, Any]:
        if sid not in line.acts:
            raise HTTPException(404)
        return {"items": line.acts[sid][after:]}

    @phone.get("/calls/{sid}/talk")
    async def talk(sid: str, after: int = 0) -> dict[str, Any]:
        return {"items": line.talk[after:]}


def _speech() -> dict[str, Any]:
    return {
        "input": "dtmf speech",
        "timeout": 8,
        "finish_on_key": "#",
        "num_digits": None,
        "language": "cmn-Hans-CN",
    }
