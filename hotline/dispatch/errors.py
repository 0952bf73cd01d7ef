"""Why a change to an order or a vendor's file was refused."""

from hotline.errors import Conflict, HotlineError, IllegalMove, ScopeMissing


class OrderMoveNotYours(ScopeMissing):
    detail = "您不能进行此操作。"


class OrderMoveNotNow(IllegalMove):
    detail = "此刻还不满足此操作的条件。"


class OrderExists(Conflict):
    code, detail = "order_exists", "该工单已有派工单。"


class AmountAboveQuote(HotlineError):
    status, code, detail = 422, "amount_above_quote", "金额高于居民确认的报价，请先重新报价。"


class PhotoMissing(HotlineError):
    status, code, detail = 422, "photo_missing", "完工要交照片：请先拍一张做完后的照片。"


class NotDispatchable(HotlineError):
    status, code, detail = 422, "not_dispatchable", "该事项不由服务商上门办理，或没有所在的区。"


class SamePerson(Conflict):
    code, detail = "same_person", "收集材料和批准不能是同一人。"


class ReviewNotNow(Conflict):
    code, detail = "review_not_now", "审核不在这一环节。"


class VendorSilenced(Conflict):
    code, detail = "vendor_silenced", "该服务商已暂停，不能接单。"


class NoticeOver(Conflict):
    code, detail = "notice_over", "公示已经结束。"


class ObjectionsFull(HotlineError):
    status, code, detail = 429, "objections_full", "这次公示收到的异议太多，请打热线说明。"


class ObjectionsOpen(Conflict):
    code, detail = "objections_open", "公示期间的异议还没有逐条答复。"


class ObjectionUpheld(Conflict):
    code, detail = "objection_upheld", "有异议成立，不能批准；请写明理由不予通过。"


class ObjectionAnswered(Conflict):
    code, detail = "objection_answered", "这条异议已经答复。"


class PapersLacking(Conflict):
    code, detail = "papers_lacking", "所做服务要求的证件不齐或已过期。"


class WorkerUnfit(Conflict):
    code, detail = "worker_unfit", "该人员的证件不齐、已过期或已停用，不能派去。"
