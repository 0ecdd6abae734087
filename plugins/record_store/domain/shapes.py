"""The small shapes statements are made of: IRIs, UUIDs, language maps, extensions, numbers.

Each check takes a value and the path where it stands, and raises
StatementFaultError naming both. Source: xAPI 1.0.3 part two, sections 3 and 4.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from app.sdk.xapi import instant, is_duration
from plugins.record_store.domain.faults import StatementFaultError

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20\x7f]+")
_LANGUAGE = re.compile(
    r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"
    r"(?:-x(?:-[A-Za-z0-9]{1,8})+)?|x(?:-[A-Za-z0-9]{1,8})+|i-[a-z]{2,8}",
    re.ASCII,
)
_CHARACTERS_OF_AN_IRI = 4_000


def fault(path: str, reason: str) -> StatementFaultError:
    """Return the refusal of what stands at path."""
    return StatementFaultError(path, reason)


def at(path: str, key: str) -> str:
    """Return the path of the property key of what stands at path."""
    return f"{path}.{key}" if path else key


def an_object(
    value: Any, path: str, *, required: Collection[str] = (), known: Collection[str] | None = None
) -> Mapping[str, Any]:
    """Return value as an object with all of required and nothing but known."""
    if not isinstance(value, dict):
        raise fault(path, "must be an object")
    for key in required:
        if key not in value:
            raise fault(at(path, key), "is required")
    if known is not None:
        for key, part in value.items():
            if key not in known:
                raise fault(at(path, key[:80]), "is not a property of the specification")
            if part is None:
                raise fault(at(path, key), "must not be null")
    return value


def an_array(value: Any, path: str) -> list[Any]:
    """Return value as an array."""
    if not isinstance(value, list):
        raise fault(path, "must be an array")
    return value


def a_string(value: Any, path: str) -> str:
    """Return value as a string."""
    if not isinstance(value, str):
        raise fault(path, "must be a string")
    return value


def a_boolean(value: Any, path: str) -> None:
    """Refuse what is not true or false."""
    if not isinstance(value, bool):
        raise fault(path, "must be true or false")


def a_number(value: Any, path: str) -> float:
    """Return value as a number; true and "1" are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise fault(path, "must be a number")
    try:
        return float(value)
    except OverflowError as error:
        raise fault(path, "is too large") from error


def an_iri(value: Any, path: str) -> str:
    """Return value as an absolute IRI."""
    text = a_string(value, path)
    if len(text) > _CHARACTERS_OF_AN_IRI or not _IRI.fullmatch(text):
        raise fault(path, "must be an absolute IRI")
    return text


def a_uuid(value: Any, path: str) -> str:
    """Return value as a UUID in small letters."""
    text = a_string(value, path)
    if not _UUID.fullmatch(text):
        raise fault(path, "must be a UUID")
    return text.lower()


def a_timestamp(value: Any, path: str) -> None:
    """Refuse what names no instant: without a zone, or with -00:00, nobody knows when it was."""
    if instant(a_string(value, path)) is None:
        raise fault(path, "must be an ISO 8601 timestamp with a known time zone")


def a_duration(value: Any, path: str) -> None:
    """Refuse what is no ISO 8601 duration."""
    if not is_duration(a_string(value, path)):
        raise fault(path, "must be an ISO 8601 duration")


def a_language(value: Any, path: str) -> None:
    """Refuse what is no language tag (RFC 5646)."""
    if not _LANGUAGE.fullmatch(a_string(value, path)):
        raise fault(path, "must be a language tag")


def a_language_map(value: Any, path: str) -> None:
    """Refuse what is no map from language tags to text."""
    for language, text in an_object(value, path).items():
        a_language(language, f"{path}.{language[:40]}")
        a_string(text, f"{path}.{language}")


def extensions(value: Any, path: str) -> None:
    """Refuse extensions whose keys are no IRIs; their values are free, null included."""
    for key in an_object(value, path):
        an_iri(key, f"{path}.{key[:80]}")
