"""A server that one module of tests has for itself."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.db.embedded import EmbeddedPostgres


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """Without our roles, and shared by the tests that leave it as it was."""
    with tempfile.TemporaryDirectory(prefix="hl") as directory:
        embedded = EmbeddedPostgres(Path(directory), durable=False)
        embedded.start()
        yield embedded
        embedded.stop()
