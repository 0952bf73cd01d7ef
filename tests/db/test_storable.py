"""What can be kept, and what is refused before anybody tries."""

import pytest
from pydantic import TypeAdapter, ValidationError

from hotline.db.storable import StorableMoment, is_storable

MOMENT: TypeAdapter[object] = TypeAdapter(StorableMoment)


@pytest.mark.parametrize(
    "told",
    [
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1999-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z", "2026-11-26T08:00:00",
    ],
)  # fmt: skip
def test_a_moment_that_no_calendar_of_ours_holds_is_refused(told: str) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(told)


@pytest.mark.parametrize("told", ["2000-01-01T08:00:00+08:00", "2199-12-31T23:59:59Z"])
def test_a_moment_of_our_time_is_taken(told: str) -> None:
    assert MOMENT.validate_python(told)


def test_text_without_nul_and_halves_is_storable() -> None:
    assert is_storable("路灯𠮷")
    assert not is_storable("a\0")
    assert not is_storable("\ud800")
