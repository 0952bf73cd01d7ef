"""One matcher of the sample city for all tests here: building it takes a second."""

import pytest

from hotline.matching.match import Matcher
from hotline.matching.sample import sample_matcher


@pytest.fixture(scope="session")
def matcher() -> Matcher:
    return sample_matcher()
