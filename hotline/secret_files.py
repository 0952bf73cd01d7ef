"""Files that only their owner can read, written whole or not at all."""

import os
import secrets
from pathlib import Path


def write_secret(path: Path, content: str) -> None:
    _fresh(path, content).replace(path)


def make_secret(path: Path, content: str) -> None:
    """Whoever comes first makes it, for good: nodes on one directory must end with one key."""
    fresh = _fresh(path, content)
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        return
    except OSError:  # a share that knows no links
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _fresh(path: Path, content: str) -> Path:
    """Beside it, by a name of its own: in containers every node has the same process number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return fresh
