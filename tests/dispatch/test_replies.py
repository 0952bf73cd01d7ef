"""What a text message to the hotline says about an order."""

import pytest

from hotline.dispatch.replies import Said, meaning


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("1", Said(1)),
        (" １。", Said(1)),
        ("回复1", Said(1)),
        ("1 0042", Said(1, "0042")),
        ("2，0042", Said(2, "0042")),
        ("接单", Said(1)),
        ("不接", Said(2)),
        ("5", Said(5)),
        ("6", None),
        ("11", None),
        ("1号楼漏水", None),
        ("我家下水道堵了", None),
        ("", None),
    ],
)
def test_what_a_text_message_means(body: str, said: Said | None) -> None:
    assert meaning(body) == said
