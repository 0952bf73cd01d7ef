"""How a text is spoken: figures as people say them on the telephone. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from hotline.conversation.spoken import digits_spoken, number_spoken
from hotline.conversation.wording import LONGEST, Wording, fitted

CHARACTERS_A_SECOND = 4.5

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿")
_MEASURES = "个点次人年天份张件家处万千小周"
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<!\d)(\d{3,4})-(\d{3,4})-?(\d{4})(?!\d)"), lambda m: _number(m.group())),
    (re.compile(r"(?<!\d)(\d{4})年"), lambda m: _plain(m[1]) + "年"),
    (re.compile(r"(?<!\d)(\d{1,2})[:：](\d{2})(?!\d)"), lambda m: _time(m[1], m[2])),
    (re.compile(r"(\d+(?:\.\d+)?)%"), lambda m: "百分之" + _value(m[1])),
    (re.compile(r"(?<![\d.])(\d{5,})(?![\d.元万])"), lambda m: _number(m.group())),
    (
        re.compile(r"(?<=[拨打话线询号])(\d{3,4})(?![\d.元个年月日天])"),
        lambda m: _number(m.group()),
    ),
    (re.compile(rf"(?<![\d.])2(?=[{_MEASURES}])"), lambda _m: "两"),
    (re.compile(r"\d+(?:\.\d+)?"), lambda m: _value(m.group())),
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """`heard` are the sentences of the turn; `is_cut` when its end would not be heard."""

    text: str
    heard: tuple[str, ...]
    length: int
    seconds: float
    has_figures: bool
    is_cut: bool


def preview(summary: str, wording: Wording) -> Spoken:
    """What a caller hears when the entry is read."""
    text = spoken_form(summary)
    lines = (("summary", text), ("anything_else", wording.text("anything_else")))
    heard = fitted(lines) if text else ()
    length = sum(map(len, heard))
    return Spoken(
        text=text,
        heard=heard,
        length=len(text),
        seconds=round(length / CHARACTERS_A_SECOND, 1),
        has_figures=text != summary,
        is_cut=len(text) > LONGEST,
    )


def spoken_form(text: str) -> str:
    """`拨打12345` → 拨打幺二三四五; `8:30` → 八点半; `95%` → 百分之九十五; `20元` → 二十元."""
    for pattern, said in _RULES:
        text = pattern.sub(said, text)
    return text


def cardinal(value: int) -> str:
    """`1205` → 一千二百零五; below ten thousand million million."""
    if value == 0:
        return _DIGITS[0]
    said, place, is_gap = "", 0, False
    while value:
        value, group = divmod(value, 10_000)
        if group:
            unit = _GROUPS[min(place, 2)]
            glue = _DIGITS[0] if is_gap and said else ""
            said = _group(group) + unit + glue + said
        is_gap = 0 < group < 1_000 or (group == 0 and bool(said))
        place += 1
    return said.removeprefix("一") if said.startswith("一十") else said


def _group(value: int) -> str:
    said, has_gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            said += (_DIGITS[0] if has_gap and said else "") + _DIGITS[digit] + _UNITS[place]
        has_gap = not digit
    return said


def _value(text: str) -> str:
    whole, _, part = text.partition(".")
    said = cardinal(int(whole))
    return f"{said}点{_plain(part)}" if part else said


def _plain(digits: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in digits)


def _number(text: str) -> str:
    digits = "".join(letter for letter in text if letter.isdigit())
    return number_spoken(digits) if len(digits) > 6 else digits_spoken(digits)


def _time(hour: str, minute: str) -> str:
    said = "两点" if int(hour) == 2 else f"{cardinal(int(hour))}点"
    if minute == "00":
        return said
    if minute == "30":
        return f"{said}半"
    return f"{said}{'零' if minute.startswith('0') else ''}{cardinal(int(minute))}分"
