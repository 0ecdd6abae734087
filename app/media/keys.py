"""The key of an asset's segments: at rest only sealed with the installation's key.

AES-256-GCM, bound to the asset's row. The installation's key is not in the
database and the sealed key is not in a file: neither alone opens a segment.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.media.hls import KEY_BYTES
from app.sdk.vault import Keyring, SealBrokenError, place

_NONCE_BYTES = 12


def new_sealed_key(keyring: Keyring, asset_id: str) -> tuple[str, bytes]:
    """Return the name of the sealing key and a fresh key for an asset's segments, sealed with it."""
    name = keyring.current
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(keyring.key(name)).encrypt(nonce, secrets.token_bytes(KEY_BYTES), _place(asset_id))
    return name, nonce + sealed


def unsealed_key(keyring: Keyring, asset_id: str, sealed_with: str, sealed: bytes) -> bytes:
    """Return the key of an asset's segments. Raises SealBrokenError for another asset's or a changed one."""
    nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(keyring.key(sealed_with)).decrypt(nonce, ciphertext, _place(asset_id))
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError from error


def _place(asset_id: str) -> bytes:
    return place("media_asset", asset_id, "key")
