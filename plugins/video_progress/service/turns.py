"""Group commit: whoever comes while a batch is being committed belongs to the next one.

No thread of its own: the first request that waits leads. It takes everything
that waits by then, commits it, wakes the others, and hands the lead to the
first of those who came meanwhile. So a lone request goes at once, and the more
there are, the larger the batches. Knows nothing of what is committed.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from app.sdk.errors import UnavailableError

MOST_WAITING = 2000
MOST_TOGETHER = 256
WAITS_SECONDS = 4.0
"""Less than the five seconds after which nobody believes in an answer."""

T = TypeVar("T")
R = TypeVar("R")


class _Waiting(Generic[T, R]):
    """One request on its way. Its lock is held until there is something to do for it."""

    __slots__ = ("asked", "error", "leads", "result", "settled", "woken")

    def __init__(self, asked: T) -> None:
        self.asked = asked
        self.woken = threading.Lock()
        self.woken.acquire()
        self.leads = False
        self.settled = False
        self.result: R | None = None
        self.error: BaseException | None = None


class Turns(Generic[T, R]):
    """Commits what threads ask for, many at a time; commit returns a result for each, in order."""

    def __init__(
        self,
        commit: Callable[[Sequence[T]], Sequence[R]],
        *,
        linger_ms: int = 0,
        most_waiting: int = MOST_WAITING,
        waits_seconds: float = WAITS_SECONDS,
    ) -> None:
        self._commit = commit
        self._linger_seconds = linger_ms / 1000
        self._most_waiting = most_waiting
        self._waits_seconds = waits_seconds
        self._lock = threading.Lock()
        self._queue: deque[_Waiting[T, R]] = deque()
        self._led = False

    def __len__(self) -> int:
        """Return how many wait to be taken into a batch."""
        return len(self._queue)

    def take(self, asked: T) -> R:
        """Return the result for asked once it is committed.

        Raises UnavailableError when too many wait or it takes too long, and
        whatever commit raised; it is unknown then whether asked was committed.
        """
        mine: _Waiting[T, R] = _Waiting(asked)
        with self._lock:
            if len(self._queue) >= self._most_waiting:
                raise UnavailableError(retry_after_seconds=5)
            self._queue.append(mine)
            mine.leads, self._led = not self._led, True
        if not mine.leads and not mine.woken.acquire(timeout=self._waits_seconds):
            self._give_up(mine)
        if mine.leads and not mine.settled:
            self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.result  # type: ignore[return-value]  # settled without an error: there is a result

    def _lead(self) -> None:
        if self._linger_seconds:
            time.sleep(self._linger_seconds)
        with self._lock:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), MOST_TOGETHER))]
        try:
            results = self._commit([waiting.asked for waiting in batch])
            for waiting, result in zip(batch, results, strict=True):
                waiting.result = result
        except BaseException as error:  # noqa: BLE001 - everybody in the batch must hear of it, then it goes on
            for waiting in batch:
                waiting.error = error
        for waiting in batch:
            waiting.settled = True
        # The next leader first: its commit can begin while the others write their answers.
        with self._lock:
            self._pass_on()
        for waiting in batch:
            waiting.woken.release()

    def _pass_on(self) -> None:
        self._led = bool(self._queue)
        if self._queue:
            self._queue[0].leads = True
            self._queue[0].woken.release()

    def _give_up(self, mine: _Waiting[T, R]) -> None:
        with self._lock:
            if mine in self._queue:
                leads = mine.leads
                self._queue.remove(mine)
                if leads:  # it was handed the lead in the very moment it gave up
                    self._pass_on()
                raise UnavailableError(retry_after_seconds=5)
        if not mine.settled:
            raise UnavailableError(retry_after_seconds=5)
