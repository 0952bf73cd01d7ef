"""Why a change to a ticket was refused."""

from hotline.errors import Conflict, IllegalMove, ScopeMissing


class MoveNotYours(ScopeMissing):
    detail = "您的角色或机构不能进行此操作。"


class MoveNotNow(IllegalMove):
    detail = "此刻还不满足此操作的条件。"


class UnitConflicted(Conflict):
    code, detail = "unit_conflicted", "被投诉或举报的单位不能办理本工单。"


class ParentNotOpen(Conflict):
    code, detail = "parent_not_open", "要并入的工单已经结束或本身是并单。"
