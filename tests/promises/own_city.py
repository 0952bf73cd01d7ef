"""A running city that one module of tests has for itself: import `whole`."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hotline.db.embedded import EmbeddedPostgres
from tests.promises.conftest import Whole, whole_city


@pytest.fixture(scope="module")
async def whole(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[Whole]:
    async with whole_city(postgres, sample_template, new_name()) as there:
        yield there
