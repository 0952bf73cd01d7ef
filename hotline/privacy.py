"""Personal data in what people say and write: where it is, and how it looks once masked.

Everything here is pure and errs towards masking what identifies a person: numbers, names, exact
addresses, plates. Amounts, dates, short codes (12345) and the names of roads stay readable.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Personal(StrEnum):
    """What identifies a person."""

    PHONE = "phone"
    ID_NUMBER = "id_number"
    BANK_CARD = "bank_card"
    PLATE = "plate"
    EMAIL = "email"
    ACCOUNT = "account"
    NAME = "name"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of the text, and what to show in their place."""

    kind: Personal
    start: int
    end: int
    masked: str


def mask_number(number: str) -> str:
    """138****5678, 0473-***1234; short codes and service numbers (12345, 400…) as they are."""
    if ":" in number:  # client: and sip: addresses name people, not lines
        scheme, _, rest = number.partition(":")
        return f"{scheme}:{rest[:1]}***"
    digits = re.sub(r"\D", "", number)
    abroad = number.strip().startswith("+") and not digits.startswith("86")
    if abroad:
        return f"+{digits[:2]}****{digits[-4:]}" if len(digits) > 7 else "****"
    local = _without_country(number, digits)
    if len(local) <= 6 or re.fullmatch(r"[48]00\d{7}", local):
        return local
    if _MOBILE.fullmatch(local):
        return f"{local[:3]}****{local[-4:]}"
    area = _area_code(local)
    return f"{area}-***{local[-4:]}" if area else f"***{local[-4:]}"


def mask_text(text: str) -> str:
    """`text` with everything in it that identifies a person masked."""
    pieces: list[str] = []
    done = 0
    for span in find_personal(text):
        pieces += (text[done : span.start], span.masked)
        done = span.end
    return "".join([*pieces, text[done:]])


def find_personal(text: str) -> list[Span]:
    """The spans to mask, in order and without overlaps."""
    views = dict.fromkeys(text.translate(view) for view in (_NARROW, _DIALLED, _DIALLED_BY_YAO))
    found = [span for view in views for finder in _FINDERS for span in finder(text, view)]
    chosen: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if not chosen or span.start >= chosen[-1].end:
            chosen.append(span)
    return chosen


def _without_country(number: str, digits: str) -> str:
    if number.strip().startswith(("+86", "0086")):
        local = digits.removeprefix("00").removeprefix("86")
        return local if _MOBILE.fullmatch(local) or len(local) < 9 else f"0{local}"
    return digits


def _area_code(local: str) -> str | None:
    area = re.match(r"0(?:10|2\d|[3-9]\d\d)", local)
    return area.group() if area and len(local) >= len(area.group()) + 7 else None


def _emails(text: str, _dialled: str) -> Iterator[Span]:
    for found in _EMAIL.finditer(text):
        yield Span(Personal.EMAIL, *found.span(), f"{found['user'][0]}***@{found['host']}")


def _plates(text: str, dialled: str) -> Iterator[Span]:
    for found in _PLATE.finditer(dialled):
        start, end = found.span("tail")
        tail = re.sub(r"[\s·.-]", "", text[start:end])
        head = text[found.start("head") : found.end("head")]
        yield Span(Personal.PLATE, *found.span(), f"{head}{'*' * (len(tail) - 3)}{tail[-3:]}")


def _id_numbers(text: str, dialled: str) -> Iterator[Span]:
    for found in _ID.finditer(dialled):
        digits = _SEPARATOR.sub("", found.group())
        if _is_birthday(digits):
            yield _partly(Personal.ID_NUMBER, text, found, (3, 4))
    for found in _ID_SAID.finditer(dialled):
        yield _partly(Personal.ID_NUMBER, text, found, (3, 4), "number")


def _is_birthday(digits: str) -> bool:
    born = digits[6:14] if len(digits) == 18 else f"19{digits[6:12]}"
    try:
        return 1880 < date(int(born[:4]), int(born[4:6]), int(born[6:8])).year < 2100
    except ValueError:
        return False


def _bank_cards(text: str, dialled: str) -> Iterator[Span]:
    for found in _CARD_SAID.finditer(dialled):
        yield _partly(Personal.BANK_CARD, text, found, (0, 4), "number")
    for found in _CARD.finditer(dialled):
        if _passes_luhn(_SEPARATOR.sub("", found.group())):
            yield _partly(Personal.BANK_CARD, text, found, (0, 4))


def _passes_luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _phones(text: str, dialled: str) -> Iterator[Span]:
    for found in _MOBILE_IN_TEXT.finditer(dialled):
        yield _partly(Personal.PHONE, text, found, (3, 4), "number")
    for found in _LANDLINE.finditer(dialled):
        yield Span(
            Personal.PHONE, *found.span(), f"{found['area']}-***{_last(text, found, 'rest')}"
        )
    for found in _LOCAL_SAID.finditer(dialled):
        yield Span(Personal.PHONE, *found.span("number"), f"***{_last(text, found, 'number')}")


def _last(text: str, found: re.Match[str], group: str) -> str:
    return _SEPARATOR.sub("", text[found.start(group) : found.end(group)])[-4:]


def _partly(
    kind: Personal, text: str, found: re.Match[str], keep: tuple[int, int], group: str | int = 0
) -> Span:
    """Keeps the first and last characters as they were said: 幺三八****五六七八."""
    start, end = found.span(group)
    said = _SEPARATOR.sub("", text[start:end])
    head, tail = keep
    return Span(kind, start, end, said[:head] + "*" * (len(said) - head - tail) + said[-tail:])


def _accounts(text: str, dialled: str) -> Iterator[Span]:
    for found in _ACCOUNT.finditer(dialled):
        start, end = found.span("account")
        yield Span(Personal.ACCOUNT, start, end, f"{text[start]}****")


def _addresses(text: str, _dialled: str) -> Iterator[Span]:
    for pattern in (_BUILDING, _ROOM, _DOOR):
        for found in pattern.finditer(text):
            yield Span(Personal.ADDRESS, *found.span("door"), "***")


def _names(text: str, _dialled: str) -> Iterator[Span]:
    for found in _NAMED.finditer(text):
        name = _trimmed(found["name"], found["surname"])
        if name:
            start = found.start("name")
            yield Span(Personal.NAME, start, start + len(name), _masked_name(name, found))


def _trimmed(name: str, surname: str) -> str | None:
    """Cuts what follows a two-character name: 张伟想 → 张伟; None if no given name is left."""
    given = name[len(surname) :]
    for index, character in enumerate(given):
        if character in _NOT_IN_NAMES:
            given = given[:index]
            break
    return surname + given if given else None


def _masked_name(name: str, found: re.Match[str]) -> str:
    surname = found["surname"]
    given = name[len(surname) :]
    return f"{surname}*{given[1:]}" if len(given) > 1 else f"{surname}*"


_DIALLED = str.maketrans(
    "零〇○一二两三四五六七八九幺壹贰叁肆伍陆柒捌玖０１２３４５６７８９－＠．：",
    "000122345678911234567890123456789-@.:",
)
# 一 may belong to the number or to what is said around it (问一下幺三八…, …5678一直没人接):
# every reading is looked at.
_DIALLED_BY_YAO = {code: digit for code, digit in _DIALLED.items() if code != ord("一")}
_NARROW = str.maketrans("０１２３４５６７８９－＠．：", "0123456789-@.:")
_GAP = r"[\s\-,，、]{0,2}"
_SEPARATOR = re.compile(r"[\s\-,，、]")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_MOBILE_IN_TEXT = re.compile(
    rf"(?<!\d\d)(?:(?:\+|00)?86{_GAP})?(?P<number>1{_GAP}[3-9](?:{_GAP}\d){{9}})(?!\d\d)"
)
_LANDLINE = re.compile(
    r"(?<!\d)(?:(?:\+|00)86[\s-]?)?[(（]?(?P<area>0(?:10|2\d|[3-9]\d\d))[)）]?"
    r"[\s\-,，]?(?P<rest>\d{3,4}[\s-]?\d{4})(?!\d)"
)
_LOCAL_SAID = re.compile(
    r"(?:电话|号码|座机|联系方式|固话|家里电话|打我|回拨|回电|打到|拨)(?:号码?)?"
    rf"[是为:：\s，,]{{0,3}}(?P<number>[2-9]\d{{2,3}}{_GAP}\d{{4}})(?!\d)"
)
_ID = re.compile(
    rf"(?<![\da-zA-Z])[1-8](?:{_GAP}\d){{16}}{_GAP}[\dXx](?![\da-zA-Z])|(?<!\d)[1-8]\d{{14}}(?!\d)"
)
_ID_SAID = re.compile(
    rf"(?:身份证|身份号|证件号)[^\d]{{0,8}}(?P<number>\d(?:{_GAP}\d){{11,16}}{_GAP}[\dXx]?)(?!\d)"
)
_CARD = re.compile(r"(?<!\d)(?:\d[\s-]?){15,18}\d(?!\d)")
_CARD_SAID = re.compile(
    rf"(?:卡号|银行卡|储蓄卡|信用卡|工资卡|账号|账户|折子|存折)[^\d]{{0,8}}(?P<number>\d(?:{_GAP}\d){{11,18}})(?!\d)"
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"(?P<head>[{_PROVINCES}]\s?[A-HJ-NP-Za-hj-np-z])[\s·.-]?"
    r"(?P<tail>(?=[A-Za-z]{0,4}\d)(?:[A-HJ-NP-Za-hj-np-z\d]{5,6}|[A-HJ-NP-Za-hj-np-z\d]{4}[警学挂]))"
    r"(?![A-Za-z\d])"
)
_EMAIL = re.compile(
    r"(?P<user>[A-Za-z0-9][A-Za-z0-9._%+-]{0,63})@(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
)
_ACCOUNT = re.compile(
    r"(?:(?:[Qq]{2}|扣扣|企鹅)(?:号码?)?|(?:微信|威信|薇信|[Vv][Xx]|[Ww][Xx])(?:号码?)?)"
    r"(?:就?是|为|[:：\s，,]){0,3}(?P<account>(?:[A-Za-z][A-Za-z0-9_-]{5,19}|\d{5,12}))(?![\w@])"
)
_SPOKEN_ROOM = r"[一二三四五六七八九][零〇一二三四五六七八九幺]{2,3}"
_COUNT = r"(?:\d{1,4}|[零〇一二两三四五六七八九十百幺]{1,5})"
_LETTERED = rf"(?:{_COUNT}|[A-Za-z]{_COUNT}?|[甲乙丙丁东西南北])"
_BUILDING = re.compile(
    rf"(?P<door>(?:{_LETTERED}(?:号楼|栋|幢|[#＃]楼?)|(?:\d{{1,3}}|[A-Z甲乙丙丁])(?:座(?![以桥位])|号院))"
    rf"(?:[\s，,]?{_COUNT}(?:单元|门栋|门))?(?:[\s，,]?{_COUNT}(?:层|楼))?"
    rf"(?:[\s，,]?(?:{_COUNT}(?:室|号房|房|户|号)|\d{{3,4}}|{_SPOKEN_ROOM}))?)"
)
_ROOM = re.compile(
    rf"(?P<door>(?<!同){_COUNT}单元(?:[\s，,]?{_COUNT}(?:层|楼))?"
    rf"(?:[\s，,]?(?:{_COUNT}(?:室|号房|房|户|号)|\d{{3,4}}|{_SPOKEN_ROOM}))?"
    r"|(?<![\d-])\d{1,3}-\d{1,2}-(?!19\d\d|20\d\d)\d{3,4}(?![\d-])|(?<!\d)\d{3,4}室)"
)
_DOOR = re.compile(
    rf"(?:[路街巷道村院苑园庄寨]|小区|胡同|社区|家属区|平房|排|门牌号?[是为]?)(?P<door>[东西南北]?{_COUNT}号)"
    r"(?![线门台窗机车井站公楼院码出口桌柜仓库矿坑])"
)
_COMPOUND = (
    "欧阳|上官|司马|诸葛|司徒|东方|独孤|南宫|夏侯|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|端木|呼延"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛"
    "郝龚邵万钱严武戴莫孔向汤温康施文牛樊葛邢安齐伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左"
    "柳甘祝包宁尚符舒阮柯纪梅童凌毕单裴霍涂苗曲盛冉翁蓝骆路游辛靳管柴蒙鲍华喻祁房滕屈饶牟"
    "艾尤阳穆农司卓古吉缪简项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边"
    "卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝高于格云塔乌巴"
)
_GIVEN = r"[\u4e00-\u9fff]"
_NAMED = re.compile(
    r"(?:(?:我叫|他叫|她叫|名叫|名字叫|名字是|姓名|名字|本名|大名)(?:就?是|为|[:：\s])*"
    r"|(?:户主|联系人|当事人|经办人|申请人|法人|收件人|房东|业主|司机|患者|病人)(?:就?是|叫|为|[:：\s])+"
    r"|(?:孩子|儿子|女儿|闺女|老板|邻居|老公|媳妇|妈|爸|老人|娃)(?:他|她)?(?:名?叫|名字是)"
    rf"|我是(?=(?:{_COMPOUND}|[{_SURNAMES}]){_GIVEN}{{1,2}}(?:[，,。、\s]|$|电话|手机|身份证))"
    rf"(?!{_GIVEN}{{1,2}}[人的市区县省族员工生街村镇店局院妈爸家]))"
    rf"(?P<name>(?P<surname>{_COMPOUND}|[{_SURNAMES}]){_GIVEN}{{1,2}})"
)
_NOT_IN_NAMES = frozenset(
    "的了是我你他她在想要问有没不和跟住家电话手机身份今昨这那，。叫说打来去就都也还能会把被让给到从对呢吗吧啊呀个年岁今女男户业户先师老姓"
)
_FINDERS: tuple[Callable[[str, str], Iterator[Span]], ...] = (
    _id_numbers,
    _bank_cards,
    _phones,
    _plates,
    _emails,
    _accounts,
    _addresses,
    _names,
)
