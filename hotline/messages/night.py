"""When people are not to be disturbed. Pure."""

from datetime import UTC, datetime, time, timedelta

from hotline.clock import LOCAL, local

NIGHT_FROM, NIGHT_TO = time(21), time(8)


def by_day(at: datetime) -> datetime:
    """`at`, or the next morning when that is night in the city."""
    here = local(at)
    is_late = here.time() >= NIGHT_FROM
    if not is_late and here.time() >= NIGHT_TO:
        return at
    morning = here.date() + timedelta(days=1) if is_late else here.date()
    return datetime.combine(morning, NIGHT_TO, tzinfo=LOCAL).astimezone(UTC)
