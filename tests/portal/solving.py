"""What a script and a person do when a form asks for a little work."""

import re
from collections.abc import Mapping

from hotline.portal.challenge import is_worked, spoken


def token_in(page: str) -> str:
    found = re.search(r'name="gate" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def worked(page: str) -> Mapping[str, str]:
    """By computing, as the script of the portal does."""
    token = token_in(page)
    number = next(number for number in range(10_000_000) if is_worked(token, str(number)))
    return {"gate": token, "gate_work": str(number)}


def answered(page: str) -> Mapping[str, str]:
    """By reading the question, as a person does."""
    numbers = {spoken(number, "zh-CN"): number for number in range(19)}
    asked = re.search(r"([一二三四五六七八九十]+)(加|减)([一二三四五六七八九十]+)等于几", page)
    assert asked is not None
    left, right = numbers[asked[1]], numbers[asked[3]]
    result = left + right if asked[2] == "加" else left - right
    return {"gate": token_in(page), "gate_answer": str(result)}
