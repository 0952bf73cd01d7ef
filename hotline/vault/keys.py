"""Where the vault's keys come from: the environment, or a file of mode 600 made at first run."""

import base64
import binascii
import json
import secrets
from pathlib import Path

from pydantic import SecretStr

from hotline.secret_files import make_secret
from hotline.vault.seal import Vault

KEY_BYTES = 32
KEYS_FILE = "vault-keys.json"


class VaultKeyMissing(Exception):
    """The data was sealed with keys that are not here, or a key is too short: do not start."""


def load_vault(data_dir: Path, configured: SecretStr | None) -> Vault:
    """A key from the environment has id 0; the file holds `{"current": n, "keys": {"n": …}}`.

    Several keys in the environment, with their ids and commas, the current one first: `1:…,0:…`.
    """
    if configured is not None:
        return _ring(configured.get_secret_value())
    path = data_dir / KEYS_FILE
    if not path.exists():
        first = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        make_secret(path, json.dumps({"current": 0, "keys": {"0": first}}))
    ring = json.loads(path.read_text())
    keys = {int(number): _decode(key) for number, key in ring["keys"].items()}
    if ring["current"] not in keys:
        raise VaultKeyMissing(f"{path} 里没有它所说的第 {ring['current']} 把密钥。")
    return Vault(keys, current=ring["current"])


def _ring(configured: str) -> Vault:
    named = [one.strip().rpartition(":") for one in configured.split(",")]
    try:
        keys = {int(number or 0): _decode(key) for number, _, key in named}
    except ValueError as error:
        raise VaultKeyMissing("HOTLINE_VAULT_KEY 中的编号须是数字，如 1:新,0:旧。") from error
    if len(keys) != len(named) or not all(0 <= number < 256 for number in keys):
        raise VaultKeyMissing("HOTLINE_VAULT_KEY 中的编号须各不相同，小于 256。")
    return Vault(keys, current=next(iter(keys)))


def _decode(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise VaultKeyMissing("主密钥须是 base64：openssl rand -base64 32。") from error
    if len(key) != KEY_BYTES:
        raise VaultKeyMissing(f"主密钥须是 {KEY_BYTES} 字节，这一把是 {len(key)} 字节。")
    return key
