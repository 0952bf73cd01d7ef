"""A small city with tickets whose days pass; every fixture of ticket tests serves here too."""

from tests.tickets.conftest import at_unit, city, go, now, opened, replied

__all__ = ["at_unit", "city", "go", "now", "opened", "replied"]
