"""What must not stand in the repository: addresses to download from, this machine, secrets."""

import json
import re
from pathlib import Path

import pytest

from tests.conventions.sources import HOTLINE, ROOT, files, name_of

TEXT = (".py", ".ts", ".vue", ".md", ".toml", ".txt", ".json", ".yaml", ".sh", ".html", ".css", "")
# In pieces, so that this file does not hold what it looks for.
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "debian" + ".org/debian")
MACHINE = tuple("/" + place for place in ("work/main", "work/shared", "root/.pyenv", "opt/pypi"))
DOWNLOAD = re.compile(r"https?://\S+\.(?:whl|tgz|tar\.gz|tar\.xz|zip|deb)\b")
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|(?i:token|secret|password|api_?key)[\"']?\s*[:=]\s*[\"'][A-Za-z0-9+/=_-]{24,}[\"']"
)
LEFT_OPEN = re.compile(r"\b(?:TODO|FIXME|X" r"XX|HACK)\b|NotImplemented" r"Error")


def lines_with(pattern: re.Pattern[str], *, below: Path = ROOT) -> list[str]:
    found = []
    for path in files(*TEXT, below=below):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{name_of(path)}:{number}")
    return found


def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in words))


def test_no_registry_or_download_address() -> None:
    assert lines_with(any_of(REGISTRIES)) == []
    assert lines_with(DOWNLOAD) == []


def test_no_path_of_a_machine() -> None:
    assert lines_with(any_of(MACHINE)) == []


def test_no_secret() -> None:
    assert lines_with(SECRET) == []


@pytest.mark.parametrize("place", [HOTLINE, ROOT / "agents_ui" / "src", ROOT / "scripts"])
def test_nothing_is_left_open(place: Path) -> None:
    assert lines_with(LEFT_OPEN, below=place) == []


@pytest.mark.parametrize("lock", ["product.txt", "tracing.txt", "dev.txt", "build.txt", "node.txt"])
def test_every_locked_package_is_exact_and_hashed(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text().replace("\\\n", " ")
    requirements = [line for line in text.splitlines() if line.strip()]
    assert requirements
    loose = [line[:60] for line in requirements if "==" not in line or "--hash=sha256:" not in line]
    assert loose == []


def test_the_tests_run_what_the_product_ships() -> None:
    pinned = re.compile(r"^([A-Za-z0-9_.-]+(?:\[[^\]]*\])?)==(\S+)", re.MULTILINE)
    product = dict(pinned.findall((ROOT / "requirements" / "product.txt").read_text()))
    development = dict(pinned.findall((ROOT / "requirements" / "dev.txt").read_text()))
    assert product.items() <= development.items()


def test_the_console_s_packages_are_exact_and_come_from_no_fixed_address() -> None:
    manifest = json.loads((ROOT / "agents_ui" / "package.json").read_text())
    versions = [*manifest["dependencies"].values(), *manifest["devDependencies"].values()]
    assert [one for one in versions if not re.fullmatch(r"\d+\.\d+\.\d+", one)] == []
    packages = json.loads((ROOT / "agents_ui" / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
