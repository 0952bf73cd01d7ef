"""Sealed personal data: numbers, names, exact addresses, the unmasked words of a caller.

AES-256-GCM with a key id and the place of the value (table, column, row) as associated data, so
that a ciphertext moved elsewhere does not open. A keyed blind index finds equal values without
opening any. Every session carries its vault: `vault_of(session)`. Start in `seal.py`.
"""

from hotline.vault.keys import VaultKeyMissing, load_vault
from hotline.vault.seal import SealBroken, Vault, vault_of

__all__ = ["SealBroken", "Vault", "VaultKeyMissing", "load_vault", "vault_of"]
