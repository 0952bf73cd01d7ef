"""What people write stays words: in SQL, pages, sheets, documents, logs."""

import ast
import io
import logging
from pathlib import Path
from xml.etree import ElementTree

import pytest
import structlog
from openpyxl import load_workbook

from hotline.conversation.wording import gaps_of
from hotline.logs import configure_logs
from hotline.sheets import Column, Sheet, guarded, write_workbook
from hotline.telephony.script import Listen, Script
from hotline.telephony.twiml import Urls, document
from hotline.web.reference import render_reference
from tests.conventions.sources import ROOT, at, python_files, tree_of
from tests.promises.conftest import Whole

SQL = {"text", "execute", "scalar", "scalars", "fetch", "fetchval", "fetchrow", "exec_driver_sql"}
_BUILT = (ast.JoinedStr, ast.BinOp)
MARKED = "noqa: S608"
PAYLOADS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)", "javascript:alert(1)", "<iframe srcdoc='<script>'>",
    "</textarea><script>", "{{7*7}}", "${7*7}", "<a href=javascript:alert(1)>",
)  # fmt: skip
QUOTES = ("'", "' OR '1'='1", "'; DROP TABLE ticket; --", "\\'; --", "1) OR (1=1", "%' --", "\x00")


def test_c42_no_statement_is_built_from_a_value() -> None:
    """Built statements fill in names of our own tables only, and each is marked for the reader."""
    found = [
        at(path, node)
        for path in python_files(ROOT / "hotline")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and _name(node) in SQL and _is_built(node)
        if _selects_unmarked(path, node)
    ]
    assert found == []


@pytest.mark.parametrize("quote", QUOTES)
async def test_c42_a_quote_in_a_filter_finds_nothing_and_breaks_nothing(
    whole: Whole, quote: str
) -> None:
    client = await whole.of("supervisor-city")
    for query in ({"q": quote}, {"district": quote}, {"status": quote}, {"sort": quote}):
        answer = await client.get("/api/v1/tickets", params=query)
        assert answer.status_code in (200, 422), answer.text
    assert (await whole.city.client.get("/search", params={"q": quote})).status_code in (200, 422)


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_c43_what_is_searched_for_is_shown_as_text(whole: Whole, payload: str) -> None:
    page = await whole.city.client.get("/search", params={"q": payload})
    assert page.status_code == 200
    for live in ("<script>alert", "<img src=x", "<svg onload", "<iframe", "' onmouseover='", "49"):
        if live in payload:
            assert live not in page.text
    assert 'href="javascript:' not in page.text


def test_c43_no_page_and_no_screen_takes_markup_from_a_value() -> None:
    marks = ("v-html", "|safe", "| safe", "innerHTML", "insertAdjacentHTML", "autoescape false")
    found = [
        f"{path.name}: {mark}"
        for folder, pattern in (("hotline", "*.html"), ("agents_ui/src", "*.vue"),
                                ("hotline", "*/static/**/*.js"))
        for path in (ROOT / folder).rglob(pattern)
        if "console" not in path.parts
        for mark in marks
        if mark in path.read_text(encoding="utf-8")
    ]  # fmt: skip
    # JSON-LD, which is no markup and whose `<` are escaped where it is made.
    assert found == ["entry.html: | safe"]
    page = render_reference({"info": {"title": PAYLOADS[0]}, "paths": {}})
    assert PAYLOADS[0] not in page


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1a",
             "－1a", "＠SUM(A1)", " =1+1", "\x00=1+1"]
)  # fmt: skip
def test_c44_no_text_of_a_sheet_is_a_formula(cell: str) -> None:
    book = load_workbook(io.BytesIO(write_workbook([Sheet("甲", [Column("词")], [[cell]])])))
    shown = book.worksheets[0].cell(2, 1)
    assert shown.data_type == "s"
    assert not str(shown.value).startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"))
    assert not guarded(cell).lstrip(" ").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_c45_a_name_cannot_add_a_verb() -> None:
    evil = "</Say><Dial>+8613800000000</Dial><Say>"
    urls = Urls("https://here/t", "https://here/w", "https://here/d", "https://here/b")
    tree = ElementTree.fromstring(document(Script((evil, "您好 & <再见>"), Listen()), urls))
    assert tree.find(".//Dial") is None
    assert evil in ["".join(say.itertext()) for say in tree.iter("Say")]


@pytest.mark.parametrize(
    "wording", ["{need.__class__}", "{need[0]}", "{need:>999999999}", "{need!r}", "{", "{0.x}"]
)
def test_c46_wording_that_does_more_than_fill_a_gap_is_not_taken(wording: str) -> None:
    allowed = {"need"}
    gaps = gaps_of(wording)
    assert gaps is None or not gaps <= allowed
    assert gaps_of("您要的是{need}吗？") == allowed


@pytest.mark.parametrize("as_json", [True, False])
def test_c47_no_line_of_a_log_can_be_forged(
    capfd: pytest.CaptureFixture[str], as_json: bool
) -> None:
    evil = "a\r\n2026-01-01 [info] session.begun\x1b[2J"
    configure_logs("debug", as_json=as_json)
    structlog.get_logger().warning("upload.refused", name=evil)
    logging.getLogger("somebody.else").warning("bad request: %s", evil)
    told = capfd.readouterr().err.replace("\x1b[0m", "")
    assert len(told.splitlines()) == 2
    assert "\x1b[2J" not in told
    assert "\r" not in told


def _selects_unmarked(path: Path, node: ast.Call) -> bool:
    lines = path.read_text().splitlines()[node.lineno - 1 : node.end_lineno or node.lineno]
    statement = " ".join(lines)
    return MARKED not in statement and "select" in statement.lower()


def _name(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_built(node: ast.Call) -> bool:
    if not node.args or not isinstance(node.args[0], _BUILT):
        return False
    return isinstance(node.args[0], ast.JoinedStr) or not _is_constant(node.args[0])


def _is_constant(node: ast.expr) -> bool:
    return all(isinstance(one, ast.Constant | ast.BinOp | ast.operator) for one in ast.walk(node))
