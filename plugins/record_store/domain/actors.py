"""Agents and groups: who they are, and when two of them are the same.

Source: xAPI 1.0.3 part two, 2.4.2.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from plugins.record_store.domain import shapes
from plugins.record_store.domain.shapes import fault

IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
_AGENT = frozenset({"objectType", "name", *IDENTIFIERS})
_GROUP = _AGENT | {"member"}
_MBOX = re.compile(r"mailto:[^\s@<>\x00-\x20\x7f]+@[^\s@<>\x00-\x20\x7f]+")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")


def check_agent_or_group(value: Any, path: str) -> None:
    """Refuse what is neither an agent nor a group."""
    if shapes.an_object(value, path).get("objectType", "Agent") == "Group":
        check_group(value, path)
    else:
        check_agent(value, path)


def check_agent(value: Any, path: str) -> None:
    """Refuse what is no agent: exactly one identifier."""
    agent = shapes.an_object(value, path, known=_AGENT)
    if agent.get("objectType", "Agent") != "Agent":
        raise fault(f"{path}.objectType", 'must be "Agent"')
    _check_name_and_identifier(agent, path)
    if _identifier(agent) is None:
        raise fault(path, f"needs one of {', '.join(IDENTIFIERS)}")


def check_group(value: Any, path: str) -> None:
    """Refuse what is no group: identified, or anonymous with members."""
    group = shapes.an_object(value, path, required=("objectType",), known=_GROUP)
    if group["objectType"] != "Group":
        raise fault(f"{path}.objectType", 'must be "Group"')
    _check_name_and_identifier(group, path)
    if _identifier(group) is None and "member" not in group:
        raise fault(f"{path}.member", "an anonymous group needs members")
    for place, member in enumerate(shapes.an_array(group.get("member", []), f"{path}.member")):
        check_agent(member, f"{path}.member[{place}]")


def agent_keys(value: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of an agent or group and of its members, for looking statements up."""
    keys = [key for someone in (value, *value.get("member", ())) if (key := agent_key(someone))]
    return tuple(dict.fromkeys(keys))


def agent_key(value: Mapping[str, Any]) -> str | None:
    """Return the same short key for the same agent or identified group; None for an anonymous one."""
    kind = _identifier(value)
    if kind is None:
        return None
    found = value[kind]
    said = f"{found['homePage']}\n{found['name']}" if kind == "account" else str(found)
    return short_key(f"{kind}\n{said.lower() if kind == 'mbox_sha1sum' else said}")


def short_key(text: str) -> str:
    """Return 128 bits of SHA-256: an index entry of fixed length, however long the text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


def _identifier(value: Mapping[str, Any]) -> str | None:
    return next((kind for kind in IDENTIFIERS if kind in value), None)


def _check_name_and_identifier(someone: Mapping[str, Any], path: str) -> None:
    given = [kind for kind in IDENTIFIERS if kind in someone]
    if len(given) > 1:
        raise fault(path, f"has more than one identifier: {', '.join(given)}")
    if "name" in someone:
        shapes.a_string(someone["name"], f"{path}.name")
    if "mbox" in someone and not _MBOX.fullmatch(shapes.a_string(someone["mbox"], f"{path}.mbox")):
        raise fault(f"{path}.mbox", "must be a mailto IRI")
    if "mbox_sha1sum" in someone and not _SHA1.fullmatch(
        shapes.a_string(someone["mbox_sha1sum"], f"{path}.mbox_sha1sum")
    ):
        raise fault(f"{path}.mbox_sha1sum", "must be 40 hexadecimal digits")
    if "openid" in someone:
        shapes.an_iri(someone["openid"], f"{path}.openid")
    if "account" in someone:
        _check_account(someone["account"], f"{path}.account")


def _check_account(value: Any, path: str) -> None:
    account = shapes.an_object(value, path, required=("homePage", "name"), known=("homePage", "name"))
    shapes.an_iri(account["homePage"], f"{path}.homePage")
    shapes.a_string(account["name"], f"{path}.name")
