"""The first password of an account: made by chance, shown once, and over unless soon changed."""

import secrets
from datetime import datetime, timedelta

from hotline import clock
from hotline.accounts import passwords
from hotline.accounts.models import Account
from hotline.errors import HotlineError
from hotline.settings import PasswordProfile

VALID_FOR = timedelta(hours=72)
# Without those that look like another when somebody writes them down: 0 and O, 1, l and I.
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5


class FirstPasswordOver(HotlineError):
    status, code = 401, "first_password_over"
    detail = "初始密码已过期，请联系安全管理员重新设置；管理员账号请联系运维人员。"


def make(*names: str) -> str:
    """Of 116 bits, and good under either profile."""
    while True:
        groups = ["".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS)]
        made = "-".join(groups)
        if passwords.fault(made, names=names, profile=PasswordProfile.MLPS) is None:
            return made


def over_at(account: Account) -> datetime:
    """When a password that somebody else gave ends unless it is changed before."""
    return (account.password_set_at or account.created_at) + VALID_FOR


def is_over(account: Account) -> bool:
    return account.must_change_password and clock.now() >= over_at(account)
