"""What an organization may write into the place of a message: checked before, counted. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from hotline.messages.wording import LONGEST

_SIGNED = re.compile(r"【[^【】\s]{2,16}】")
_GSM = re.compile(
    r"[@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\r\n]*"
)
_ALONE = {True: 160, False: 70}
_JOINED = {True: 153, False: 67}
# Without these a message is of no use to whoever gets it.
_NEEDED = frozenset({"code", "link", "answer", "amount", "tail", "number", "message", "words"})
SAMPLES: Mapping[str, str] = {
    "title": "滨河小区3号楼暖气不热", "number": "2611250001", "code": "483920",
    "due": "11月27日18时", "reason": "需等待检测结果", "parent": "2611240017",
    "answer": "维修人员已更换阀门，供热恢复正常，室温达到20度。", "receiver": "银川12345",
    "message": "供水已于18时恢复。",
    "link": "https://114.example.cn/r/8Jx2kQ", "service": "管道疏通", "district": "海勃湾区",
    "when": "明天上午9时", "minutes": "5", "tail": "0001", "vendor": "安心家政",
    "address": "滨河街道3号楼502室", "phone": "13800000000", "amount": "120元",
    "document": "营业执照", "day": "12月31日", "matter": "责任保险",
    "worker": "王**", "badge": "AX-017", "name": "补办身份证",
    "words": "请明天上午带身份证到政务大厅二楼。",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Length:
    """Characters as the network counts them, and how many messages that is paid as."""

    characters: int
    segments: int


def variables(text: str) -> frozenset[str]:
    """Raises ValueError for anything but `{name}`."""
    names = set()
    for _, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if spec or conversion or not name.isidentifier():
            raise ValueError("花括号里只能写变量名")
        names.add(name)
    return frozenset(names)


def faults(text: str, shipped: str) -> list[str]:
    """What speaks against a text in the place of the shipped one, in words for people."""
    try:
        used = variables(text)
    except ValueError as error:
        return [str(error) if "花括号" in str(error) else "花括号没有成对"]
    known = variables(shipped)
    found = [f"没有这个变量：{name}" for name in sorted(used - known)]
    found += [f"不能缺少变量：{name}" for name in sorted((known & _NEEDED) - used)]
    if not _SIGNED.match(text):
        found.append("须以【签名】开头")
    return found


def filled(text: str) -> str:
    """The message as a resident might get it."""
    return text.format_map({name: SAMPLES.get(name, "…") for name in variables(text)})[:LONGEST]


def length_of(message: str) -> Length:
    """One Chinese character makes the whole message one of 70 a piece, 67 where it is joined.

    Counted in UTF-16 units, as phones do (3GPP TS 23.040): rare characters and emoji are two.
    """
    is_plain = _GSM.fullmatch(message) is not None
    count = len(message) if is_plain else len(message.encode("utf-16-le")) // 2
    if count <= _ALONE[is_plain]:
        return Length(count, 1 if count else 0)
    return Length(count, -(-count // _JOINED[is_plain]))
