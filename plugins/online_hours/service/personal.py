"""What the ledger keeps about a person: handed out in full, and why it is not erased."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.sdk.clock import timestamp
from app.sdk.quantities import seconds_of
from app.sdk.uow import UnitOfWork
from plugins.online_hours import store
from plugins.online_hours.domain.reasons import reason_in_words
from plugins.online_hours.domain.stretches import media_spans


def export(session: Session, person_id: int) -> Mapping[str, Any]:
    """Return every entry about the person, and everything that was not counted."""
    return {
        "entries": [
            {
                "id": entry.id,
                "kind": entry.kind,
                "offering_id": entry.offering_id,
                "lesson_id": entry.lesson_id,
                "credited_seconds": seconds_of(entry.credited_ms),
                "media_seconds": [
                    [seconds_of(begin), seconds_of(end)] for begin, end in media_spans(entry.stretches)
                ],
                "method": entry.method,
                "reason": entry.reason,
                "rule_version": entry.rule_version,
                "recorded_at": timestamp(entry.recorded_at),
            }
            for entry in store.entries_of_person(session, person_id)
        ],
        "uncounted": [
            {
                "code": row.code,
                "reason": reason_in_words(row.code),
                "lesson_id": row.lesson_id,
                "media_from_seconds": seconds_of(row.media_from_ms),
                "seconds": seconds_of(row.lasts_ms),
                "happened_at": timestamp(row.happened_at),
            }
            for row in store.uncounted_rows(session, person_id)
        ],
    }


def erase(uow: UnitOfWork, person_id: int) -> None:
    """Keep the entries: they prove public money and hold no name, only numbers.

    Who the number was is erased by the core, with the person's keys and names
    (rules.md 3.1: "destroy key/mapping, keep ledger digests").
    """
