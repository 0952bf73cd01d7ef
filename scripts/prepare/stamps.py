"""A stamp is a hash of what something was made from: while it stands, it is not made again."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def hash_of(root: Path, files: Iterable[Path], *others: str) -> str:
    """Names, contents, and whatever else decides the outcome (a version, a path)."""
    digest = hashlib.sha256()
    for path in sorted(files):
        name = path.relative_to(root).as_posix()
        digest.update(f"{name}\0".encode(errors="surrogateescape"))
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update("\0".join(others).encode())
    return digest.hexdigest()


def stands(stamp: Path, wanted: str) -> bool:
    try:
        return stamp.read_text() == wanted
    except OSError:
        return False


def leave(stamp: Path, value: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value)
