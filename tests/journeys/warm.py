"""What a service reads once after its start: read here before it is forked, so that it starts at
once. Only files; nothing of any city."""

import hotline.main
import hotline.serving  # noqa: F401
from hotline.matching.sample import sample_matcher

sample_matcher().match("您好")
