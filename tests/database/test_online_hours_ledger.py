"""What the ledger takes in, and what it refuses, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from app.sdk.clock import FixedClock
from app.sdk.errors import ConflictError
from app.sdk.events.base import Event
from app.sdk.events.learning_time import HoursCredited, RefusedStretch, Stretch
from app.sdk.uow import UnitOfWork
from plugins.online_hours import store
from plugins.online_hours.handlers import hear_confirmed, hear_unconfirmed
from plugins.online_hours.models import LedgerEntry, UncountedTime
from plugins.online_hours.service import health, personal
from plugins.online_hours.service.ledger import ImpossibleStretchError, LivedTwiceError
from tests.support.learning_time import (
    ENROLMENT,
    NOON,
    PERSON,
    RememberingBus,
    confirmed,
    lost,
    stretch,
)

SOMEBODY_ELSE = count(1000)


class Ledger:
    """A ledger that hears one event a transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sessions = sessionmaker(engine)
        self.bus = RememberingBus()

    def unit_of_work(self) -> UnitOfWork:
        return UnitOfWork(self.sessions, bus=self.bus, clock=FixedClock(NOON + timedelta(seconds=1)))

    def hear(self, *events: Event) -> None:
        with self.unit_of_work() as uow:
            for event in events:
                hearer = (
                    hear_confirmed if event.name.startswith("learning_time.confirmed") else hear_unconfirmed
                )
                hearer(event, uow)  # type: ignore[arg-type]
            uow.commit()

    def balance_seconds(self, enrolment_id: int = ENROLMENT) -> float:
        with self.sessions() as session:
            return store.balance_ms(session, enrolment_id) / 1000

    def count(self, table: type[LedgerEntry] | type[UncountedTime]) -> int:
        with self.sessions() as session:
            return session.execute(select(func.count()).select_from(table)).scalar_one()

    def entry(self) -> LedgerEntry:
        with self.sessions() as session:
            return session.execute(select(LedgerEntry)).scalar_one()


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    return Ledger(engine)


def refused(code: str, media: int, lasts: int) -> RefusedStretch:
    return RefusedStretch(stretch=stretch(media, lasts), code=code)


def test_what_a_check_confirmed_is_one_entry(ledger: Ledger) -> None:
    ledger.hear(confirmed(stretch(0, 15), stretch(20, 10)))

    assert (ledger.count(LedgerEntry), ledger.balance_seconds()) == (1, 25)


def test_an_entry_keeps_its_stretches_its_rules_and_its_evidence(ledger: Ledger) -> None:
    event = confirmed(stretch(0, 15), stretch(20, 10))
    ledger.hear(event)

    entry = ledger.entry()
    kept = (entry.event_id, entry.challenge_id, entry.rule_version, entry.evidence_digest, entry.method)
    assert kept == (event.event_id, event.challenge_id, "rules-1", "00" * 32, "otp_quiz")
    assert [lasts for _, _, lasts in entry.stretches] == [15_000, 10_000]


def test_hearing_the_same_event_again_adds_nothing(ledger: Ledger) -> None:
    event = confirmed(stretch(0, 15), refused=(refused("DAILY_CAP", 15, 5),))
    ledger.hear(event)
    ledger.hear(event)

    assert (ledger.count(LedgerEntry), ledger.count(UncountedTime), ledger.balance_seconds()) == (1, 1, 15)


def test_hearing_the_same_event_again_publishes_nothing(ledger: Ledger) -> None:
    event = confirmed(stretch(0, 15))
    ledger.hear(event, event)

    assert len(ledger.bus.heard) == 1


def test_the_news_of_an_entry_tells_the_balance_after_it(ledger: Ledger) -> None:
    ledger.hear(confirmed(stretch(0, 15)))
    ledger.hear(confirmed(stretch(15, 15)))

    news = [event for event in ledger.bus.heard if isinstance(event, HoursCredited)]
    assert [(event.credited_ms, event.total_ms) for event in news] == [(15_000, 15_000), (15_000, 30_000)]


def test_a_check_that_credits_nothing_leaves_no_entry_and_no_news(ledger: Ledger) -> None:
    ledger.hear(confirmed(refused=(refused("AFTER_DEADLINE", 0, 30),)))

    assert (ledger.count(LedgerEntry), ledger.bus.heard) == (0, [])


def test_what_a_check_refused_is_kept_with_its_reason(ledger: Ledger) -> None:
    ledger.hear(
        confirmed(
            stretch(0, 10),
            refused=(
                refused("DAILY_CAP", 10, 5),
                refused("OVERLAP_OFFLINE", 15, 3),
                refused("DAILY_CAP", 18, 4),
            ),
        )
    )

    with ledger.sessions() as session:
        lines = store.uncounted_of(session, ENROLMENT, at_most=10).lines
    assert {line.code: line.lasts_ms for line in lines} == {"DAILY_CAP": 9_000, "OVERLAP_OFFLINE": 3_000}


def test_many_losses_of_one_playback_for_one_reason_are_one_line(ledger: Ledger) -> None:
    for second in range(5):
        ledger.hear(lost("RATE_EXCEEDED", 2, media=second * 10, at=NOON + timedelta(seconds=second)))
    ledger.hear(lost("RATE_EXCEEDED", 1, playback_id="playback-2", at=NOON - timedelta(hours=1)))

    with ledger.sessions() as session:
        lines = store.uncounted_of(session, ENROLMENT, at_most=10).lines
    assert [(line.times, line.lasts_ms) for line in lines] == [(5, 10_000), (1, 1_000)]


def test_older_losses_are_counted_where_they_are_not_listed(ledger: Ledger) -> None:
    for number in range(4):
        ledger.hear(lost("TAIL_DISCARDED", 10, playback_id=f"playback-{number}"))

    with ledger.sessions() as session:
        found = store.uncounted_of(session, ENROLMENT, at_most=3)
    assert (len(found.lines), found.more, found.lasts_ms) == (3, 1, 40_000)


def test_one_moment_is_never_credited_twice_to_one_person(ledger: Ledger) -> None:
    ledger.hear(confirmed(stretch(0, 30), lesson_id="lesson-1"))

    with pytest.raises(LivedTwiceError):
        ledger.hear(confirmed(stretch(0, 1, server=29), lesson_id="lesson-2"))


def test_a_refused_moment_leaves_nothing_behind(ledger: Ledger) -> None:
    ledger.hear(confirmed(stretch(0, 30)))

    with pytest.raises(LivedTwiceError):
        ledger.hear(confirmed(stretch(100, 10, server=29), refused=(refused("DAILY_CAP", 200, 1),)))

    assert (ledger.balance_seconds(), ledger.count(UncountedTime)) == (30, 0)


def test_one_event_cannot_claim_a_moment_twice(ledger: Ledger) -> None:
    with pytest.raises(LivedTwiceError):
        ledger.hear(confirmed(stretch(0, 30, server=0), stretch(30, 30, server=0)))


def test_the_next_moment_is_free(ledger: Ledger) -> None:
    ledger.hear(confirmed(stretch(0, 30)))
    ledger.hear(confirmed(stretch(30, 30)))

    assert ledger.balance_seconds() == 60


def test_a_gap_between_two_credited_moments_can_be_credited(ledger: Ledger) -> None:
    ledger.hear(confirmed(stretch(0, 10), stretch(20, 10)))
    ledger.hear(confirmed(stretch(10, 10)))

    assert ledger.balance_seconds() == 30


def test_two_people_live_through_the_same_moment(ledger: Ledger) -> None:
    ledger.hear(confirmed(stretch(0, 30)))
    ledger.hear(confirmed(stretch(0, 30), person_id=8, enrolment_id=80))

    assert (ledger.balance_seconds(ENROLMENT), ledger.balance_seconds(80)) == (30, 30)


def test_a_reversed_moment_can_be_credited_again(ledger: Ledger) -> None:
    ledger.hear(confirmed(stretch(0, 30)))
    entry = ledger.entry()
    with ledger.unit_of_work() as uow:
        reversal = {
            column.name: getattr(entry, column.name) for column in LedgerEntry.__table__.columns
        } | {
            "sequence": None, "id": "reversal", "event_id": "reversal", "kind": "reversal",
            "credited_ms": -30_000, "corrects_id": entry.id, "reason": "代学",
            "requested_by_id": 3, "approved_by_id": 4, "stretches": [],
            "server_from_ms": None, "server_to_ms": None,
        }  # fmt: skip
        store.add(uow.session, [LedgerEntry(**reversal)])
        uow.commit()

    ledger.hear(confirmed(stretch(0, 30)))

    assert ledger.balance_seconds() == 30


def test_a_stretch_of_no_length_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ImpossibleStretchError):
        ledger.hear(confirmed(Stretch(media_from_ms=0, server_from_ms=0, lasts_ms=0)))


def test_a_hearer_that_fails_undoes_the_entry(ledger: Ledger) -> None:
    def fail(event: Event, uow: UnitOfWork) -> None:
        raise ConflictError

    ledger.bus.tell = fail
    with pytest.raises(ConflictError):
        ledger.hear(confirmed(stretch(0, 30)))

    assert ledger.count(LedgerEntry) == 0


def test_of_many_who_claim_one_moment_at_once_exactly_one_is_credited(ledger: Ledger) -> None:
    at_once = 8
    start = Barrier(at_once)

    def claim(number: int) -> bool:
        start.wait(10)
        try:
            ledger.hear(confirmed(stretch(number * 100, 30, server=0), lesson_id=f"lesson-{number}"))
        except LivedTwiceError:
            return False
        return True

    with ThreadPoolExecutor(at_once) as pool:
        credited = list(pool.map(claim, range(at_once)))

    assert (sum(credited), ledger.balance_seconds()) == (1, 30)


def test_one_event_heard_by_many_at_once_is_one_entry(ledger: Ledger) -> None:
    event = confirmed(stretch(0, 30))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ledger.hear, [event] * 8))

    assert ledger.count(LedgerEntry) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    claims=st.lists(
        st.lists(st.tuples(st.integers(0, 90), st.integers(1, 20)), min_size=1, max_size=3), max_size=6
    ),
)
def test_no_sequence_of_claims_credits_more_than_the_time_that_passed(
    ledger: Ledger, claims: list[list[tuple[int, int]]]
) -> None:
    person = next(SOMEBODY_ELSE)
    lived: set[int] = set()
    for claim in claims:
        stretches = [stretch(0, lasts, server=server) for server, lasts in claim]
        try:
            ledger.hear(confirmed(*stretches, person_id=person, enrolment_id=person))
        except LivedTwiceError:
            continue
        lived |= {second for server, lasts in claim for second in range(server, server + lasts)}

    assert ledger.balance_seconds(person) == len(lived)


def test_a_healthy_ledger_has_no_faults(ledger: Ledger) -> None:
    ledger.hear(confirmed(stretch(0, 30)), confirmed(stretch(30, 30)), lost("TAIL_DISCARDED", 5))

    assert faults(ledger) == []


def test_the_doctor_notices_a_sum_that_its_stretches_do_not_bear(ledger: Ledger) -> None:
    forge(ledger, credited_ms=29_000, stretches=[[0, 0, 28_000]], server_from_ms=0, server_to_ms=30_000)

    assert any("its stretches last 28000 ms" in line for line in faults(ledger))


def test_the_doctor_notices_a_moment_that_was_credited_twice(ledger: Ledger) -> None:
    forge(ledger, credited_ms=30_000, stretches=[[0, 0, 30_000]], server_from_ms=0, server_to_ms=30_000)
    forge(
        ledger,
        credited_ms=1_000,
        stretches=[[90_000, 29_000, 1_000]],
        server_from_ms=29_000,
        server_to_ms=30_000,
    )

    assert any(f"person {PERSON} was credited server time 29000 twice" in line for line in faults(ledger))


def test_the_doctor_notices_media_that_earned_twice(ledger: Ledger) -> None:
    ledger.hear(confirmed(stretch(0, 30)), confirmed(stretch(29, 30, server=30)))

    assert any("twice at 29000 ms" in line for line in faults(ledger))


def test_a_person_is_handed_everything_the_ledger_keeps(ledger: Ledger) -> None:
    ledger.hear(confirmed(stretch(0, 30)), lost("TAIL_DISCARDED", 5))
    ledger.hear(confirmed(stretch(0, 30), person_id=8, enrolment_id=80))

    with ledger.sessions() as session:
        handed = personal.export(session, PERSON)
    assert (
        [entry["credited_seconds"] for entry in handed["entries"]],
        [row["seconds"] for row in handed["uncounted"]],
    ) == ([30], [5])


def faults(ledger: Ledger) -> list[str]:
    with Session(ledger.engine) as session:
        return [
            *health.sums_that_disagree(session),
            *health.moments_credited_twice(session),
            *health.media_credited_twice(session),
            *health.open_doors(session),
        ]


def forge(ledger: Ledger, **fields: object) -> None:
    """Add an entry past the service, as somebody with the database's password could."""
    event = replace(confirmed(stretch(0, 1)))
    with ledger.unit_of_work() as uow:
        row = LedgerEntry(
            id=event.event_id,
            event_id=event.event_id,
            kind="credit",
            source="forged",
            person_id=PERSON,
            enrolment_id=ENROLMENT,
            offering_id=event.offering_id,
            lesson_id=event.lesson_id,
            rule_version="rules-1",
            happened_at=NOON,
            recorded_at=NOON,
            **fields,
        )
        store.add(uow.session, [row])
        uow.commit()
