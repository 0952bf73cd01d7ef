"""Everything that the environment decides is documented, frozen, and secret where it must be."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from hotline.settings import Settings, setting_names, unknown_variables
from tests.conventions.sources import HOTLINE, ROOT, at, called_name, python_files, tree_of

SECRET_ENDINGS = (
    "_key",
    "_token",
    "_secret",
    "_password",
    "database_url",
    "replica_url",
    "nats_url",
)
VARIABLE = re.compile(r"HOTLINE_[A-Z0-9_]+")


def test_the_readme_s_table_names_every_setting_and_no_other() -> None:
    rows = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("|")]
    first_cells = [line.split("|")[1] for line in rows]
    documented = [name for cell in first_cells for name in VARIABLE.findall(cell)]
    assert sorted(documented) == sorted(setting_names())


def test_other_documents_name_no_setting_that_is_not_there() -> None:
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    named = {name for path in documents for name in VARIABLE.findall(path.read_text())}
    assert named - set(setting_names()) - _of_compose() == set()


def _of_compose() -> set[str]:
    """Variables that compose.yaml itself reads."""
    return set(VARIABLE.findall((ROOT / "compose.yaml").read_text()))


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_secrets_have_no_default_and_show_themselves_nowhere() -> None:
    secret = [name for name in Settings.model_fields if name.endswith(SECRET_ENDINGS)]
    assert {"vault_key", "twilio_auth_token", "database_url"} <= set(secret)
    for name in secret:
        field = Settings.model_fields[name]
        assert "SecretStr" in str(field.annotation), name
        assert not field.default, name
        value = "postgresql://host/kept-to-itself" if name.endswith("_url") else "kept-to-itself"
        settings = Settings.model_validate({name: SecretStr(value)})
        assert "kept-to-itself" not in f"{settings!r} {settings} {settings.model_dump()}", name


def test_a_secret_may_lie_in_a_file_and_a_variable_counts_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, credentials = tmp_path / "secrets", tmp_path / "credentials"
    for folder in (given, credentials):
        folder.mkdir()
    (given / "hotline_vault_key").write_text("of the file\n")
    (credentials / "hotline_twilio_auth_token").write_text("of systemd\n")
    monkeypatch.setenv("HOTLINE_SECRETS_DIR", str(given))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    found = Settings()
    assert (_told(found.vault_key), _told(found.twilio_auth_token)) == ("of the file", "of systemd")
    assert unknown_variables() == []
    monkeypatch.setenv("HOTLINE_VAULT_KEY", "of the variable")
    assert _told(Settings().vault_key) == "of the variable"
    monkeypatch.setenv("HOTLINE_VAULT_KEY", "")  # as in a copied example that was not filled in
    assert _told(Settings().vault_key) == "of the file"
    monkeypatch.setenv("HOTLINE_SECRETS_DIR", str(tmp_path / "nowhere"))
    monkeypatch.delenv("HOTLINE_VAULT_KEY")
    assert Settings().vault_key is None


def _told(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value()


def test_no_module_builds_settings_when_it_is_imported() -> None:
    built = [
        at(path, call)
        for path in python_files(HOTLINE)
        for call in _calls_at_import(tree_of(path))
        if called_name(call) in ("Settings", "read_settings", "get_settings")
    ]
    assert built == []


def _calls_at_import(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from _calls_at_import(child)


def test_only_settings_reads_the_service_s_variables() -> None:
    reading = [at(path, node) for path in python_files(HOTLINE) for node in _variables_in(path)]
    assert reading == []


def _variables_in(path: Path) -> Iterator[ast.AST]:
    """The whole string is a variable's name: in a sentence for people it may be named."""
    if path.name == "settings.py":
        return
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant) and VARIABLE.fullmatch(str(node.value)):
            yield node
