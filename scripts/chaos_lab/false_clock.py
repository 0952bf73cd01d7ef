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
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        wrong_by = timedelta(seconds=float(Path(os.environ[FILE]).read_text() or 0))
        return datetime.now(tz) + wrong_by


def run(command: list[str]) -> None:
    from hotline.cli import app

    clock.datetime = Shifted
    app(command)
