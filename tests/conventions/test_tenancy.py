"""Whoever reads on behalf of a person starts from what that person may see."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conventions.sources import HOTLINE, Function, at, called_name, functions_in, tree_of

TENANT_COLUMNS = {"district_id", "custody_id"}
EDGES = ("api.py", "pages.py", "socket.py")
OWN = {"subtree", "account_id", "organization_id", "addresses"}


def queries() -> Iterator[Path]:
    yield from sorted(HOTLINE.glob("*/queries.py"))


def parameters(function: Function) -> set[str]:
    return {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}


def is_scoped(function: Function) -> bool:
    """It starts from `visible_to`, uses the principal's own ids, or hands the principal on."""
    return any(_narrows(node) for node in ast.walk(function))


def _narrows(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return any(_is_principal(argument) for argument in node.args)
    return isinstance(node, ast.Attribute) and node.attr in OWN and _is_principal(node.value)


def _is_principal(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "principal"


def test_every_query_for_a_principal_is_limited_to_what_it_may_see() -> None:
    asked = [
        (path, function)
        for path in queries()
        for function in functions_in(path)
        if "principal" in parameters(function)
    ]
    assert len(asked) > 5
    assert [at(path, one, one.name) for path, one in asked if not is_scoped(one)] == []


def test_every_domain_with_districts_or_custody_has_visible_to() -> None:
    domains = [one.parent for one in HOTLINE.glob("*/models.py") if _columns(one) & TENANT_COLUMNS]
    assert domains
    assert [one.name for one in domains if "visible_to" not in _functions(one / "queries.py")] == []


def _columns(models: Path) -> set[str]:
    assigned = (node for node in ast.walk(tree_of(models)) if isinstance(node, ast.AnnAssign))
    return {one.target.id for one in assigned if isinstance(one.target, ast.Name)}


def _functions(path: Path) -> set[str]:
    return {one.name for one in functions_in(path)} if path.exists() else set()


def test_edges_write_no_select_of_their_own() -> None:
    written = [
        at(path, node)
        for name in EDGES
        for path in sorted(HOTLINE.glob(f"*/{name}"))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and called_name(node) == "select"
    ]
    assert written == []


def test_edges_ask_on_behalf_of_the_principal() -> None:
    """`queries.ticket(session, principal, ticket_id)`: a look-up by id alone sees everything."""
    bare = [
        at(path, node, called_name(node))
        for name in EDGES
        for path in sorted(HOTLINE.glob(f"*/{name}"))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and called_name(node) in _unscoped_lookups(path.with_name("queries.py"))
    ]
    assert bare == []


def _unscoped_lookups(path: Path) -> set[str]:
    """Queries for one row by its id that take no principal."""
    if not path.exists():
        return set()
    by_id = path.parent.name.removesuffix("s") + "_id"
    return {
        one.name
        for one in functions_in(path)
        if by_id in parameters(one)
        and one.name.endswith(by_id.removesuffix("_id"))
        and "principal" not in parameters(one)
    }
