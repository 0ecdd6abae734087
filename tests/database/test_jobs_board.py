"""Jobs as rows: taken once, held under a lease, found again, and put aside when they are poison."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from app.kernel.job_worker import WorkerStoppingError, do_one
from app.kernel.jobs import ATTEMPTS_AT_MOST, INTERRUPTED, LEASE, UNSUCCESSFUL, JobBoard, cancel, is_due
from app.sdk.clock import FixedClock
from app.sdk.runtime import Runtime
from app.sdk.tasks import Job, JobFailedError, LeaseLostError, Progress, ask_for
from app.sdk.uow import UnitOfWork, unit_of_work

KIND = "test.deed"


@pytest.fixture
def board(database: Runtime) -> JobBoard:
    return JobBoard(lambda: UnitOfWork(database.sessions, bus=database.bus, clock=database.clock))


def ask(key: str = "a") -> str:
    with unit_of_work() as uow:
        job = ask_for(uow, KIND, key, {"of": key})
        uow.commit()
        return job.id


def job_in(database: Runtime, key: str = "a") -> Job:
    with database.sessions() as session:
        return session.execute(select(Job).where(Job.kind == KIND, Job.key == key)).scalar_one()


def test_a_job_asked_for_twice_is_one_job(database: Runtime) -> None:
    assert ask() == ask()


def test_a_taken_job_is_not_given_to_another(board: JobBoard) -> None:
    ask()
    board.take([KIND])

    assert board.take([KIND]) is None


def test_a_taken_job_carries_what_was_asked(board: JobBoard) -> None:
    ask()
    taken = board.take([KIND])

    assert taken is not None
    assert (taken.kind, taken.key, taken.payload, taken.attempt) == (KIND, "a", {"of": "a"}, 1)


def test_a_kind_that_nobody_here_can_do_stays(board: JobBoard) -> None:
    ask()

    assert board.take(["another.deed"]) is None


def test_the_oldest_job_comes_first(board: JobBoard, clock: FixedClock) -> None:
    for key in ("first", "second", "third"):
        ask(key)
        clock.advance(1)

    taken = [board.take([KIND]) for _ in range(3)]
    assert [job.key for job in taken if job] == ["first", "second", "third"]


def test_a_job_whose_holder_vanished_is_found_again_after_its_lease(
    board: JobBoard, clock: FixedClock
) -> None:
    ask()
    board.take([KIND])
    clock.advance(LEASE.total_seconds())
    taken = board.take([KIND])

    assert taken is not None
    assert taken.attempt == 2


def test_a_renewed_lease_holds(board: JobBoard, clock: FixedClock) -> None:
    ask()
    taken = board.take([KIND])
    assert taken is not None
    clock.advance(LEASE.total_seconds() - 1)
    board.renew(taken)
    clock.advance(LEASE.total_seconds() - 1)

    assert board.take([KIND]) is None


def test_whoever_lost_the_lease_can_change_nothing(
    board: JobBoard, clock: FixedClock, database: Runtime
) -> None:
    ask()
    late = board.take([KIND])
    clock.advance(LEASE.total_seconds())
    board.take([KIND])
    assert late is not None
    for deed in (board.renew, board.finish, board.give_back, board.try_again):
        with pytest.raises(LeaseLostError):
            deed(late)

    assert job_in(database).state == "running"


def test_many_takers_at_once_take_every_job_once(board: JobBoard, database: Runtime) -> None:
    for number in range(12):
        ask(str(number))
    with ThreadPoolExecutor(6) as takers:
        taken = list(takers.map(lambda _: board.take([KIND]), range(18)))

    keys = [job.key for job in taken if job is not None]
    # On PostgreSQL a taker may pass a row that another holds and find nothing; none is taken twice.
    rest = iter(lambda: board.take([KIND]), None)
    keys += [job.key for job in rest if job is not None]
    assert sorted(keys) == sorted(str(number) for number in range(12))


def test_poison_is_put_aside_and_the_others_flow(
    board: JobBoard, clock: FixedClock, database: Runtime
) -> None:
    ask("poison")
    for _ in range(ATTEMPTS_AT_MOST):
        board.take([KIND])
        clock.advance(LEASE.total_seconds())
    ask("healthy")
    taken = board.take([KIND])

    assert taken is not None
    assert taken.key == "healthy"
    assert (job_in(database, "poison").state, job_in(database, "poison").reason) == ("failed", INTERRUPTED)


def test_a_failed_job_asked_for_again_is_tried_anew(board: JobBoard, database: Runtime) -> None:
    ask()
    taken = board.take([KIND])
    assert taken is not None
    board.fail(taken, "不行")
    ask()

    assert (job_in(database).state, job_in(database).attempts, job_in(database).reason) == (
        "waiting",
        0,
        None,
    )


def test_an_error_is_tried_again_later_and_later(
    board: JobBoard, clock: FixedClock, database: Runtime
) -> None:
    ask()
    pauses = []
    for _ in range(ATTEMPTS_AT_MOST - 1):
        taken = board.take([KIND])
        assert taken is not None
        board.try_again(taken)
        pause = (job_in(database).due_at - clock.now()).total_seconds()
        pauses.append(pause)
        clock.advance(pause)

    assert pauses == [5, 20, 80, 300]


def test_an_error_that_stays_fails_the_job_in_the_end(
    board: JobBoard, clock: FixedClock, database: Runtime
) -> None:
    ask()
    for _ in range(ATTEMPTS_AT_MOST):
        taken = board.take([KIND])
        assert taken is not None
        board.try_again(taken)
        clock.advance(300)

    assert (job_in(database).state, job_in(database).reason) == ("failed", UNSUCCESSFUL)


def test_a_job_given_back_in_good_order_has_lost_no_attempt(board: JobBoard, database: Runtime) -> None:
    ask()
    taken = board.take([KIND])
    assert taken is not None
    board.give_back(taken)

    assert (job_in(database).state, job_in(database).attempts) == ("waiting", 0)


def test_a_look_tells_whether_anything_is_due(database: Runtime, clock: FixedClock, board: JobBoard) -> None:
    ask()
    with database.sessions() as session:
        before = is_due(session, [KIND], clock.now())
    board.take([KIND])
    with database.sessions() as session:
        after = is_due(session, [KIND], clock.now())

    assert (before, after) == (True, False)


def done_with(board: JobBoard, deed: Any, stopping: threading.Event | None = None) -> bool:
    """Let a worker do one job with deed."""
    return do_one(board, {KIND: deed}, stopping=stopping or threading.Event(), pulse_seconds=60)


def test_a_job_that_ends_well_is_done(board: JobBoard, database: Runtime) -> None:
    ask()
    done_with(board, lambda payload, progress: progress.report(40, "半路"))

    assert (job_in(database).state, job_in(database).percent) == ("done", 100)


def test_progress_is_seen_while_the_job_runs(board: JobBoard, database: Runtime) -> None:
    seen: list[tuple[int, str]] = []

    def deed(_payload: Mapping[str, Any], progress: Progress) -> None:
        progress.report(40, "半路")
        seen.append((job_in(database).percent, job_in(database).step))

    ask()
    done_with(board, deed)

    assert seen == [(40, "半路")]


def test_progress_never_steps_back(board: JobBoard, database: Runtime) -> None:
    seen: list[int] = []

    def deed(_payload: Mapping[str, Any], progress: Progress) -> None:
        for percent, step in ((40, "一"), (10, "二"), (60, "三")):
            progress.report(percent, step)
            seen.append(job_in(database).percent)

    ask()
    done_with(board, deed)

    assert seen == [40, 40, 60]


def test_a_reason_is_kept_for_people(board: JobBoard, database: Runtime) -> None:
    def deed(_payload: Mapping[str, Any], _progress: Progress) -> None:
        raise JobFailedError("视频已损坏。")

    ask()
    done_with(board, deed)

    assert (job_in(database).state, job_in(database).reason) == ("failed", "视频已损坏。")


def test_any_other_error_leaves_the_worker_alive_and_the_job_waiting(
    board: JobBoard, database: Runtime
) -> None:
    def deed(_payload: Mapping[str, Any], _progress: Progress) -> None:
        raise ZeroDivisionError

    ask()
    done_with(board, deed)

    assert (job_in(database).state, job_in(database).attempts) == ("waiting", 1)


def test_a_cancelled_job_stops_at_its_next_report(board: JobBoard, database: Runtime) -> None:
    reached: list[str] = []

    def deed(_payload: Mapping[str, Any], progress: Progress) -> None:
        with unit_of_work() as uow:
            cancel(uow, KIND, "a")
            uow.commit()
        progress.report(50, "取消之后")
        reached.append("after the report")

    ask()
    done_with(board, deed)

    assert (reached, job_in(database).state) == ([], "cancelled")


def test_what_has_ended_cannot_be_cancelled(board: JobBoard, database: Runtime) -> None:
    ask()
    done_with(board, lambda payload, progress: None)
    with unit_of_work() as uow:
        cancelled = cancel(uow, KIND, "a")

    assert not cancelled


def test_a_stopping_worker_gives_its_job_back(board: JobBoard, database: Runtime) -> None:
    stopping = threading.Event()

    def deed(_payload: Mapping[str, Any], progress: Progress) -> None:
        stopping.set()
        progress.report(50, "还没完")

    ask()
    done_with(board, deed, stopping)

    assert (job_in(database).state, job_in(database).attempts) == ("waiting", 0)


def test_a_stopping_worker_takes_nothing_new(board: JobBoard, database: Runtime) -> None:
    stopping = threading.Event()
    stopping.set()
    ask()

    assert not done_with(board, lambda payload, progress: None, stopping)


def test_a_long_silent_step_keeps_its_lease_by_the_pulse(
    board: JobBoard, clock: FixedClock, database: Runtime
) -> None:
    def deed(payload: Mapping[str, Any], progress: Progress) -> None:
        before = job_in(database).due_at
        clock.advance(LEASE.total_seconds() - 1)
        deadline = threading.Event()
        for _ in range(200):
            if job_in(database).due_at > before:
                return
            deadline.wait(0.05)
        raise JobFailedError("no pulse")

    ask()
    do_one(board, {KIND: deed}, stopping=threading.Event(), pulse_seconds=0.05)

    assert job_in(database).state == "done"


def test_stopping_is_a_way_of_losing_the_lease() -> None:
    assert issubclass(WorkerStoppingError, LeaseLostError)
