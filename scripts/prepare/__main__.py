"""`python -m scripts.prepare STEP…`: runs the named steps in order, once at a time per checkout."""

import fcntl
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scripts.prepare import browser, console, environment
from scripts.prepare.progress import StepFailed

ROOT = Path(__file__).resolve().parents[2]
STEPS: Mapping[str, Callable[[Path], object]] = {
    "product": environment.install_product,
    "develop": environment.install_development,
    "node": console.install_node_packages,
    "console": console.build,
    "browser": browser.install,
}


def main(names: list[str]) -> int:
    if sys.platform != "linux":
        print("仅支持 Linux。 Only Linux is supported.", file=sys.stderr)
        return 1
    try:
        with _one_at_a_time(ROOT):
            for name in names:
                STEPS[name](ROOT)
    except StepFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"✗ {error}\n  → {environment.PERMISSION}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    directory = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(
                "另一个脚本正在安装，等待其完成… Waiting for another script to finish installing…"
            )
            fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
