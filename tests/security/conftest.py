"""One running sample city for every attack of this folder."""

from tests.promises.conftest import described, matter, whole

__all__ = ["described", "matter", "whole"]
