"""Signed heads of the chain, kept outside the database: what was cut off or rewritten shows.

`audit-heads.jsonl` in the data directory holds a line for each head, `{"seq","hash","at","by"}`;
`by` is an Ed25519 signature (RFC 8032) over the three others. Whoever owns only the database can
make a chain that holds, but none that agrees with these lines.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hotline.audit.chain import Flaw
from hotline.secret_files import make_secret

KEY_FILE = "audit-key"
HEADS_FILE = "audit-heads.jsonl"


@dataclass(frozen=True, slots=True)
class Head:
    seq: int
    hash: str
    at: str
    by: str

    @property
    def statement(self) -> bytes:
        return f"{self.seq}\n{self.hash}\n{self.at}\n".encode()


def keep_head(data_dir: Path, seq: int, link_hash: bytes, at: datetime) -> Head | None:
    """Sign a head and add it; None where it is the last one kept."""
    kept = list(kept_heads(data_dir))
    if seq == 0 or (kept and kept[-1].seq == seq):
        return None
    bare = Head(seq, link_hash.hex(), at.isoformat(), "")
    line: dict[str, Any] = {"seq": seq, "hash": bare.hash, "at": bare.at}
    line["by"] = _key(data_dir).sign(bare.statement).hex()
    with (data_dir / HEADS_FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    return Head(**line)


def kept_heads(data_dir: Path) -> Iterator[Head]:
    """Oldest first."""
    path = data_dir / HEADS_FILE
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield Head(**json.loads(line))


def judge_heads(
    data_dir: Path, heads: Iterable[Head], hashes: Mapping[int, bytes]
) -> tuple[Flaw, int] | None:
    """The first head that the chain, by `hashes` of its numbers, does not agree with."""
    public = _key(data_dir).public_key()
    for head in heads:
        try:
            public.verify(bytes.fromhex(head.by), head.statement)
        except (InvalidSignature, ValueError):
            return Flaw.FORGED, head.seq
        if head.seq not in hashes:
            return Flaw.CUT_OFF, head.seq
        if hashes[head.seq].hex() != head.hash:
            return Flaw.REWRITTEN, head.seq
    return None


def _key(data_dir: Path) -> Ed25519PrivateKey:
    path = data_dir / KEY_FILE
    if not path.exists():
        make_secret(path, Ed25519PrivateKey.generate().private_bytes_raw().hex())
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))
