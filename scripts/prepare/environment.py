"""`.venv/` of the checkout: the hash-locked requirements and the project itself, editable."""

import os
import shutil
import sys
from pathlib import Path

from scripts.prepare.progress import Step
from scripts.prepare.stamps import hash_of, leave, stands

NETWORK = (
    "请检查网络和 pip 的软件源设置后重试；已下载的部分不会重复下载。 "
    "Check the network and pip's index settings, then run this again."
)
VENV = (
    "请安装 venv 和 pip（Debian、Ubuntu：apt install python3-venv python3-pip）后重试。 "
    "Install venv and pip (Debian, Ubuntu: apt install python3-venv python3-pip), then try again."
)
PERMISSION = "请用检出目录的属主账号运行。 Run this as the owner of the checkout."


def install_product(root: Path) -> None:
    """What `hotline` needs to run, and the command itself."""
    _make_environment(root)
    _install(root, "运行环境 packages of the service", "product.txt")
    _install_project(root)


def install_development(root: Path) -> None:
    """The same, and what the checks and tests need."""
    install_product(root)
    _install(root, "测试工具 packages of the tests", "dev.txt")


def install_locked(root: Path, title: str, lock: str) -> None:
    """One more lock, such as that of Node, into an environment that is there."""
    _install(root, title, lock)


def _make_environment(root: Path) -> None:
    environment = root / ".venv"
    if _is_usable(environment, root):
        return
    step = Step("Python 环境 environment in .venv", advice=VENV)
    if not os.access(root, os.W_OK):
        step.advice = PERMISSION
        step.fail([f"{root} 不可写 is not writable"])
    if environment.exists():
        shutil.rmtree(environment)
    step.run([sys.executable, "-m", "venv", environment], cwd=root)
    leave(environment / "stamps" / "place", _place(root))
    step.finish(f"(Python {sys.version.split()[0]})")


def _is_usable(environment: Path, root: Path) -> bool:
    """Its commands name their interpreter by full path: a checkout that moved needs a new one."""
    stamp = environment / "stamps" / "place"
    if not all(os.path.exists(environment / "bin" / name) for name in ("python", "pip")):
        return False
    return stands(stamp, _place(root)) or not stamp.exists()


def _place(root: Path) -> str:
    return str(root / ".venv")


def _install(root: Path, title: str, lock: str) -> None:
    requirements = root / "requirements" / lock
    wanted = hash_of(root, [requirements], sys.version)
    stamp = root / ".venv" / "stamps" / lock
    if stands(stamp, wanted):
        return
    step = Step(title, advice=NETWORK)
    _pip(root, step, "--require-hashes", "--requirement", str(requirements))
    leave(stamp, wanted)
    step.finish()


def _install_project(root: Path) -> None:
    """Editable: `hotline` runs the checkout. Its build tools are locked like all the rest."""
    lock = root / "requirements" / "build.txt"
    made_from = [lock, root / "pyproject.toml", root / "hatch_build.py"]
    wanted = hash_of(root, made_from, sys.version)
    stamp = root / ".venv" / "stamps" / "project"
    if stands(stamp, wanted) and (root / ".venv" / "bin" / "hotline").exists():
        return
    step = Step("命令 the command hotline", advice=NETWORK)
    _pip(root, step, "--require-hashes", "--requirement", str(lock))
    _pip(root, step, "--no-deps", "--no-build-isolation", "--editable", str(root))
    leave(stamp, wanted)
    step.finish()


def _pip(root: Path, step: Step, *arguments: str) -> None:
    """Without byte code: Python makes it for the modules that are used, a tenth of them."""
    pip = (root / ".venv" / "bin" / "python", "-m", "pip", "install", "--no-compile")
    step.run([*pip, "--disable-pip-version-check", "--no-input", *arguments], cwd=root)
