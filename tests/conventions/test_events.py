"""One catalogue of events: what the service records, what the console follows, what is written."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from hotline.events.catalogue import CATALOGUE
from hotline.subscriptions.event_types import EVENT_TYPES
from hotline.web.event_payloads import PAYLOADS
from tests.conventions.sources import HOTLINE, ROOT, at, called_name, python_files, tree_of

LISTS = {"events/catalogue.py", "subscriptions/event_types.py"}
HANDLERS = ROOT / "agents_ui/src/realtime/handlers.ts"
PAGE = ROOT / "docs/events.md"


def strings_of(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def event_calls(path: Path) -> Iterator[ast.Call]:
    """`events.record(session, name, …)`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and called_name(node) == "record":
            owner = getattr(node.func, "value", None)
            if isinstance(owner, ast.Name) and owner.id == "events":
                yield node


def test_every_event_of_the_catalogue_is_recorded_somewhere() -> None:
    paths = (p for p in python_files(HOTLINE) if p.relative_to(HOTLINE).as_posix() not in LISTS)
    named = {text for path in paths for text in strings_of(path)}
    assert set(CATALOGUE) - named == set()


def test_every_name_that_is_recorded_stands_in_the_catalogue() -> None:
    calls = [(path, call) for path in python_files(HOTLINE) for call in event_calls(path)]
    foreign = [
        at(path, call, name.value)
        for path, call in calls
        for name in call.args[1:2]
        if isinstance(name, ast.Constant) and name.value not in CATALOGUE
    ]
    assert len(calls) > 15
    assert foreign == []


def test_every_event_carries_a_schema_of_the_api_and_says_what_happened() -> None:
    assert {name: one.__name__ for name, one in PAYLOADS.items()} == {
        name: kind.payload for name, kind in CATALOGUE.items()
    }
    assert [name for name, kind in CATALOGUE.items() if not kind.says[:1].isupper()] == []


def test_the_console_follows_every_event() -> None:
    table = HANDLERS.read_text(encoding="utf-8").split("export const handlers", 1)[1]
    followed = re.findall(r'^  "([a-z_]+\.[a-z_]+)": \(', table, re.M)
    assert sorted(followed) == sorted(CATALOGUE)


def test_what_may_be_subscribed_to_is_an_event() -> None:
    assert set(EVENT_TYPES) <= set(CATALOGUE)


def test_the_page_of_events_lists_the_catalogue() -> None:
    rows = [
        f"| `{name}` | {kind.subject} | `{kind.payload}` | {kind.says} |"
        for name, kind in CATALOGUE.items()
    ]
    written = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if "| `" in line]
    assert written == rows
