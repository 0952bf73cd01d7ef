"""The words of a ticket: its states, kinds and urgencies."""

from enum import StrEnum


class Status(StrEnum):
    """Where a ticket stands; the Chinese names are those of the trade."""

    DRAFT = "draft"  # 暂存
    REGISTERED = "registered"  # 已登记
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    EMERGENCY = "emergency"  # 已转紧急
    DIRECT = "direct"  # 直接答复
    TO_DISPATCH = "to_dispatch"  # 待派单
    TO_SIGN = "to_sign"  # 待签收
    RETURN_REQUESTED = "return_requested"  # 退单待审
    IN_PROGRESS = "in_progress"  # 办理中
    SUSPENDED = "suspended"  # 挂起
    REPLIED = "replied"  # 已反馈待审核
    TO_VISIT = "to_visit"  # 待回访
    REFERRED = "referred"  # 已转其他热线
    CLOSED = "closed"  # 办结
    REDO = "redo"  # 重办中
    MERGED = "merged"  # 已并单
    CANCELLED = "cancelled"  # 撤销
    INVALID = "invalid"  # 无效
    ARCHIVED = "archived"  # 归档


FINISHED = frozenset(
    {
        Status.NOT_ACCEPTED,
        Status.REFERRED,
        Status.CLOSED,
        Status.MERGED,
        Status.CANCELLED,
        Status.INVALID,
        Status.ARCHIVED,
    }
)


class TicketKind(StrEnum):
    CONSULT = "consult"  # 咨询
    HELP = "help"  # 求助
    COMPLAINT = "complaint"  # 投诉
    REPORT = "report"  # 举报
    SUGGESTION = "suggestion"  # 建议
    PRAISE = "praise"  # 表扬
    SERVICE = "service"  # 便民服务
    PROXY = "proxy"  # 全程代办
    OTHER = "other"  # 其他


class Urgency(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Asked(StrEnum):
    """What the unit that holds a ticket may ask a higher tier for."""

    RETURN = "return"
    EXTENSION = "extension"
    SUSPENSION = "suspension"


class Outcome(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"  # the ticket moved on before anybody ruled


class Channel(StrEnum):
    """How a resident was asked, or told us unasked, whether the matter is settled."""

    PERSON = "person"
    ROBOT = "robot"
    LINK = "link"
    PORTAL = "portal"


class Sealed(StrEnum):
    """What of a ticket can be revealed."""

    CALLER = "caller_number"
    ADDRESS = "address"
    WORDS = "description"
