"""Passwords: long enough, taken unchanged, not guessable; no rules of composition."""

import argon2
import pytest

from hotline.accounts import hashing
from hotline.accounts.passwords import fault

WEAK = [
    "password1234", "Password2024!", "passw0rdpassw0rd", "p@ssw0rd123456", "123456789012",
    "098765432109", "111111111111", "aaaaaaaaaaaa", "qwertyuiop12", "qwerty123456", "1q2w3e4r5t6y",
    "1qaz2wsx3edc", "asdfghjkl123", "zxcvbnm12345", "abcdefghijkl", "abc123abc123", "iloveyou1234",
    "admin1234567", "administrator", "Administrator1", "welcome12345", "letmein12345",
    "changeme1234", "monkey123456", "dragon123456", "sunshine1234", "princess1234",
    "football1234", "baseball1234", "superman1234", "trustno11234", "woaini520520", "woaini1314520",
    "5201314520131", "wuhai2026114", "wuhaihotline", "WuhaiHotline2026", "wuhai12345678",
    "haibowan2026", "haibowan114114", "hainanqu2026", "neimenggu114", "huanghe12345",
    "hotline114114", "sunshinehotline", "rexian114114", "yangguang114", "乌海市阳光热线114",
    "乌海阳光政务服务热线", "海勃湾区政务服务", "agent1234567", "supervisor12", "systemadmin1",
]  # fmt: skip
GOOD = [
    "mountain-lamp-4-river",
    "correct horse battery staple",
    "今天天气真好我们去公园玩吧",
    "  spaces at both ends  ",
    "83746291038571",
    "x" + "Zk9$mQ2!pL7w",
    "Zk9$mQ2!pL7w" * 10,
]


@pytest.mark.parametrize("password", WEAK)
def test_a_well_known_password_is_refused(password: str) -> None:
    assert fault(password.ljust(12, "1")) == "这个密码太容易被猜到，请换一个。"


@pytest.mark.parametrize("password", GOOD)
def test_any_other_long_password_is_good(password: str) -> None:
    assert fault(password) is None


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("Zk9$mQ2!pL7", "密码至少需要 12 个字符。"),
        ("Zk9$mQ2!pL7w" * 11, "密码最多 128 个字符。"),
        ("Zk9$mQ2!pL7w\0", "密码含有无法识别的字符。"),
        ("Zk9$mQ2!pL7w\ud800", "密码含有无法识别的字符。"),
    ],
)
def test_what_is_wrong_is_said(password: str, message: str) -> None:
    assert fault(password) == message


def test_a_password_of_the_own_name_is_refused() -> None:
    assert fault("zhaoxiaoming-2026", names=("zhaoxiaoming",)) is not None
    assert fault("zhaoxiaoming-2026-lamp-river", names=("zhaoxiaoming",)) is None


async def test_a_hash_is_argon2id_and_tells_right_from_wrong() -> None:
    made = await hashing.hash_password(" spaces stay ")
    assert made.startswith("$argon2id$")
    assert await hashing.is_right(made, " spaces stay ")
    assert not await hashing.is_right(made, "spaces stay")


async def test_the_hash_of_nobody_costs_as_much_as_a_new_one() -> None:
    assert not hashing.is_outdated(hashing.NOBODY)
    weaker = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")
    assert hashing.is_outdated(weaker)
    assert not await hashing.is_right(hashing.NOBODY, "")
