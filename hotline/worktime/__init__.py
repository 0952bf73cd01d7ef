"""Working days: which days count, when offices are open, and when n of them have passed.

Pure: no clock, no session. A day is judged by the yearly holiday notices (weekends, days off,
make-up days), then by a tier's own overrides. Whoever reckons beyond the years of the notices
gets a result marked `is_certain=False`, never a silent guess. Moments are aware; days are those
of the city. Start in `calendar.py`, then `reckon.py`.
"""

from hotline.worktime.calendar import DayRule, WorkCalendar
from hotline.worktime.notices import Notice, NoticeInvalid, official_calendar, read_notice
from hotline.worktime.office import WUHAI_OFFICE, OfficeHours
from hotline.worktime.reckon import (
    Limit,
    LimitUnit,
    Reckoned,
    deadline,
    end_of_working_day,
    shifted,
    worked_between,
    working_days_between,
)

__all__ = [
    "WUHAI_OFFICE",
    "DayRule",
    "Limit",
    "LimitUnit",
    "Notice",
    "NoticeInvalid",
    "OfficeHours",
    "Reckoned",
    "WorkCalendar",
    "deadline",
    "end_of_working_day",
    "official_calendar",
    "read_notice",
    "shifted",
    "worked_between",
    "working_days_between",
]
