"""What online_hours does when it hears of learning time, inside the publisher's transaction."""

from __future__ import annotations

import logging

from app.sdk.errors import ConflictError
from app.sdk.events.learning_time import LearningTimeConfirmed, LearningTimeUnconfirmed
from app.sdk.uow import UnitOfWork
from plugins.online_hours.service import ledger

log = logging.getLogger(__name__)


def hear_confirmed(event: LearningTimeConfirmed, uow: UnitOfWork) -> None:
    """Enter what was confirmed. A refusal goes on to the publisher and undoes its whole transaction."""
    try:
        ledger.enter_confirmed(event, uow)
    except ConflictError as error:
        # Never expected of an honest publisher: the row is rolled back, the log is what remains.
        log.error("the ledger refused event %s of %s: %s", event.event_id, event.source, error.code)  # noqa: TRY400 - the trace says nothing more
        raise


def hear_unconfirmed(event: LearningTimeUnconfirmed, uow: UnitOfWork) -> None:
    """Enter what was lost, so that the trainee can read why."""
    ledger.enter_unconfirmed(event, uow)
