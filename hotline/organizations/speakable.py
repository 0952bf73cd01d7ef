"""Texts that organizations write and a voice reads: announcements, incidents. Pure.

The functions are pydantic validators: they raise ValueError with a sentence for people.
"""

import re

from hotline.db.storable import is_storable

LONGEST = 80
"""Characters of one turn that callers listen to."""

# What a voice reads as people say it; longer numbers are written as they are read (幺幺四).
_SPEAKABLE = re.compile(r"[\u3400-\u9fff\d，。、；：？！“”·—]+")
_LONG_NUMBER = re.compile(r"\d{3,}")


def speakable(text: str) -> str:
    """Raises ValueError for what cannot be read out; ends it as a sentence where there is room."""
    if not _SPEAKABLE.fullmatch(text):
        raise ValueError("播报只能用汉字、数字和常用标点")
    if _LONG_NUMBER.search(text):
        raise ValueError("三位及以上的数字请用汉字写出读法")
    is_open = text[-1] not in "。！？"
    return f"{text}。" if is_open and len(text) < LONGEST else text


def storable(text: str) -> str:
    if not is_storable(text):
        raise ValueError("含有不能保存的字符")
    return text
