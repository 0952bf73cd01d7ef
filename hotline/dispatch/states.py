"""The words of work orders, offers and vendors' files."""

from enum import StrEnum


class OrderState(StrEnum):
    """Where a work order stands; the Chinese names are those of the trade."""

    TO_OFFER = "to_offer"  # 待派
    OFFERED = "offered"  # 待接单
    UNPLACED = "unplaced"  # 无人接单，待坐席处理
    ACCEPTED = "accepted"  # 已接单
    ON_THE_WAY = "on_the_way"  # 已出发
    ARRIVED = "arrived"  # 已上门
    QUOTED = "quoted"  # 报价确认
    IN_SERVICE = "in_service"  # 服务中
    TO_ACCEPT = "to_accept"  # 待验收
    TO_PAY = "to_pay"  # 待付款
    COMPLETED = "completed"  # 已完成
    RATED = "rated"  # 已评价
    REWORK = "rework"  # 返修
    DISPUTED = "disputed"  # 纠纷中
    CANCELLED = "cancelled"  # 已取消


class OfferState(StrEnum):
    """An offer is open until the first of these befalls it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    FAILED = "failed"  # could not be brought to the vendor
    WITHDRAWN = "withdrawn"  # the order was cancelled or taken over


class OfferChannel(StrEnum):
    """How a vendor wants to be offered work."""

    SMS_LINK = "sms_link"
    SMS_REPLY = "sms_reply"
    CALL = "call"


class Urgency(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"


class Consent(StrEnum):
    """Whether the resident's number may be told to the vendor who comes."""

    GIVEN = "given"
    REFUSED = "refused"
    UNASKED = "unasked"


class QuoteBasis(StrEnum):
    """Why a quote holds."""

    WITHIN_LIST = "within_list"
    CODE = "code"
    AGENT = "agent"


class DonePhoto(StrEnum):
    """What became of the photo of the finished work."""

    UNASKED = "unasked"  # not finished, or the category asks for none
    GIVEN = "given"
    OWED = "owed"  # reported by telephone; the vendor was asked for it
    EXCUSED = "excused"  # somebody at a desk said why there is none


class LinkPurpose(StrEnum):
    """What a token opens: one offer, one order, the way to the code, or the vendor's own pages."""

    OFFER = "offer"
    ORDER = "order"
    HOME = "home"
    SESSION = "session"


class CodePurpose(StrEnum):
    QUOTE = "quote"
    SIGN_IN = "sign_in"


class ReviewSubject(StrEnum):
    """What of a vendor's file two persons look at."""

    ADMISSION = "admission"
    RENEWAL = "renewal"
    DOCUMENT = "document"
    WORKER = "worker"
    CARD = "card"


class ReviewState(StrEnum):
    """District collects, city approves; an admission is shown to the public in between."""

    SUBMITTED = "submitted"
    COLLECTED = "collected"
    IN_NOTICE = "in_notice"
    APPROVED = "approved"
    REFUSED = "refused"


class ObjectionState(StrEnum):
    """What came of an objection to a firm on public notice; one that holds bars the approval."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class PaperState(StrEnum):
    SUBMITTED = "submitted"
    VALID = "valid"
    REFUSED = "refused"
    REPLACED = "replaced"


class BarKind(StrEnum):
    """What keeps a vendor from being sent: to anybody, or to one resident."""

    SUSPENSION = "suspension"
    BLACKLIST = "blacklist"
    RESIDENT = "resident"
