"""Who may do what: every operation against every role, on the running service."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from hotline.accounts.roles import SCOPES, Role
from tests.promises.conftest import ACCOUNTS, Whole

MATRIX = Path(__file__).with_name("rights.txt")
PUBLIC = {("post", "/api/v1/sessions"), ("post", "/api/v1/password-resets")}
_GAP = re.compile(r"\{[^}]+\}")


def operations(described: dict[str, Any]) -> list[tuple[str, str, frozenset[str]]]:
    return [
        (method, path, frozenset(_scopes(operation)))
        for path, methods in sorted(described["paths"].items())
        for method, operation in sorted(methods.items())
        if path.startswith("/api/") and (method, path) not in PUBLIC
    ]


def _scopes(operation: dict[str, Any]) -> list[str]:
    return [scope for scheme in operation.get("security", []) for one in scheme.values()
            for scope in one]  # fmt: skip


def roles_with(scopes: frozenset[str]) -> list[str]:
    return [role.value for role in Role if scopes <= SCOPES[role]]


def lines(described: dict[str, Any]) -> list[str]:
    return [
        f"{method.upper()} {path}: {' '.join(roles_with(scopes)) or '-'}"
        for method, path, scopes in operations(described)
    ]


def test_c15_the_matrix_of_rights_is_the_one_that_was_reviewed(described: dict[str, Any]) -> None:
    """A new operation or a changed right is written down by `scripts/promises rights`."""
    reviewed = MATRIX.read_text(encoding="utf-8").splitlines()
    assert lines(described) == reviewed, "review the difference, then run: scripts/promises rights"


async def test_c15_nobody_is_401_everywhere(whole: Whole, described: dict[str, Any]) -> None:
    async with httpx2.AsyncClient(base_url=whole.city.url) as nobody:
        answers = {
            (method, path): (await nobody.request(method, _filled(path))).status_code
            for method, path, _ in operations(described)
        }
    assert {key: code for key, code in answers.items() if code != 401} == {}


@pytest.mark.parametrize("role", ["agent", "district_supervisor", "audit_admin"])
async def test_c15_what_a_role_has_no_right_to_is_refused(
    whole: Whole, described: dict[str, Any], role: str
) -> None:
    """Where an object is named, not seeing it (404) comes first."""
    client, wrong = await whole.of(ACCOUNTS[role]), {}
    for method, path, scopes in operations(described):
        if scopes <= SCOPES[Role(role)]:
            continue
        answer = await client.request(method, _filled(path))
        allowed = {403, 404} if "{" in path else {403}
        if answer.status_code not in allowed:
            wrong[method, path] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("role", ["agent", "city_supervisor"])
async def test_c15_what_a_role_may_read_is_not_refused(
    whole: Whole, described: dict[str, Any], role: str
) -> None:
    client, wrong = await whole.of(ACCOUNTS[role]), {}
    for method, path, scopes in operations(described):
        if method == "get" and "{" not in path and scopes <= SCOPES[Role(role)]:
            answer = await client.get(path)
            if answer.status_code not in (200, 404, 422):
                wrong[path] = answer.status_code
    assert wrong == {}


def _filled(path: str) -> str:
    return _GAP.sub(lambda _: str(uuid4()), path)
