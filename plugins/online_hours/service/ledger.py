"""What enters the ledger: confirmed learning time, and what was lost.

The publisher has judged what may be credited (rules.md 5.2). The ledger does
not judge again; it only refuses what nobody can have lived: one moment twice,
or a stretch of no length. Then everything is rolled back, the check included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from app.sdk.db import new_id
from app.sdk.errors import ConflictError
from app.sdk.events.learning_time import (
    HoursCredited,
    LearningTimeConfirmed,
    LearningTimeUnconfirmed,
    Stretch,
)
from app.sdk.metrics import Counter
from app.sdk.uow import UnitOfWork
from plugins.online_hours import store
from plugins.online_hours.domain.stretches import impossible, lived_twice, packed, server_span, total_ms
from plugins.online_hours.models import CREDIT, LedgerEntry, UncountedTime

CREDITED_MS = Counter("anxue_online_hours_credited_ms_total", "Learning time credited, in milliseconds.")


class LivedTwiceError(ConflictError):
    """Credit was asked for a moment of a person's life that is credited already."""

    code = "server_time_credited_twice"
    sentence = "这段学习时间与已计入的时间重叠，没有重复计入；已计入的学时不受影响。"


class ImpossibleStretchError(ConflictError):
    """Credit was asked for a stretch that lasts no time, or begins before time does."""

    code = "impossible_stretch"
    sentence = "这段学习时间的记录不完整，没有计入；已计入的学时不受影响。"


def enter_confirmed(event: LearningTimeConfirmed, uow: UnitOfWork) -> None:
    """Write one entry for what event credits and a row for each reason of what it refuses.

    Hearing the same event again adds nothing. Raises LivedTwiceError and
    ImpossibleStretchError; nothing is written then.
    """
    store.hold_person(uow.session, event.person_id)
    if store.was_heard(uow.session, event.event_id):
        return
    store.add(uow.session, _refused(event, uow))
    if event.credited:
        _credit(event, uow)


def enter_unconfirmed(event: LearningTimeUnconfirmed, uow: UnitOfWork) -> None:
    """Write a row for what was watched and lost. Hearing the same event again adds nothing."""
    store.hold_person(uow.session, event.person_id)
    if store.was_heard(uow.session, event.event_id):
        return
    row = UncountedTime(
        event_id=event.event_id,
        code=event.code,
        source=event.source,
        person_id=event.person_id,
        enrolment_id=event.enrolment_id,
        offering_id=event.offering_id,
        lesson_id=event.lesson_id,
        playback_id=event.playback_id,
        challenge_id=None,
        media_from_ms=event.media_from_ms,
        lasts_ms=event.lasts_ms,
        happened_at=event.happened_at,
        recorded_at=uow.now,
    )
    store.add(uow.session, (row,))


def _credit(event: LearningTimeConfirmed, uow: UnitOfWork) -> None:
    server_from_ms, server_to_ms = _lived_once(event.person_id, event.credited, uow)
    credited_ms = total_ms(event.credited)
    entry = LedgerEntry(
        id=new_id(),
        event_id=event.event_id,
        kind=CREDIT,
        source=event.source,
        person_id=event.person_id,
        enrolment_id=event.enrolment_id,
        offering_id=event.offering_id,
        lesson_id=event.lesson_id,
        playback_id=event.playback_id,
        challenge_id=event.challenge_id,
        method=event.method,
        credited_ms=credited_ms,
        stretches=packed(event.credited),
        server_from_ms=server_from_ms,
        server_to_ms=server_to_ms,
        rule_version=event.rule_version,
        evidence_digest=event.evidence_digest,
        happened_at=event.happened_at,
        recorded_at=uow.now,
    )
    store.add(uow.session, (entry,))
    uow.after_commit(lambda: CREDITED_MS.add(credited_ms))
    uow.publish(
        HoursCredited(
            event_id=new_id(),
            happened_at=event.happened_at,
            entry_id=entry.id,
            person_id=event.person_id,
            enrolment_id=event.enrolment_id,
            offering_id=event.offering_id,
            lesson_id=event.lesson_id,
            playback_id=event.playback_id,
            credited_ms=entry.credited_ms,
            total_ms=store.balance_ms(uow.session, event.enrolment_id),
            rule_version=event.rule_version,
        )
    )


def _lived_once(person_id: int, stretches: Sequence[Stretch], uow: UnitOfWork) -> tuple[int, int]:
    """Return the server span of stretches, of which no moment was credited before."""
    if impossible(stretches):
        raise ImpossibleStretchError
    span = server_span(stretches)
    if lived_twice([*stretches, *store.credited_between(uow.session, person_id, span)]):
        raise LivedTwiceError
    return span


def _refused(event: LearningTimeConfirmed, uow: UnitOfWork) -> Iterator[UncountedTime]:
    by_code = attrgetter("code")
    for code, together in groupby(sorted(event.refused, key=by_code), key=by_code):
        stretches = [refused.stretch for refused in together]
        yield UncountedTime(
            event_id=event.event_id,
            code=code,
            source=event.source,
            person_id=event.person_id,
            enrolment_id=event.enrolment_id,
            offering_id=event.offering_id,
            lesson_id=event.lesson_id,
            playback_id=event.playback_id,
            challenge_id=event.challenge_id,
            media_from_ms=min(stretch.media_from_ms for stretch in stretches),
            lasts_ms=total_ms(stretches),
            happened_at=event.happened_at,
            recorded_at=uow.now,
        )
