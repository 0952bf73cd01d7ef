"""Why a change to a proxy matter was refused."""

from hotline.errors import Conflict, IllegalMove, ScopeMissing


class NotAuthorized(Conflict):
    code, detail = "not_authorized", "没有居民的委托，不能代办。"


class MatterClosed(IllegalMove):
    code, detail = "matter_closed", "这件代办已经结束。"


class NotOfficer(ScopeMissing):
    code, detail = "not_officer", "只有这件代办的代办员可以这样做。"


class NotYourStep(ScopeMissing):
    code, detail = "not_your_step", "这一步不由您的单位办理。"


class StepNotCurrent(IllegalMove):
    code, detail = "step_not_current", "还没有轮到这一步，或者已经办过。"


class PapersMissing(IllegalMove):
    code, detail = "papers_missing", "材料还没有收齐。"


class PapersKept(IllegalMove):
    code, detail = "papers_kept", "还有材料没有退还居民。"


class StepsOpen(IllegalMove):
    code, detail = "steps_open", "还有步骤没有办完。"


class PaperNotNow(IllegalMove):
    code, detail = "paper_not_now", "材料现在不能这样登记。"
