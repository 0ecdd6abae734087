"""What a process counts of itself: counters and durations, read by the monitoring.

Declared once, as constants of the module that counts; a counter begins at 0
with the process, as Prometheus expects, and is no record of anything: facts
have rows. Labels are few and small (a code, a status): never an id, a name or
an address. How they are written, app.kernel.metrics knows.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

LABEL_SETS_AT_MOST = 500
OTHER = "other"
_NAME = re.compile(r"anxue_[a-z0-9_]+")

DURATION_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """One line: a suffix of the name ("" for most), labels and a value."""

    suffix: str
    labels: tuple[tuple[str, str], ...]
    value: float


class Metric:
    """What counters and durations have in common: a name that exists once, a sentence, labels."""

    kind: str

    def __init__(self, name: str, meaning: str, labels: tuple[str, ...] = ()) -> None:
        if not _NAME.fullmatch(name):
            raise ValueError(f"a metric is called anxue_…: {name!r}")
        self.name, self.meaning, self.labels = name, meaning, labels
        self._lock = threading.Lock()
        with _all_lock:
            if name in _all:
                raise ValueError(f"the metric {name} exists twice")
            _all[name] = self

    def samples(self) -> Iterator[Sample]:
        """Yield what was counted until now."""
        raise NotImplementedError

    def _key(self, given: dict[str, str], known: int) -> tuple[str, ...]:
        if given.keys() != set(self.labels):
            raise ValueError(f"{self.name} has the labels {self.labels}, not {tuple(given)}")
        if known >= LABEL_SETS_AT_MOST:
            # Whatever invents label values from outside must not fill the memory.
            return (OTHER,) * len(self.labels)
        return tuple(given[label] for label in self.labels)

    def _named(self, key: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        return tuple(zip(self.labels, key, strict=True))


class Counter(Metric):
    """Something that only grows."""

    kind = "counter"

    def __init__(self, name: str, meaning: str, labels: tuple[str, ...] = ()) -> None:
        super().__init__(name, meaning, labels)
        self._values: dict[tuple[str, ...], float] = {} if labels else {(): 0}

    def add(self, amount: float = 1, **labels: str) -> None:
        """Count amount more."""
        if amount < 0:
            raise ValueError(f"{self.name} cannot shrink")
        with self._lock:
            key = self._key(labels, len(self._values))
            self._values[key] = self._values.get(key, 0) + amount

    def samples(self) -> Iterator[Sample]:
        with self._lock:
            values = sorted(self._values.items())
        for key, value in values:
            yield Sample("", self._named(key), value)


class Durations(Metric):
    """How long something took, in seconds, in buckets up to DURATION_BOUNDS."""

    kind = "histogram"

    def __init__(self, name: str, meaning: str, labels: tuple[str, ...] = ()) -> None:
        super().__init__(name, meaning, labels)
        self._counts: dict[tuple[str, ...], list[int]] = {}
        self._seconds: dict[tuple[str, ...], float] = {}

    def observe(self, seconds: float, **labels: str) -> None:
        """Count one duration."""
        with self._lock:
            key = self._key(labels, len(self._counts))
            counts = self._counts.setdefault(key, [0] * (len(DURATION_BOUNDS) + 1))
            counts[bisect_left(DURATION_BOUNDS, seconds)] += 1
            self._seconds[key] = self._seconds.get(key, 0.0) + seconds

    def samples(self) -> Iterator[Sample]:
        with self._lock:
            held = sorted((key, tuple(counts), self._seconds[key]) for key, counts in self._counts.items())
        for key, counts, seconds in held:
            so_far = 0
            for bound, count in zip((*map(str, DURATION_BOUNDS), "+Inf"), counts, strict=True):
                so_far += count
                yield Sample("_bucket", (*self._named(key), ("le", bound)), so_far)
            yield Sample("_sum", self._named(key), seconds)
            yield Sample("_count", self._named(key), so_far)


_all: dict[str, Metric] = {}
_all_lock = threading.Lock()


def all_metrics() -> tuple[Metric, ...]:
    """Return every metric that was declared in this process, by name."""
    with _all_lock:
        return tuple(_all[name] for name in sorted(_all))
