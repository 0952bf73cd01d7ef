"""One written form for what callers say and what people type."""

import re
import unicodedata
from importlib.resources import files

LONGEST = 20_000
"""Characters read; a spoken turn is far shorter, and nothing behind this is looked at."""


def normalize(text: str) -> str:
    """NFKC, simplified, lower case; three marks only (，。？); stutters said once. Idempotent."""
    if _SETTLED.fullmatch(text) and _has_no_stutter(text) and not _SPOKEN_NUMBER.search(text):
        return text
    return _normalized(text)


def _has_no_stutter(text: str) -> bool:
    """A stutter says something three times; no character comes so often here."""
    return len(set(text)) >= len(text) - 1


def _normalized(text: str) -> str:
    text = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_SIMPLIFIED).lower()
    text = _ZHE.sub("着", _INVISIBLE.sub("", text.translate(_SIMPLIFIED)))
    has_marks = not _CHINESE.fullmatch(text)  # rarely in phrases, and thousands of them are read
    if has_marks:
        text = _STOP.sub("。", _PAUSE.sub("，", _QUESTION.sub("？", text)))
    text = _HESITATION.sub("", text)
    if has_marks:
        text = _GAP.sub("，", _NOISE.sub(" ", text))
    text = _collapse(_SPOKEN_NUMBER.sub(_written_number, text))
    return _MARKS.sub(_strongest_mark, text).strip("，。 ") if has_marks else text


def _simplifications() -> dict[int, str]:
    table: dict[int, str] = {}
    listing = files("hotline.matching") / "lexicon" / "traditional.txt"
    for line in listing.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            old, new = line.split(" ")
            table.update(zip(map(ord, old), new, strict=True))
    return table


def _settled() -> re.Pattern[str]:
    """Ideographs that are written one way only, with single marks between them."""
    changing = set(map(chr, _SIMPLIFIED)) | set("著呃唔")
    kept = "".join(one for one in map(chr, range(0x4E00, 0xA000)) if one not in changing)
    return re.compile(f"(?:[{kept}]+(?:[，。？][{kept}]+)*)?")


def _collapse(text: str) -> str:
    # Repeating settles: collapsing "哈哈哈吧哈哈哈吧哈哈哈吧" makes a new repetition.
    for _ in range(4):
        shorter = _STUTTER.sub(r"\1", text)
        if shorter == text:
            break
        text = shorter
    return text


def _written_number(spoken: re.Match[str]) -> str:
    said = spoken.group()
    if len(said) < 5 and not set(said) & set("幺零〇"):
        return said  # 三四五楼, 一二三: counting, not dialling
    return said.translate(_DIGITS)


def _strongest_mark(marks: re.Match[str]) -> str:
    run = marks.group()
    return next((mark for mark in "？。，" if mark in run), " ")


_SIMPLIFIED = _simplifications()
_SETTLED = _settled()
_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]*")
_ZHE = re.compile(r"(?<![名专原土显编论巨])著(?![名作述称书录者])")  # 著火, but 著名
_QUESTION = re.compile(r"[?？]+")
_PAUSE = re.compile(r"[,;:、；：~～]+|(?<!\d)-+|-{2,}|—+|\.{2,}")
_STOP = re.compile(r"[!！。\n\r]+|\.(?![a-z\d])|(?<![a-z\d])\.")
# Letters and digits of every script stay (Mongolian too), with the signs of addresses and amounts.
_NOISE = re.compile(r"(?:[^\w，。？@.%+*#/\-]|_)+")
_GAP = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")
_SPOKEN_NUMBER = re.compile(r"[零〇一二三四五六七八九幺]{3,}")
_HESITATION = re.compile(r"[呃唔]+")
_STUTTER = re.compile(r"([^\d\s，。？]{1,6}?)\1{2,}")
_MARKS = re.compile(r"[，。？ ]*[，。？][，。？ ]*")
