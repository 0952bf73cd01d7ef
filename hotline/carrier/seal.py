"""Numbers of callers and what was said do not lie readable in the database.

AES-256-GCM under a key derived from the account's token; the place of a row is authenticated, so
that no row can be passed off as another one. A new token makes old rows unreadable: they are
skipped, as a network forgets the calls of another account.
"""

import os
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12
_PURPOSE = b"hotline carrier store"


class Unreadable(Exception):
    """Sealed under another token, or altered."""


class Seal:
    def __init__(self, secret: str) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
        self._cipher = AESGCM(key.derive(secret.encode()))

    def close(self, value: Any, place: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, orjson.dumps(value), place.encode())

    def open(self, sealed: bytes, place: str) -> Any:
        try:
            text = self._cipher.decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode()
            )
        except InvalidTag as error:
            raise Unreadable(place) from error
        return orjson.loads(text)
