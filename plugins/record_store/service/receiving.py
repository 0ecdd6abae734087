"""Takes statements in: all of a request or none, each id once.

The same statement again is accepted and not doubled; another one under a known
id is a conflict. Checking happens before the transaction, storing inside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.sdk.db import new_id
from app.sdk.errors import ConflictError
from app.sdk.uow import UnitOfWork
from app.sdk.xapi import digest
from plugins.record_store import store
from plugins.record_store.domain.actors import short_key
from plugins.record_store.domain.faults import RequestFaultError, StatementFaultError
from plugins.record_store.domain.mentions import mentions
from plugins.record_store.domain.parsing import Parsed, parsed_statements
from plugins.record_store.domain.shapes import at
from plugins.record_store.domain.validation import VOIDED, check_statement
from plugins.record_store.service.credentials import WRITE, System
from plugins.record_store.store import NewStatement


class StatementConflictError(ConflictError):
    """Another statement is already stored under one of the ids; nothing was stored."""

    code = "xapi_conflict"
    sentence = "该编号已保存了另一条内容不同的语句，整批未保存。"


def receive(body: bytes, *, version: str, system: System, begin: Callable[[], UnitOfWork]) -> tuple[str, ...]:
    """Store the statements of body and return their ids, in order.

    Raises StatementFaultError or StatementConflictError; nothing is stored then.
    """
    system.need(WRITE)
    arrived = tuple(_checked(parsed, version) for parsed in parsed_statements(body))
    _refuse_twins(arrived)
    _store(arrived, system, begin)
    return tuple(statement.id for statement in arrived)


def receive_as(
    statement_id: str, body: bytes, *, version: str, system: System, begin: Callable[[], UnitOfWork]
) -> None:
    """Store the one statement of body under statement_id."""
    system.need(WRITE)
    parsed = parsed_statements(body)
    if len(parsed) != 1 or parsed[0].path:
        raise StatementFaultError("", "must be one statement, not an array")
    statement = _checked(parsed[0], version, statement_id)
    if statement.id != statement_id:
        raise RequestFaultError("statementId", "is not the id of the statement")
    _store((statement,), system, begin)


def _checked(parsed: Parsed, version: str, given_id: str | None = None) -> NewStatement:
    said = parsed.said
    check_statement(said, parsed.path, version=version)
    return NewStatement(
        id=str(said["id"]).lower() if "id" in said else given_id or new_id(),
        raw=parsed.raw,
        digest=digest(said),
        verb_key=short_key(said["verb"]["id"]),
        registration=_registration(said),
        voids=said["object"]["id"].lower() if said["verb"]["id"] == VOIDED else None,
        mentions=mentions(said),
    )


def _registration(said: dict[str, Any]) -> str | None:
    registration = said.get("context", {}).get("registration")
    return registration.lower() if registration else None


def _refuse_twins(arrived: Sequence[NewStatement]) -> None:
    seen: set[str] = set()
    for place, statement in enumerate(arrived):
        if statement.id in seen:
            raise StatementFaultError(at(f"[{place}]", "id"), "stands twice in this request")
        seen.add(statement.id)


def _store(arrived: Sequence[NewStatement], system: System, begin: Callable[[], UnitOfWork]) -> None:
    with begin() as uow:
        head = store.locked_head(uow.session)
        known = store.known_digests(uow.session, {statement.id for statement in arrived})
        for statement in arrived:
            if known.get(statement.id, statement.digest) != statement.digest:
                raise StatementConflictError(details={"id": statement.id})
        fresh = [statement for statement in arrived if statement.id not in known]
        if fresh:
            store.add(uow.session, head, fresh, credential_key=system.key, now=uow.now)
            store.void(uow.session, fresh)
        uow.commit()
