"""What the feed holds about one person: statements under an opaque name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.sdk.outbox import OutboxMessage
from app.sdk.uow import UnitOfWork
from plugins.xapi_feed.service.telling import TOPIC


def export(session: Session, actor_name: str) -> Mapping[str, Any]:
    """Return all statements whose actor is actor_name."""
    bodies = session.execute(
        select(OutboxMessage.body)
        .where(OutboxMessage.topic == TOPIC, OutboxMessage.ordering_key == actor_name)
        .order_by(OutboxMessage.sequence)
    ).scalars()
    return {"statements": [orjson.loads(body) for body in bodies]}


def erase(_uow: UnitOfWork, _person_id: int) -> None:
    """Erase nothing here: statements are proof and bear no name.

    What is erased is the only row that leads from the opaque name to the
    person, and that row is the core's.
    """
