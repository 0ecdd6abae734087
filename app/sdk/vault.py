"""Secrets at rest: one key a person, ciphertexts that know their place.

Every person has a data key of 256 bits, itself sealed with the installation's
key (which is never in the database). Destroying a person's key makes all that
was sealed for them unreadable. The associated data binds a ciphertext to
table, row and column, so that it cannot be moved to another row.
Algorithm: AES-256-GCM (NIST SP 800-38D); the first byte names it, so that
another one (SM4) can stand beside it later.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.sdk.db import Base, UtcDateTime
from app.sdk.errors import AnxueError
from app.sdk.runtime import runtime

AES_256_GCM = b"\x01"
_NONCE_BYTES = 12


class SealBrokenError(AnxueError):
    """A ciphertext does not belong where it was found, or its key is gone."""

    status = 410
    code = "seal_broken"
    sentence = "该内容已无法读取。"


class Keyring(Protocol):
    """Holds the installation's keys, outside the database."""

    @property
    def current(self) -> str:
        """The name of the key that seals new data keys."""
        ...

    def key(self, name: str) -> bytes: ...


class PersonKey(Base):
    """A person's data key, sealed with the installation's key of that name."""

    __tablename__ = "vault_person_key"

    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed_with: Mapped[str] = mapped_column(String(40))
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


def place(table: str, row: str, column: str) -> bytes:
    """Return the associated data of one field of one row."""
    return f"{table}:{row}:{column}".encode()


def seal(session: Session, person_id: int, plaintext: bytes, *, at: bytes) -> bytes:
    """Return plaintext sealed with the person's key for the place `at`; the key is made if there is none."""
    return _seal(_data_key(session, person_id, make=True), plaintext, at)


def unseal(session: Session, person_id: int, sealed: bytes, *, at: bytes) -> bytes:
    """Return what was sealed. Raises SealBrokenError for another place, another person or an erased key."""
    return _unseal(_data_key(session, person_id, make=False), sealed, at)


def forget(session: Session, person_id: int) -> None:
    """Destroy the person's key: everything sealed for them is unreadable from the commit on."""
    held = session.get(PersonKey, person_id)
    if held is not None:
        session.delete(held)


def _data_key(session: Session, person_id: int, *, make: bool) -> bytes:
    keyring = runtime().keyring
    held = session.get(PersonKey, person_id)
    if held is not None:
        return _unseal(
            keyring.key(held.sealed_with), held.sealed_key, place("vault_person_key", str(person_id), "key")
        )
    if not make:
        raise SealBrokenError
    data_key = secrets.token_bytes(32)
    sealed = _seal(keyring.key(keyring.current), data_key, place("vault_person_key", str(person_id), "key"))
    session.add(
        PersonKey(
            person_id=person_id,
            sealed_with=keyring.current,
            sealed_key=sealed,
            made_at=runtime().clock.now(),
        )
    )
    session.flush()
    return data_key


def _seal(key: bytes, plaintext: bytes, at: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return AES_256_GCM + nonce + AESGCM(key).encrypt(nonce, plaintext, at)


def _unseal(key: bytes, sealed: bytes, at: bytes) -> bytes:
    if sealed[:1] != AES_256_GCM:
        raise SealBrokenError
    nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, at)
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError from error
