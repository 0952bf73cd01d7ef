"""The crowd's own reading of frames: what it does not see, it cannot count as late or lost."""

import pytest

from scripts.crowd_clients import split

SHORT = b'{"type":"position","seq":7}'
LONG = b"x" * 3_000
LONGEST = b"y" * 70_000


def framed(content: bytes, opcode: int = 1) -> bytes:
    """As a server sends it: whole and without a mask."""
    if len(content) < 126:
        length = bytes((len(content),))
    elif len(content) < 1 << 16:
        length = b"\x7e" + len(content).to_bytes(2)
    else:
        length = b"\x7f" + len(content).to_bytes(8)
    return bytes((0x80 | opcode,)) + length + content


def test_frames_of_every_length_are_told_apart() -> None:
    stream = framed(SHORT) + framed(b"ping", 9) + framed(LONG) + framed(LONGEST)
    found, rest = split(stream)
    assert found == [(1, SHORT), (9, b"ping"), (1, LONG), (1, LONGEST)]
    assert rest == b""


@pytest.mark.parametrize("whole", [framed(SHORT), framed(LONG), framed(LONGEST)])
@pytest.mark.parametrize("missing", [1, 2, 5, -1])
def test_what_is_not_whole_yet_waits_for_its_rest(whole: bytes, missing: int) -> None:
    came = whole[:-missing] if missing > 0 else whole[:1]
    found, rest = split(framed(SHORT) + came)
    assert found == [(1, SHORT)]
    again, left = split(rest + whole[len(came) :])
    assert len(again) == 1
    assert framed(*reversed(again[0])) == whole
    assert left == b""
