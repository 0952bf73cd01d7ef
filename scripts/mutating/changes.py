"""The small ways in which a source can be wrong. Pure."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_TURNED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]*")
# What only people read, and how classes are declared.
_TOLD = frozenset({"log", "logging", "warnings", "structlog", "T", "TypeVar"})
_DECLARED = frozenset({"__tablename__", "__all__", "__table_args__", "router", "prefix", "tags"})

_NOT_RUN = frozenset({"annotation", "returns", "decorator_list", "defaults", "kw_defaults"})

Apply = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Change:
    """The `number`-th change of its source; `what` tells a reader what it is."""

    number: int
    line: int
    what: str


def changes_of(source: str) -> list[Change]:
    """Every change that can be made to the source, one for each way."""
    found = _found_in(ast.parse(source))
    return [Change(n, line, what) for n, (line, what, _) in enumerate(found)]


def changed(source: str, number: int) -> ast.Module:
    """The source with one change made."""
    tree = ast.parse(source)
    _, _, apply = list(_found_in(tree))[number]
    apply()
    return ast.fix_missing_locations(tree)


def _found_in(tree: ast.Module) -> Iterator[tuple[int, str, Apply]]:
    for parent, field, place, node in _walk(tree):
        line = getattr(node, "lineno", 0)
        for what, new in _instead(node):
            yield line, f"{_text(node)} → {what}", _put(parent, field, place, new)


def _walk(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Every node that runs, with its place; no annotation, default, docstring or log line."""
    for field, value in ast.iter_fields(node):
        if field in _NOT_RUN:
            continue
        places = enumerate(value) if isinstance(value, list) else [(None, value)]
        for place, child in places:
            if isinstance(child, ast.AST) and not _is_left_alone(child):
                yield node, field, place, child
                yield from _walk(child)


def _is_left_alone(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id in _DECLARED
    return isinstance(node, ast.Call) and _root_of(node.func) in _TOLD


def _instead(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.Constant):
        yield from _other_constant(node)
    elif isinstance(node, ast.stmt):
        yield from _other_statement(node)
    elif isinstance(node, ast.expr):
        yield from _other_expression(node)


def _other_expression(node: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield from _one(ast.BoolOp(other, node.values))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield from _one(node.operand)
    elif isinstance(node, ast.BinOp) and type(node.op) in _TURNED:
        yield from _one(ast.BinOp(node.left, _TURNED[type(node.op)](), node.right))
    elif isinstance(node, ast.IfExp):
        yield from _one(ast.IfExp(node.test, node.orelse, node.body))


def _compared(node: ast.Compare) -> Iterator[tuple[str, ast.AST]]:
    for place, operator in enumerate(node.ops):
        operators = [*node.ops]
        operators[place] = _FLIPPED[type(operator)]()
        yield from _one(ast.Compare(node.left, operators, node.comparators))


def _other_constant(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield from _one(ast.Constant(not value))
    elif isinstance(value, int | float):
        yield from _one(ast.Constant(value + 1))
    elif isinstance(value, str) and _WORD.fullmatch(value):
        yield from _one(ast.Constant(value + "x"))


def _other_statement(node: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield from _one(ast.Return(ast.Constant(None)))
    elif isinstance(node, ast.Raise) or _is_effect(node):
        yield from _one(ast.Pass())
    elif isinstance(node, ast.If | ast.While) and not isinstance(
        node.test, ast.Compare | ast.BoolOp | ast.UnaryOp
    ):
        test = ast.UnaryOp(ast.Not(), node.test)
        kind = type(node)
        yield "not", kind(test=test, body=node.body, orelse=node.orelse)


def _is_effect(node: ast.stmt) -> bool:
    """A call whose answer nobody takes, or something set on what others hold."""
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets)
    if not isinstance(node, ast.Expr):
        return False
    value = node.value.value if isinstance(node.value, ast.Await) else node.value
    return isinstance(value, ast.Call) and _root_of(value.func) not in _TOLD


def _one(new: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    yield _text(new), new


def _put(parent: ast.AST, field: str, place: int | None, new: ast.AST) -> Apply:
    def apply() -> None:
        if place is None:
            setattr(parent, field, new)
        else:
            getattr(parent, field)[place] = new

    return apply


def _root_of(function: ast.expr) -> str:
    while isinstance(function, ast.Attribute):
        function = function.value
    return function.id if isinstance(function, ast.Name) else ""


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.If | ast.While):
        return f"if {ast.unparse(node.test)}"
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split())[:90]
