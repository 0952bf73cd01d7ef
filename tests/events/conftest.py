"""The log by its own node."""

from tests.accounts.conftest import town
from tests.realtime.conftest import node

__all__ = ["node", "town"]
