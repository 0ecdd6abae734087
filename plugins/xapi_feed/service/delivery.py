"""Sends what waits: claim, send with no transaction open, settle; again until nothing waits.

It may stop anywhere. What was claimed is found again when its lease has run
out, and goes out with the same id and the same bytes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from app.sdk.outbox_claim import Claim, claim
from app.sdk.outbox_settle import Again, Arrived, Outcome, Refused, hold_back, settle
from app.sdk.uow import UnitOfWork
from plugins.xapi_feed.domain.answers import (
    Answer,
    Compare,
    Dead,
    Delivered,
    Later,
    Pause,
    Split,
    Verdict,
    compared,
    judged,
    waiting_seconds,
)

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=240)
"""Longer than the longest two exchanges with the store: a POST and a comparing GET."""
WELL_WITHIN = timedelta(hours=1)


class RecordStore(Protocol):
    """A receiver of statements."""

    def post(self, bodies: Sequence[bytes]) -> Answer: ...
    def statement(self, statement_id: str) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """What one drain did, in messages."""

    delivered: int = 0
    dead: int = 0
    waiting: int = 0


class Drain:
    """Empties the outbox of one destination into a record store."""

    def __init__(
        self,
        store: RecordStore,
        begin: Callable[[], UnitOfWork],
        *,
        destination: str,
        rng: Random,
        lease: timedelta = LEASE,
    ) -> None:
        self._store = store
        self._begin = begin
        self._destination = destination
        self._rng = rng
        self._lease = lease

    def run(self, *, seconds_at_most: float) -> Drained:
        """Send batches until nothing may be sent now, or the time is up."""
        ends = time.monotonic() + seconds_at_most
        delivered = dead = waiting = 0
        while time.monotonic() < ends:
            held = self._claim()
            if held is None:
                break
            verdict, status, text = self._sent(held)
            ours = self._settle(held, verdict, status, text)
            match verdict:
                case Delivered():
                    delivered += ours
                case Dead():
                    dead += ours
                case Later() | Pause():
                    waiting += ours
                    break
                case _:
                    continue
        return Drained(delivered=delivered, dead=dead, waiting=waiting)

    def _claim(self) -> Claim | None:
        with self._begin() as uow:
            held = claim(uow.session, self._destination, now=uow.now, lease=self._lease)
            uow.commit()
            return held

    def _sent(self, held: Claim) -> tuple[Verdict, int | None, str]:
        """Return the verdict on the messages of held, with the status and text that led to it."""
        ids = [message.message_id for message in held.messages]
        answer = self._store.post([message.body for message in held.messages])
        claimed_at = held.until - self._lease
        well = held.accepted_at is not None and claimed_at - held.accepted_at < WELL_WITHIN
        verdict = judged(answer, ids, attempts=held.messages[0].attempts, receiver_well=well)
        if isinstance(verdict, Compare):
            answer = self._store.statement(ids[0])
            verdict = compared(answer, held.messages[0].body)
        return verdict, answer.status, answer.text

    def _settle(self, held: Claim, verdict: Verdict, status: int | None, text: str) -> int:
        with self._begin() as uow:
            outcome, until = self._outcome(held, verdict, status, text, uow.now)
            ours = settle(
                uow.session, held, {message.message_id: outcome for message in held.messages}, now=uow.now
            )
            if until is not None:
                reason = verdict.reason if isinstance(verdict, Pause) else None
                hold_back(uow.session, self._destination, until=until, failed=True, reason=reason)
            uow.commit()
        return ours

    def _outcome(
        self, held: Claim, verdict: Verdict, status: int | None, text: str, now: datetime
    ) -> tuple[Outcome, datetime | None]:
        """Return what is written down for the messages, and until when the destination is left alone."""
        match verdict:
            case Delivered():
                return Arrived(status=status or 200), None
            case Dead(reason):
                log.error("statement %s is parked: %s", held.messages[0].message_id, reason)
                return Refused(status=status, answer=f"{reason}: {text}"), None
            case Split(together):
                again = Again(due_at=now, status=status, answer=text, counts=False, batch_limit=together)
                return again, None
            case Pause(seconds, reason):
                log.error("%s is paused: %s; nothing is lost, nothing is sent", held.destination, reason)
                until = now + timedelta(seconds=seconds)
                return Again(due_at=now, status=status, answer=text, counts=False), until
            case Later(reason, asked, together):
                wait = waiting_seconds(held.failures + 1, asked=asked, rng=self._rng)
                log.warning("%s: %s; again in %.0f s", held.destination, reason, wait)
                until = now + timedelta(seconds=wait)
                # The message waits at least as long as it has failed itself, the lane as the receiver has.
                own = waiting_seconds(held.messages[0].attempts, asked=asked, rng=self._rng)
                due_at = max(until, now + timedelta(seconds=own))
                return Again(due_at=due_at, status=status, answer=text or reason, batch_limit=together), until
            case Compare():
                raise AssertionError("a comparison always ends in another verdict")
