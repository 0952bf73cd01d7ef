"""Check a TwiML document against the published grammar: verbs, nesting, attributes, enums."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

_GRAMMAR = Path(__file__).parent / "contracts" / "twiml_voice_grammar.json"
_SSML = {"prosody": "SsmlProsody", "break": "SsmlBreak", "say-as": "SsmlSayAs"}


def lint(document: str) -> list[str]:
    """What is wrong with the document; empty when nothing is."""
    root = ElementTree.fromstring(document)
    if root.tag != "Response":
        return [f"root is {root.tag}"]
    return [fault for child in root for fault in _faults(child, "VoiceResponse")]


def _faults(element: ElementTree.Element, parent: str) -> list[str]:
    name = _SSML.get(element.tag, element.tag)
    grammar = _grammar()
    faults = []
    allowed = grammar["children"].get(parent) or grammar["children"]
    if name not in allowed:
        faults.append(f"{element.tag} inside {parent}")
    known = grammar["attributes"].get(name, {})
    for attribute, value in element.attrib.items():
        faults += _attribute_faults(name, attribute, value, known)
    return faults + [fault for child in element for fault in _faults(child, name)]


def _attribute_faults(name: str, attribute: str, value: str, known: dict[str, Any]) -> list[str]:
    if attribute not in known:
        return [f"{name} has no attribute {attribute}"]
    rule = known[attribute]
    kind = rule["type"]
    if kind == "number" and not value.replace(".", "", 1).isdigit():
        return [f"{name}.{attribute} is not a number: {value}"]
    if kind == "boolean" and value not in ("true", "false"):
        return [f"{name}.{attribute} is not a boolean: {value}"]
    choices = rule.get("enum") or _grammar()["enums"].get(rule.get("enum_ref", ""), [])
    words = value.split() if kind.endswith("[]") else [value]
    return [f"{name}.{attribute}: {word}" for word in words if choices and word not in choices]


@cache
def _grammar() -> dict[str, Any]:
    grammar: dict[str, Any] = json.loads(_GRAMMAR.read_text(encoding="utf-8"))
    return grammar
