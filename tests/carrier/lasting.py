"""How long something took on the fast clock of the tests, on a busy machine."""

SLACK = 24.0


def lasted(seconds: float, expected: float) -> bool:
    """At least as long as expected, and not much longer."""
    return expected - 0.01 <= seconds < expected + SLACK
