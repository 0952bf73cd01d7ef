"""A process of the service whose wall clock is as wrong as a file says.

The service asks one module what time it is; here that module gets another clock to look at. What is
monotonic stays so, as on a machine whose clock is set.
"""

import os
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from hotline import clock

FILE = "CHAOS_CLOCK"


class Shifted(datetime):
    """Tells plain moments: JSON is written of no others."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        wrong_by = timedelta(seconds=float(Path(os.environ[FILE]).read_text() or 0))
        return datetime.now(tz) + wrong_by


def run(command: list[str]) -> None:
    from hotline.cli import app

    vars(clock)["datetime"] = Shifted
    app(command)
