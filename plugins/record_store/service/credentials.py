"""Who may write statements and who may read them.

A secret is long and random, made by a machine: so a plain digest of it is
enough, and checking it costs nothing that an attacker could multiply.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from app.sdk.errors import ConflictError, ForbiddenError, InvalidError, NotSignedInError
from app.sdk.uow import UnitOfWork
from plugins.record_store.models import Credential

WRITE: Final = "statements/write"
READ: Final = "statements/read"
SCOPES: Final = (WRITE, READ)
SECRET_CHARACTERS_AT_LEAST = 24
_KEY = re.compile(r"[A-Za-z0-9._-]{3,64}")


class CredentialError(NotSignedInError):
    """The credentials are missing, unknown, wrong or withdrawn: all look alike."""

    code = "xapi_credentials"
    sentence = "记录库凭证缺失或无效。"


class ScopeError(ForbiddenError):
    """The credentials are good, but not for this."""

    code = "xapi_scope"
    sentence = "该凭证没有此操作的权限。"


@dataclass(frozen=True, slots=True)
class System:
    """A system that has shown its credentials."""

    key: str
    scopes: frozenset[str]

    def need(self, scope: str) -> None:
        """Raise ScopeError unless the system has scope."""
        if scope not in self.scopes:
            raise ScopeError(details={"scope": scope})


def create_credential(uow: UnitOfWork, *, key: str, secret: str, scopes: Collection[str] = SCOPES) -> bool:
    """Enter a system; return whether it is new. The same again changes nothing.

    Raises ConflictError if the key is taken by another secret, InvalidError for
    a key, secret or scope that will not do.
    """
    if not _KEY.fullmatch(key):
        raise InvalidError("凭证名应为 3 至 64 个字母、数字、点、横线或下划线。")
    if len(secret) < SECRET_CHARACTERS_AT_LEAST:
        raise InvalidError(f"密钥至少 {SECRET_CHARACTERS_AT_LEAST} 个字符，请使用随机生成的密钥。")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise InvalidError(f"权限只能是 {'、'.join(SCOPES)}。")
    known = uow.session.get(Credential, key)
    if known is not None:
        if not hmac.compare_digest(known.secret_digest, _digest(key, secret)):
            raise ConflictError("该凭证名已存在，且密钥不同。")
        return False
    uow.session.add(
        Credential(
            key=key,
            secret_digest=_digest(key, secret),
            scopes=sorted(set(scopes)),
            active=True,
            made_at=uow.now,
        )
    )
    uow.session.flush()
    return True


def withdraw_credential(uow: UnitOfWork, key: str) -> bool:
    """Let key open nothing any more; return whether it did."""
    known = uow.session.get(Credential, key)
    if known is None or not known.active:
        return False
    known.active = False
    uow.session.flush()
    return True


def system_with(session: Session, key: str, secret: str) -> System:
    """Return the system whose credentials these are. Raises CredentialError."""
    known = session.get(Credential, key) if _KEY.fullmatch(key) else None
    # Compared even when there is nothing to compare with, so that time tells nothing.
    right = hmac.compare_digest(known.secret_digest if known else "0" * 64, _digest(key, secret))
    if known is None or not right or not known.active:
        raise CredentialError
    return System(key=known.key, scopes=frozenset(known.scopes))


def _digest(key: str, secret: str) -> str:
    return hashlib.sha256(f"{key}\n{secret}".encode("utf-8", "surrogatepass")).hexdigest()
