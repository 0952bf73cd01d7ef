"""Understand short answers to a question: yes, no, which one, and wishes made on the way; pure."""

import re
from dataclasses import dataclass

from hotline.conversation.talk import Heard
from hotline.matching.controls import Control
from hotline.matching.values import Understanding

_ORDINALS = (
    re.compile(r"第?[一1](个|家|种|条|项)|前面那?(个|家)|头一?(个|家)|^一号?$"),
    re.compile(r"第?[二两2](个|家|种|条|项)|后面那?(个|家)|^二号?$"),
    re.compile(r"第?[三3](个|家|种|条|项)|最后那?(个|家)|^三号?$"),
)
_MARKS = re.compile(r"[\s，。？！,.?!]|(吧|呢|啊|了|的|就|要|选|那)")
_PROGRESS = (
    re.compile(r"(上次|上回|之前|前几天|前两天|昨天|前天|上周|上个月).{0,14}(报|反映|投诉|登记|打过|说过)"
               r".{0,16}(怎么样|咋样|咋还|没人|还没|进展|进度|结果|回复|处理|到哪|解决)"),
    re.compile(r"(查|问|看)(一下|下|查|看)?.{0,8}(工单|进度|进展)"),
    re.compile(r"工单.{0,6}(进度|进展|查询|怎么样|到哪|处理|结果)|催(一下|一催|办|催|单)"),
)  # fmt: skip
_NUMBER = re.compile(
    r"(电话|号码|热线|座机)(是|号|号码)?.{0,4}(多少|几号|是啥|是什么|告诉|给我|有没有|有吗|查|说一下)"
    r"|(查|问|找|要|知道)(一下|下)?.{1,14}(的)?(电话|号码)$"
)
_TIME = re.compile(
    r"(今|明|后)(天|儿|早|晚)|(周|星期|礼拜)[一二三四五六日天]|(上|下|中)午|晚上|早上|傍晚"
    r"|[一二两三四五六七八九十\d]+点(半|钟)?|(现在|马上|立刻|尽快|越快越好|随时)"
)
_PLACE = re.compile(
    r"[路街巷道](口|上|边|头)?|小区|家属院|大院|社区|村|镇|[\d一二两三四五六七八九十百零幺]+(号|栋|幢|楼|单元|室|户|门)"
    r"|单元|门口|(对|旁|后|前|东|南|西|北)(面|边|侧)|附近|楼下|交叉|广场|大厦|商场|医院|学校"
)
_ADDRESS = re.compile(
    r"小区|家属院|大院|花园|[\d一二三四五六七八九十百零幺两]+(号|栋|幢|楼|单元|室|户)"
)
_SLOW = re.compile(r"(说|讲|念)?慢(一)?(点|些)|太快了|耳朵(背|不好)|听不清楚?.{0,3}慢")
_CONFIDENTIAL = re.compile(r"保密|别(告诉|让).{0,6}(知道|说|是我)|不要?(透露|泄露|暴露)|别说是我")
_ANONYMOUS = re.compile(r"匿名|不(想|愿意?|方便)(留|说|报)(名字|姓名|电话|号码|名)")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a caller may ask for at any moment."""

    slow: bool = False
    confidential: bool = False
    anonymous: bool = False


def wishes(text: str) -> Wishes:
    return Wishes(
        slow=bool(_SLOW.search(text)),
        confidential=bool(_CONFIDENTIAL.search(text)),
        anonymous=bool(_ANONYMOUS.search(text)),
    )


def asks_progress(text: str) -> bool:
    """ "上次报的路灯咋还没人修": what became of something that was told before."""
    return any(pattern.search(text) for pattern in _PROGRESS)


def asks_number(text: str) -> bool:
    """ "公积金中心电话多少": directory assistance."""
    return bool(_NUMBER.search(text))


def tells_place(text: str) -> bool:
    """Whether the words read like an address: a street, a house, a door, or what is beside it."""
    return bool(_PLACE.search(text))


def tells_address(text: str) -> bool:
    """Surer than `tells_place`: somebody could ring at the door."""
    return bool(_ADDRESS.search(text))


def says_when(text: str) -> bool:
    return bool(_TIME.search(text))


def is_yes(heard: Heard, understood: Understanding) -> bool:
    return understood.control == Control.YES or heard.digits == "1"


def is_no(heard: Heard, understood: Understanding) -> bool:
    return understood.control == Control.NO or heard.digits == "2"


def choice(heard: Heard, names: tuple[str, ...]) -> int | None:
    """Which of the options was meant: by key, by ordinal, or by name; None if none of them."""
    if heard.digits:
        return heard.key - 1 if 1 <= heard.key <= len(names) else None
    said = _MARKS.sub("", heard.text)
    for place, pattern in enumerate(_ORDINALS[: len(names)]):
        if pattern.search(heard.text) or pattern.search(said):
            return place
    named = [place for place, name in enumerate(names) if said and (said in name or name in said)]
    return named[0] if len(named) == 1 and len(said) >= 2 else None
