"""What `anxue doctor` asks of the ledger (threats.md I2, I3, I5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby, pairwise
from operator import attrgetter

from sqlalchemy.orm import Session

from app.sdk.learning import LearningProgress
from app.sdk.runtime import runtime
from app.sdk.uow import unit_of_work
from plugins.online_hours import store
from plugins.online_hours.domain.stretches import lived_twice, total_ms, unpacked


def sums_that_disagree(session: Session) -> Iterator[str]:
    """Return a line for every entry that credits something else than its stretches last."""
    for entry in store.standing_credits(session):
        lasting_ms = total_ms(unpacked(entry.stretches))
        if lasting_ms != entry.credited_ms:
            yield f"entry {entry.id} credits {entry.credited_ms} ms, its stretches last {lasting_ms} ms"


def books_that_disagree(session: Session) -> Iterator[str]:
    """Return a line for every lesson of which the ledger credits something else than those who watched (I5).

    A check that is passed meanwhile can look like one: whatever differs is looked at
    once more under the lock of the person's entries.
    """
    books = runtime().progress
    if books is None:
        return
    given = (((each.enrolment_id, each.lesson_id), -each.credited_ms) for each in books.credit_given(session))
    entered = store.credited_by_lesson(session, books.source)
    both = merge(given, (((enrolment, lesson), ms) for enrolment, lesson, ms in entered), key=_enrolment)
    for enrolment_id, rows in groupby(both, key=_enrolment):
        if _differing(rows):
            yield from _books_of(enrolment_id, books)


def moments_credited_twice(session: Session) -> Iterator[str]:
    """Return a line for every person who was credited one moment twice."""
    for person_id, entries in groupby(store.standing_credits(session), key=attrgetter("person_id")):
        pair = lived_twice([stretch for entry in entries for stretch in unpacked(entry.stretches)])
        if pair is not None:
            yield f"person {person_id} was credited server time {pair[1].server_from_ms} twice"


def media_credited_twice(session: Session) -> Iterator[str]:
    """Return a line for every lesson of an enrolment in which the same media earned twice."""
    for _, entries in groupby(store.standing_credits(session), key=attrgetter("person_id")):
        played = sorted(
            (entry.enrolment_id, entry.lesson_id, media_from, media_from + lasts)
            for entry in entries
            for media_from, _, lasts in entry.stretches
        )
        for (*lesson, _, end), (*other_lesson, begin, _) in pairwise(played):
            if lesson == other_lesson and begin < end:
                yield f"enrolment {lesson[0]} was credited lesson {lesson[1]} twice at {begin} ms"


def _books_of(enrolment_id: int, books: LearningProgress) -> list[str]:
    enrolment = runtime().people.enrolment(enrolment_id)
    with unit_of_work() as uow:
        if enrolment is not None:
            store.hold_person(uow.session, enrolment.person_id)
        given = Counter[str]()
        for each in books.credit_given(uow.session, enrolment_id):
            given[each.lesson_id] += each.credited_ms
        entered = Counter[str]()
        for _, lesson_id, ms in store.credited_by_lesson(uow.session, books.source, enrolment_id):
            entered[lesson_id] += ms
    return [
        f"enrolment {enrolment_id}, lesson {lesson_id}: the ledger credits {entered[lesson_id]} ms,"
        f" {books.source} {given[lesson_id]} ms"
        for lesson_id in sorted(given.keys() | entered.keys())
        if given[lesson_id] != entered[lesson_id]
    ]


def _differing(rows: Iterable[tuple[tuple[int, str], int]]) -> bool:
    sums = Counter[str]()
    for (_, lesson_id), ms in rows:
        sums[lesson_id] += ms
    return any(sums.values())


def _enrolment(row: tuple[tuple[int, str], int]) -> int:
    return row[0][0]


def open_doors(session: Session) -> Iterator[str]:
    """Return a line for every trigger that should refuse a change and is not there."""
    for name in sorted(store.missing_triggers(session)):
        yield f"the trigger {name} is missing or switched off: the ledger could be changed"
