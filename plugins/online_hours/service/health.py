"""What `anxue doctor` asks of the ledger (threats.md I2, I3, I5)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import attrgetter

from sqlalchemy.orm import Session

from plugins.online_hours import store
from plugins.online_hours.domain.stretches import lived_twice, total_ms, unpacked


def sums_that_disagree(session: Session) -> Iterator[str]:
    """Return a line for every entry that credits something else than its stretches last."""
    for entry in store.standing_credits(session):
        lasting_ms = total_ms(unpacked(entry.stretches))
        if lasting_ms != entry.credited_ms:
            yield f"entry {entry.id} credits {entry.credited_ms} ms, its stretches last {lasting_ms} ms"


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


def open_doors(session: Session) -> Iterator[str]:
    """Return a line for every trigger that should refuse a change and is not there."""
    for name in sorted(store.missing_triggers(session)):
        yield f"the trigger {name} is missing or switched off: the ledger could be changed"
