"""What no module, page or script may do, whoever asks for it: the lists are the only exceptions."""

import ast
import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conventions.sources import (
    HOTLINE,
    ROOT,
    at,
    called_name,
    files,
    functions_in,
    name_of,
    python_files,
    tree_of,
)

_RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
_READS_OBJECTS = {"pickle", "cPickle", "marshal", "shelve", "dill", "yaml", "jsonpickle"}
_XML = ("xml.", "lxml", "defusedxml")
_READS_XML = {
    "hotline/carrier/documents.py": "an entity ends it",
    "hotline/workbooks.py": "only the name of the error",
    "hotline/carrier/rest/representations.py": "only writes",
}
_FORESEEN = {
    "hotline/carrier/faults.py": "faults that are planted",
    "hotline/jobs/worker.py": "when a job is tried again",
    "hotline/subscriptions/retrying.py": "when a delivery is tried again",
    "hotline/dispatch/simulate.py": "a simulation",
}
_WEAK = {"md5", "sha1", "MD5", "SHA1", "ECB", "CBC", "ARC4", "TripleDES", "Blowfish", "PKCS1v15"}
_KEEPS_TO_SHA1 = {
    "hotline/accounts/breached.py": "how the public list is written",
    "hotline/carrier/signing.py": "HMAC, how telephone hosts sign",
}
_UNVERIFIED = {"hotline/alive.py": "this very machine is asked whether it lives"}
_CRYPTOGRAPHY = {"argon2", "cryptography", "hashlib", "hmac", "jwt", "pyotp", "secrets", "ssl"}
_NOT_OURS = {"nacl", "Crypto", "Cryptodome", "OpenSSL", "rsa", "ecdsa", "M2Crypto", "bcrypt"}
_EXPRESSIONS = {"compile", "match", "search", "sub", "fullmatch", "findall", "split", "finditer"}
_OWN_EXPRESSIONS = {
    "hotline/carrier/addresses.py": "escaped",
    "hotline/editing/blank_forms.py": "a catalog that ships",
    "hotline/matching/controls.py": "a catalog that ships",
    "hotline/matching/e5_file.py": "a constant",
    "hotline/matching/elsewhere.py": "a catalog that ships",
    "hotline/matching/emergency_lexicon.py": "a catalog that ships",
    "hotline/matching/gated.py": "a catalog that ships",
    "hotline/matching/homophones.py": "escaped",
    "hotline/matching/needs.py": "a catalog that ships",
    "hotline/matching/normalize.py": "a catalog that ships",
    "hotline/matching/wording.py": "escaped",
}
_SCRIPTS = [
    (r"\bpostMessage\(|addEventListener\(\s*[\"']message[\"']|\bonmessage\s*=(?!=)", "messages"),
    (r"\beval\(|new Function\(|\bsetTimeout\(\s*[\"'`]", "text that is run"),
    (r"\bv-html\b|\.innerHTML\s*=|\.outerHTML\s*=|insertAdjacentHTML|document\.write", "markup"),
    (r"__proto__|\.prototype\b|\bdeepMerge\b|lodash", "prototypes"),
]


@cache
def _found() -> tuple[list[tuple[Path, ast.Call]], list[tuple[Path, str]], dict[str, set[str]]]:
    """Every call, every name behind a dot, and what each file imports, in one walk."""
    calls: list[tuple[Path, ast.Call]] = []
    dotted: list[tuple[Path, str]] = []
    imports: dict[str, set[str]] = {}
    for path in python_files(HOTLINE):
        mine = imports.setdefault(name_of(path), set())
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                calls.append((path, node))
            elif isinstance(node, ast.Attribute):
                dotted.append((path, node.attr))
            elif isinstance(node, ast.Import):
                mine |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                mine.add(node.module)
    return calls, dotted, imports


def _calls() -> list[tuple[Path, ast.Call]]:
    return _found()[0]


def _importing(wanted: Collection[str]) -> set[str]:
    """Our files that import one of the modules, or something inside of it."""
    return {
        name
        for name, imported in _found()[2].items()
        if any(f"{one}.".startswith(f"{module}.") for one in imported for module in wanted)
    }


def test_nothing_is_run_that_was_text() -> None:
    calls = [
        at(path, node, called_name(node))
        for path, node in _calls()
        if isinstance(node.func, ast.Name) and node.func.id in _RUNS_TEXT
    ]
    assert calls == []
    assert _importing(_READS_OBJECTS) == set()


def test_no_program_is_run_through_a_shell() -> None:
    wrong = []
    for path, node in _calls():
        is_shell = any(
            word.arg == "shell" and getattr(word.value, "value", True) for word in node.keywords
        )
        if is_shell or called_name(node) in ("system", "popen", "create_subprocess_shell"):
            wrong.append(at(path, node))
    assert wrong == []


def test_no_expression_is_made_of_what_people_write() -> None:
    """Those that stand in a module are ours; what a function puts together is looked at here."""
    made = {
        name_of(path)
        for path in python_files(HOTLINE)
        for function in functions_in(path)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and _makes_an_expression(call)
    }
    assert made == set(_OWN_EXPRESSIONS)


def _makes_an_expression(call: ast.Call) -> bool:
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in _EXPRESSIONS:
        return False
    is_of_re = isinstance(function.value, ast.Name) and function.value.id == "re"
    return is_of_re and bool(call.args) and not isinstance(call.args[0], ast.Constant)


def test_xml_is_read_only_where_entities_are_refused() -> None:
    reads = {
        name
        for name, imported in _found()[2].items()
        if any(one.startswith(_XML) and one != "xml.sax.saxutils" for one in imported)
    }
    assert reads == set(_READS_XML)


def test_chance_that_can_be_foreseen_decides_nothing_secret() -> None:
    found = _importing({"random", "numpy.random"})
    assert {one for one in found if "/matching/training/" not in one} == set(_FORESEEN)


def test_no_weak_hash_cipher_or_mode_is_used() -> None:
    named = {name_of(path) for path, attribute in _found()[1] if attribute in _WEAK}
    assert named == set(_KEEPS_TO_SHA1)


def test_every_certificate_is_verified() -> None:
    wrong = set()
    for path in python_files(HOTLINE):
        text = path.read_text()
        if re.search(r"CERT_NONE|_create_unverified|verify=False|check_hostname = False", text):
            wrong.add(name_of(path))
    assert wrong == set(_UNVERIFIED)


def test_cryptography_comes_from_libraries() -> None:
    assert _importing(_NOT_OURS) == set()
    assert _importing({"cryptography"})


def test_every_module_of_cryptography_stands_in_the_list() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    listed = page.partition("## Keys and algorithms")[2].partition("\n## ")[0]
    packages = {Path(name).parts[1].removesuffix(".py") for name in _importing(_CRYPTOGRAPHY)}
    listed = listed.partition("secret chance:")[2]
    assert packages == set(re.findall(r"`([a-z_]+)`", listed))


def test_every_cookie_is_secure_over_https_and_hidden_from_scripts() -> None:
    found = 0
    for path, node in _calls():
        if called_name(node) != "set_cookie":
            continue
        found += 1
        given = {word.arg: ast.unparse(word.value) for word in node.keywords}
        assert given["httponly"] == "True", at(path, node)
        assert given["secure"] == "settings.is_https", at(path, node)
        assert given["samesite"] in ("'strict'", "'lax'"), at(path, node)
        assert "domain" not in given, at(path, node)
        assert re.search(r"cookie", ast.unparse(node.args[0])), at(path, node)
        assert not isinstance(node.args[0], ast.Constant), at(path, node)
    assert found > 3


def test_every_name_of_a_download_is_encoded() -> None:
    """Names that people gave stand in `filename*` only, and there encoded (RFC 6266)."""
    naming = [path for path in python_files(HOTLINE) if "filename*=UTF-8''" in path.read_text()]
    assert naming
    assert [name_of(path) for path in naming if "quote(" not in path.read_text()] == []


@pytest.mark.parametrize(("pattern", "what"), _SCRIPTS)
def test_no_script_takes_messages_or_runs_text(pattern: str, what: str) -> None:
    scripts = [
        path
        for path in (*files(".ts", ".vue", below=ROOT / "agents_ui" / "src"),
                     *files(".js", ".html", below=HOTLINE))
        if ".test." not in path.name and "/console/" not in name_of(path)
    ]  # fmt: skip
    found = [
        f"{name_of(path)}: {line.strip()}"
        for path in scripts
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(pattern, line)
    ]
    assert len(scripts) > 100
    assert [line for line in found if not _is_of_a_socket(line)] == [], what


def _is_of_a_socket(line: str) -> bool:
    """What comes over our own socket is no message between windows."""
    return "realtime/connection.ts: opened.onmessage" in line


def _secret_fields() -> Iterator[tuple[str, str]]:
    for path in files(".vue", below=ROOT / "agents_ui" / "src"):
        for tag in re.findall(r"<input\b[^>]*>", path.read_text(encoding="utf-8"), re.DOTALL):
            if re.search(r"autocomplete=\"(current|new)-password\"", tag):
                yield name_of(path), tag


def test_fields_of_passwords_are_masked_and_take_what_a_manager_fills_in() -> None:
    fields = list(_secret_fields())
    assert len(fields) > 4
    for name, tag in fields:
        assert re.search(r"type=\"password\"|:type=\"[^\"]*'password'", tag), name
        assert not re.search(r"@paste|readonly", tag), name


def test_nobody_is_asked_a_secret_question() -> None:
    columns = (HOTLINE / "accounts" / "models.py").read_text() + (
        HOTLINE / "accounts" / "schemas.py"
    ).read_text()
    assert re.findall(r"\b\w*(?:hint|question|recovery)\w*\b", columns) == []


def test_the_way_out_is_in_the_bar_of_every_screen() -> None:
    source = ROOT / "agents_ui" / "src"
    menu = (source / "features" / "session" / "AccountMenu.vue").read_text()
    assert "session.signOut()" in menu
    assert '<AccountMenu v-if="me"' in (source / "shell" / "AppShell.vue").read_text()
