"""Does jobs: one after the other, with a pulse that keeps the lease while a step takes long.

Knows how an attempt may end (done, failed with a reason, an error, lost,
stopped) and what the board is told then. Knows nothing of Celery or Flask.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

from app.kernel.jobs import JobBoard, TakenJob
from app.sdk.tasks import JobFailedError, JobHandler, LeaseLostError

log = logging.getLogger(__name__)

PULSE_SECONDS = 15.0
SHOWN_EVERY_SECONDS = 1.0


class WorkerStoppingError(LeaseLostError):
    """The worker is asked to stop: leave everything as it is, the job goes back to the board."""


class BoardProgress:
    """The progress of one taken job: written to the board, at most once a second."""

    def __init__(self, board: JobBoard, taken: TakenJob, stopping: threading.Event) -> None:
        self._board = board
        self._taken = taken
        self._stopping = stopping
        self._lost = threading.Event()
        self._ended = threading.Event()
        self._percent = 0
        self._step = ""
        self._shown_at = float("-inf")

    def report(self, percent: int, step: str) -> None:
        """Show progress and renew the lease. Raises LeaseLostError, also when the worker is to stop."""
        if self._stopping.is_set():
            raise WorkerStoppingError("the worker stops")
        if self._lost.is_set():
            raise LeaseLostError(f"job {self._taken.id} is no longer ours")
        # People see progress, never a step back.
        percent = max(self._percent, min(percent, 100))
        now = time.monotonic()
        if step == self._step and now - self._shown_at < SHOWN_EVERY_SECONDS:
            return
        self._percent, self._step, self._shown_at = percent, step, now
        self._board.renew(self._taken, percent=percent, step=step)

    def pulse(self, every_seconds: float) -> None:
        """Renew the lease until ended, for steps that report nothing for a long time."""
        while not self._ended.wait(every_seconds):
            try:
                self._board.renew(self._taken)
            except LeaseLostError:
                self._lost.set()
                return
            except Exception:
                log.warning("the lease of job %s could not be renewed", self._taken.id, exc_info=True)

    def end(self) -> None:
        """Stop the pulse."""
        self._ended.set()


def do_one(
    board: JobBoard,
    handlers: Mapping[str, JobHandler],
    *,
    stopping: threading.Event,
    pulse_seconds: float = PULSE_SECONDS,
) -> bool:
    """Take one job and do it; return whether there was one."""
    taken = None if stopping.is_set() else board.take(handlers.keys())
    if taken is None:
        return False
    progress = BoardProgress(board, taken, stopping)
    pulse = threading.Thread(
        target=progress.pulse, args=(pulse_seconds,), name=f"pulse-{taken.id[:8]}", daemon=True
    )
    pulse.start()
    try:
        _settle(board, taken, lambda: handlers[taken.kind](taken.payload, progress))
    except LeaseLostError:
        log.warning("job %s (%s) was lost to another worker or cancelled", taken.id, taken.kind)
    finally:
        progress.end()
        pulse.join()
    return True


def _settle(board: JobBoard, taken: TakenJob, attempt: Callable[[], None]) -> None:
    """Make the attempt and tell the board how it ended. Raises LeaseLostError if it may tell nothing."""
    log.info("job %s (%s %s) begins, attempt %s", taken.id, taken.kind, taken.key, taken.attempt)
    try:
        attempt()
    except WorkerStoppingError:
        log.info("job %s goes back: the worker stops", taken.id)
        board.give_back(taken)
    except LeaseLostError:
        raise
    except JobFailedError as error:
        log.warning("job %s failed: %s", taken.id, error)
        board.fail(taken, str(error))
    except Exception:
        # Whatever it was, the worker lives and the job is tried again, a bounded number of times.
        log.exception("job %s (%s) met an error, attempt %s", taken.id, taken.kind, taken.attempt)
        board.try_again(taken)
    else:
        log.info("job %s is done", taken.id)
        board.finish(taken)
