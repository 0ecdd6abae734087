"""The installation's sealing keys, from the settings: never in the database."""

from __future__ import annotations

from typing import Protocol

from app.sdk.vault import SealBrokenError

CURRENT = "vault-1"


class HasVaultKey(Protocol):
    """Settings that hold the sealing key."""

    @property
    def vault(self) -> bytes: ...


class DeploymentKeyring:
    """One key for now; rotation adds older names beside it."""

    def __init__(self, settings: HasVaultKey) -> None:
        self._keys = {CURRENT: settings.vault}

    @property
    def current(self) -> str:
        return CURRENT

    def key(self, name: str) -> bytes:
        """Return the key of that name. Raises SealBrokenError when it is gone."""
        try:
            return self._keys[name]
        except KeyError as error:
            raise SealBrokenError from error
