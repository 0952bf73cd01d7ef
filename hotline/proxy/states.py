"""The words of a proxy matter."""

from enum import StrEnum


class MatterStatus(StrEnum):
    AUTHORIZED = "authorized"  # 已委托，等代办员
    IN_HAND = "in_hand"  # 代办中
    FINISHED = "finished"  # 已办完
    WITHDRAWN = "withdrawn"  # 已撤回委托


class Way(StrEnum):
    """How the resident authorized it."""

    PHONE = "phone"
    PORTAL = "portal"
    COUNTER = "counter"


class PaperState(StrEnum):
    NEEDED = "needed"  # 待提交
    RECEIVED = "received"  # 已收到
    RETURNED = "returned"  # 已退还
    WAIVED = "waived"  # 不需要


class StepState(StrEnum):
    WAITING = "waiting"
    CURRENT = "current"
    DONE = "done"


class Result(StrEnum):
    GRANTED = "granted"  # 办成
    REFUSED = "refused"  # 不予办理


OPEN = frozenset({MatterStatus.AUTHORIZED, MatterStatus.IN_HAND})
