"""The virtual phone's files: served as they should be, nothing inline, nothing foreign, no gaps."""

import json
import re
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from hotline.carrier.phone_page import FOLDER, serve_phone_page

HTML = (FOLDER / "index.html").read_text("utf-8")
SCRIPTS = sorted((FOLDER / "js").glob("*.js"))
SHEETS = sorted((FOLDER / "css").glob("*.css"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
KEY = re.compile(
    r'"((?:app|guide|dial|caller|call|phase|ended|talk|line|party|hint|problem|other)\.\w+)"'
)


def texts(language: str) -> dict[str, str]:
    """The module is JSON behind `export default`."""
    module = (FOLDER / f"js/texts/{language}.js").read_text("utf-8")
    found: dict[str, str] = json.loads(module.removeprefix("export default ").rstrip().rstrip(";"))
    return found


@pytest.fixture
async def visitor() -> httpx2.AsyncClient:
    app = FastAPI()
    serve_phone_page(app)
    transport = httpx2.ASGITransport(app=app)
    return httpx2.AsyncClient(transport=transport, base_url="http://phone.test")


async def test_the_page_forbids_what_is_inline_or_foreign(visitor: httpx2.AsyncClient) -> None:
    page = await visitor.get("/phone")
    policy = page.headers["content-security-policy"]
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "microphone=(self)" in page.headers["permissions-policy"]


async def test_a_slash_too_many_leads_to_the_page(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.get("/phone/")
    assert (answer.status_code, answer.headers["location"]) == (308, "/phone")


async def test_every_file_that_the_page_names_is_served(visitor: httpx2.AsyncClient) -> None:
    named = re.findall(r'(?:href|src)="(/phone/[^"]+)"', HTML)
    answers = {path: (await visitor.get(path)).status_code for path in named}
    assert len(answers) > 5
    assert set(answers.values()) == {200}


async def test_scripts_are_checked_for_news_and_typed(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.get("/phone/static/js/main.js")
    assert "javascript" in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "no-cache"
    known = {"if-none-match": answer.headers["etag"]}
    assert (await visitor.get("/phone/static/js/main.js", headers=known)).status_code == 304


@pytest.mark.parametrize("path", ["../__init__.py", "%2e%2e/__init__.py", "js", "none.js"])
async def test_nothing_else_is_served(visitor: httpx2.AsyncClient, path: str) -> None:
    assert (await visitor.get(f"/phone/static/{path}")).status_code == 404


def test_the_markup_has_no_inline_script_style_or_handler() -> None:
    assert re.findall(r"<script(?![^>]*\ssrc=)", HTML) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", HTML) == []


def test_nothing_points_elsewhere() -> None:
    sources = [FOLDER / "index.html", *SCRIPTS, *SHEETS]
    foreign = {
        path.name: found
        for path in sources
        if (found := re.findall(r"(?:https?:)?//[a-z][\w.-]+\.[a-z]{2,}", path.read_text("utf-8")))
        and found != ["http://www.w3.org"]
    }
    assert foreign == {}


def test_every_import_has_its_file() -> None:
    missing = [
        (path.name, name)
        for path in SCRIPTS
        for name in re.findall(r'from "(\./[^"]+)"', path.read_text("utf-8"))
        if not (path.parent / name).is_file()
    ]
    assert missing == []


def test_both_languages_have_the_same_texts_with_the_same_gaps() -> None:
    chinese, english = texts("zh-CN"), texts("en")
    assert list(chinese) == list(english)
    gaps = {key: set(re.findall(r"\{\w+\}", text)) for key, text in chinese.items()}
    assert gaps == {key: set(re.findall(r"\{\w+\}", text)) for key, text in english.items()}


def test_english_is_english() -> None:
    """But for the word that a caller says to the hotline, and the way back to Chinese."""
    left = {key for key, text in texts("en").items() if CHINESE.search(text)}
    assert left == {"app.language", "guide.person"}


def test_every_key_in_use_has_a_text() -> None:
    used = set(re.findall(r'data-t(?:-label|-hint)?="([^"]+)"', HTML))
    for path in SCRIPTS:
        used |= set(KEY.findall(path.read_text("utf-8")))
    assert len(used) > 60
    assert used - set(texts("zh-CN")) <= STORED


STORED = {"phone.call"}


def test_texts_stand_in_the_texts_only() -> None:
    """Sentences to try are samples; the page and its logic have keys."""
    logic = [FOLDER / "index.html", *(path for path in SCRIPTS if path.name != "samples.js")]
    assert [path.name for path in logic if CHINESE.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("path", [*SCRIPTS, *SHEETS], ids=lambda path: path.name)
def test_modules_stay_small(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) <= 400
    assert max(len(line) for line in lines) <= 260


def test_motion_is_left_out_where_it_is_not_wanted() -> None:
    page = (FOLDER / "css/page.css").read_text("utf-8")
    assert "prefers-reduced-motion: reduce" in page
