"""Seal, open and blind."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.ext.asyncio import AsyncSession

_VERSION = b"\x01"
_NONCE_BYTES = 12


class SealBroken(Exception):
    """A sealed value was altered, moved to another row, or its key is not known here."""


class Vault:
    """Keys by id (0-255). New values are sealed with `current`; old ones open with their own.

    Layout of a sealed value: version (1 byte), key id (1), nonce (12), ciphertext with tag.
    NIST SP 800-38D; nonces are random, so a key seals fewer than 2^32 values.
    """

    def __init__(self, keys: Mapping[int, bytes], current: int) -> None:
        self._ciphers = {number: AESGCM(_derive(key, b"seal")) for number, key in keys.items()}
        self._blind_key = _derive(keys[min(keys)], b"blind")
        self.current = current

    def seal(self, text: str, *, table: str, column: str, row: UUID | str) -> bytes:
        return self.seal_bytes(text.encode(), table=table, column=column, row=row)

    def seal_bytes(self, content: bytes, *, table: str, column: str, row: UUID | str) -> bytes:
        """The same for a file."""
        head = _VERSION + bytes([self.current])
        nonce = os.urandom(_NONCE_BYTES)
        place = head + _place(table, column, row)
        return head + nonce + self._ciphers[self.current].encrypt(nonce, content, place)

    def open(self, sealed: bytes, *, table: str, column: str, row: UUID | str) -> str:
        """Raises SealBroken when the value was altered or belongs elsewhere."""
        return self.open_bytes(sealed, table=table, column=column, row=row).decode()

    def open_bytes(self, sealed: bytes, *, table: str, column: str, row: UUID | str) -> bytes:
        head, nonce, body = sealed[:2], sealed[2:14], sealed[14:]
        cipher = self._ciphers.get(head[1]) if len(sealed) > 2 + _NONCE_BYTES else None
        if cipher is None or head[:1] != _VERSION:
            raise SealBroken("unknown key or layout")
        try:
            return cipher.decrypt(nonce, body, head + _place(table, column, row))
        except InvalidTag as error:
            raise SealBroken("altered or moved") from error

    def blind(self, text: str, *, purpose: str) -> bytes:
        """The same 32 bytes for the same text and purpose: an index that reveals only equality."""
        return hmac.digest(self._blind_key, f"{purpose}\0{text}".encode(), "sha256")


def vault_of(session: AsyncSession) -> Vault:
    """The vault that came with the session's database."""
    vault: Vault = session.info["vault"]
    return vault


def _place(table: str, column: str, row: UUID | str) -> bytes:
    return f"{table}\0{column}\0{row}".encode()


def _derive(key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(purpose, key=key, digest_size=32, person=b"hotline-vault").digest()
