"""OWASP ASVS 5.0.0 line by line: levels 1 and 2, and six of level 3. Ours are only the few words.

Each line is held, is none of ours, or is a gap. What holds it are lines of our check-list (`C31`),
tests (`file::name`) and, where the line asks for a document, the place that says it
(`docs/security.md#sessions`). The tables lie in `asvs_v1_v5.py` and its two neighbors.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """Exactly one of `by`, `foreign` (why it does not apply) and `gap` is given."""

    number: str
    level: int
    about: str
    by: tuple[str, ...] = ()
    foreign: str = ""
    gap: str = ""


def held(number: str, level: int, about: str, *by: str) -> Requirement:
    return Requirement(number, level, about, by=by)


def foreign(number: str, level: int, about: str, why: str) -> Requirement:
    return Requirement(number, level, about, foreign=why)


def missing(number: str, level: int, about: str, gap: str) -> Requirement:
    return Requirement(number, level, about, gap=gap)


TESTS = "tests/"
ATTACKS = "tests/security/test_attacks.py::"
CODE = "tests/conventions/test_dangerous_code.py::"
SIGNING_IN = "tests/accounts/test_signing_in.py::"
ACCOUNTS = "tests/accounts/test_accounts.py::"
PASSWORDS = "tests/accounts/test_passwords.py::"
SECURITY, OPERATION = "docs/security.md#", "docs/operation.md#"
