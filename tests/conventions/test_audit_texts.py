"""Whatever the audit notes has its words in both languages of the console."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.audit.chain import Flaw
from hotline.audit.models import Result
from hotline.editing.drafts import MOVED
from hotline.editing.imports import MOVES
from hotline.exports.models import ExportState

HOTLINE = Path(__file__).parents[2] / "hotline"
CATALOGS = Path(__file__).parents[2] / "agents_ui/src/i18n"
PUT_TOGETHER = {
    *(f"draft.{moved}" for moved in MOVED.values()),
    *(f"export.{state}" for state in ExportState),
    "export.fetched",
    *(f"import.{state}" for moves in MOVES.values() for state in moves.values()),
    "ticket.unsealing_asked",
    "ticket.unsealing_agreed",
}
_ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
_KIND = re.compile(r"([a-z_]+):")
"""Of what is acted on: `ticket:` in front of an id."""


def calls_in(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def audits(path: Path) -> bool:
    return "audit.record(" in path.read_text(encoding="utf-8")


def actions() -> set[str]:
    """Of `audit.record`, and of the module's own functions that hand an action on to it."""
    found = set(PUT_TOGETHER)
    for path in filter(audits, HOTLINE.rglob("*.py")):
        for call in calls_in(path):
            name = ast.unparse(call.func)
            if name == "audit.record" or re.fullmatch(r"_\w+", name):
                words = (
                    node.value
                    for one in call.args
                    for node in ast.walk(one)
                    if isinstance(node, ast.Constant) and isinstance(node.value, str)
                )
                found.update(word for word in words if _ACTION.fullmatch(word))
    return found


def kinds() -> set[str]:
    """Of what `audit.record` is told to have been acted on."""
    targets = (
        ast.unparse(keyword.value).strip("f'\"")
        for path in filter(audits, HOTLINE.rglob("*.py"))
        for call in calls_in(path)
        if ast.unparse(call.func) == "audit.record"
        for keyword in call.keywords
        if keyword.arg == "target" and isinstance(keyword.value, ast.JoinedStr)
    )
    return {kind[1] for kind in map(_KIND.match, targets) if kind}


def words(language: str, name: str) -> set[str]:
    """The keys of one map of the catalog."""
    catalog = (CATALOGS / language / "office.ts").read_text(encoding="utf-8")
    _, _, rest = catalog.partition(f"    {name}: {{")
    block = rest.partition("}")[0]
    return set(re.findall(r'"?([a-z_.]+)"?:', block))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_whatever_is_noted_has_words(language: str) -> None:
    assert len(actions()) > 80
    assert actions() - words(language, "actions") == set()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_whatever_is_acted_on_has_words(language: str) -> None:
    assert len(kinds()) > 15
    assert kinds() - words(language, "kinds") == set()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_outcome_has_words(language: str) -> None:
    assert set(Result) - words(language, "results") == set()
    assert set(Flaw) - words(language, "flaws") == set()
