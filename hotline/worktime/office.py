"""When offices are open on a working day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from hotline.clock import LOCAL


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Periods of a day in order, without overlap, in the city's time."""

    periods: tuple[tuple[time, time], ...]

    def __post_init__(self) -> None:
        edges = [edge for period in self.periods for edge in period]
        if not edges or edges != sorted(set(edges)):
            raise ValueError("office hours must be periods in order, without overlap")

    @property
    def end(self) -> time:
        return self.periods[-1][1]

    def on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The open periods of one day, as moments."""
        for begins, ends in self.periods:
            yield (
                datetime.combine(day, begins, tzinfo=LOCAL),
                datetime.combine(day, ends, tzinfo=LOCAL),
            )

    def closing(self, day: date) -> datetime:
        return datetime.combine(day, self.end, tzinfo=LOCAL)


WUHAI_OFFICE = OfficeHours(((time(8, 30), time(12)), (time(14, 30), time(18))))
