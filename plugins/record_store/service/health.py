"""What `anxue doctor` asks of the record store: is what was delivered here kept as it was sent? (I4)

The feed may send to another store than ours; then none of its statements is here
and there is nothing to say. From the first one that is here on, none may be missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.sdk.outbox import DELIVERED, OutboxDelivery, OutboxMessage
from app.sdk.xapi import digest
from plugins.record_store.models import StoredStatement


def lost_statements(session: Session) -> Iterator[str]:
    """Yield every delivered statement that is not here, or says something else here."""
    delivered = select(OutboxDelivery.id).where(
        OutboxDelivery.message_sequence == OutboxMessage.sequence, OutboxDelivery.state == DELIVERED
    )
    first = session.execute(
        select(func.min(OutboxMessage.sequence)).join(StoredStatement, StoredStatement.id == OutboxMessage.id)
    ).scalar_one()
    if first is None:
        return
    sent = (
        select(OutboxMessage.id, OutboxMessage.body, StoredStatement.digest)
        .outerjoin(StoredStatement, StoredStatement.id == OutboxMessage.id)
        .where(OutboxMessage.sequence >= first, delivered.exists())
        .order_by(OutboxMessage.sequence)
        .execution_options(yield_per=500)
    )
    for message_id, body, kept in session.execute(sent):
        if kept is None:
            yield f"statement {message_id} was delivered and is not here"
        elif kept != digest(json.loads(bytes(body))):
            yield f"statement {message_id} says something else here than when it was sent"
