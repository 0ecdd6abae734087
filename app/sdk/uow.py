"""One use case, one transaction.

Events that are published inside reach their hearers at once, in load order, in
the same transaction: if one of them fails, nothing has happened. Deeds that
must not happen unless the transaction did (ringing a worker) wait for the
commit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from sqlalchemy.orm import Session, sessionmaker

from app.sdk.clock import Clock
from app.sdk.events.base import Event
from app.sdk.runtime import runtime

log = logging.getLogger(__name__)

# Read by the "begin" listener in app.kernel.database: a write transaction on
# SQLite must take the lock before it reads, or two of them deadlock.
WRITING = {"anxue_writes": True}


class Bus(Protocol):
    """Carries an event to its hearers."""

    def publish(self, event: Event, uow: UnitOfWork) -> None: ...


class UnitOfWork:
    """A write transaction. Leaving the block without commit() rolls it back."""

    session: Session
    now: datetime

    def __init__(self, sessions: sessionmaker[Session], *, bus: Bus, clock: Clock) -> None:
        self._sessions = sessions
        self._bus = bus
        self._clock = clock
        self._after_commit: list[Callable[[], None]] = []

    def __enter__(self) -> Self:
        self.session = self._sessions()
        self.session.connection(execution_options=WRITING)
        self.now = self._clock.now()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._after_commit.clear()
        self.session.close()

    def publish(self, event: Event) -> None:
        """Let every hearer of event act now, inside this transaction."""
        self._bus.publish(event, self)

    def after_commit(self, deed: Callable[[], None]) -> None:
        """Do deed once the transaction is safely stored; it must not be needed for correctness."""
        self._after_commit.append(deed)

    def commit(self) -> None:
        """Store everything, then do what waited for it.

        A deed that fails is logged and does not undo anything: whatever must
        happen has a row that a sweep will find.
        """
        self.session.commit()
        deeds, self._after_commit = self._after_commit, []
        for deed in deeds:
            try:
                deed()
            except Exception:
                log.exception("a deed after the commit failed; the sweep will make up for it")


def unit_of_work() -> UnitOfWork:
    """Return a new unit of work of the running application, to be used in a with block."""
    now = runtime()
    return UnitOfWork(now.sessions, bus=now.bus, clock=now.clock)
