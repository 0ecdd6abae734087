"""Passwords: how they are kept, and which are accepted.

Argon2id with the library's current parameters. Length and a list of the most
common ones, no rules about kinds of characters (NIST SP 800-63B, 5.1.1.2).
"""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.sdk.errors import InvalidError

SHORTEST, LONGEST = 10, 128
_COMMON = frozenset(
    {"1234567890", "12345678910", "123456789a", "0123456789", "9876543210", "1111111111", "0000000000"}
    | {"8888888888", "6666666666", "password123", "password1234", "passw0rd123", "qwertyuiop", "qwerty12345"}
    | {"1q2w3e4r5t", "1qaz2wsx3edc", "abc1234567", "a123456789", "aa123456789", "asdfghjkl;", "admin123456"}
    | {"iloveyou123", "woaini1314520", "woaini1314", "5201314520", "anxue12345"}
)

_hasher = PasswordHasher()


class PasswordRefusedError(InvalidError):
    """The new password is too short, too long, or one that everybody tries first."""

    code = "password_refused"


def hashed(password: str) -> str:
    """Return the hash of an accepted password."""
    return _hasher.hash(_normal(password))


def accept(password: str, *, login: str) -> None:
    """Raise PasswordRefusedError, with the reason, for a password that will not do."""
    normal = _normal(password)
    if len(normal) < SHORTEST:
        raise PasswordRefusedError(f"新密码至少需要 {SHORTEST} 个字符。")
    if len(normal) > LONGEST:
        raise PasswordRefusedError(f"新密码最多 {LONGEST} 个字符。")
    if normal.lower() in _COMMON or len(set(normal)) < 4 or normal.lower() == login.lower():
        raise PasswordRefusedError("这个密码太常见，容易被猜到，请换一个。")


def matches(password_hash: str | None, password: str) -> bool:
    """Return whether password belongs to the hash. Without one it takes as long as with one."""
    try:
        return (
            _hasher.verify(password_hash or _nobodys_hash(), _normal(password)) and password_hash is not None
        )
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password: it only takes the time")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
