"""Keys that nodes on one directory make at their first start."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hotline.secret_files import make_secret, write_secret


def test_of_many_that_make_a_key_at_once_one_has_made_it_for_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "audit-key"

    def made(number: int) -> str:
        make_secret(path, f"{number}" * 64)
        return path.read_text()

    with ThreadPoolExecutor(8) as nodes:
        read = set(nodes.map(made, range(8)))
    assert len(read) == 1
    assert list(path.parent.iterdir()) == [path]


def test_a_secret_is_read_by_its_owner_alone_and_written_anew_only_when_asked(
    tmp_path: Path,
) -> None:
    path = tmp_path / "vault-keys.json"
    make_secret(path, "first")
    make_secret(path, "second")
    assert path.read_text() == "first"
    write_secret(path, "third")
    assert path.read_text() == "third"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
