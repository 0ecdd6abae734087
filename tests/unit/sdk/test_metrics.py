"""Counters and durations of a process."""

from __future__ import annotations

import threading

import pytest

from app.sdk import metrics
from app.sdk.metrics import LABEL_SETS_AT_MOST, Counter, Durations, Sample


@pytest.fixture(autouse=True)
def _nothing_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_all", {})


def test_a_counter_adds_up_per_label() -> None:
    counter = Counter("anxue_test_total", "Test.", ("code",))
    counter.add(code="b")
    counter.add(2, code="a")
    counter.add(code="b")
    assert list(counter.samples()) == [Sample("", (("code", "a"),), 2), Sample("", (("code", "b"),), 2)]


def test_a_counter_without_labels_begins_at_nothing() -> None:
    assert list(Counter("anxue_test_total", "Test.").samples()) == [Sample("", (), 0)]


def test_a_counter_never_shrinks() -> None:
    counter = Counter("anxue_test_total", "Test.")
    with pytest.raises(ValueError, match="shrink"):
        counter.add(-1)


def test_no_count_is_lost_between_threads() -> None:
    counter = Counter("anxue_test_total", "Test.")

    def count() -> None:
        for _ in range(1000):
            counter.add()

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert next(counter.samples()).value == 8000


def test_a_duration_lies_in_every_bucket_that_is_long_enough() -> None:
    durations = Durations("anxue_test_seconds", "Test.")
    durations.observe(0.25)
    buckets = {dict(s.labels)["le"]: s.value for s in durations.samples() if s.suffix == "_bucket"}
    assert (buckets["0.1"], buckets["0.25"], buckets["5.0"], buckets["+Inf"]) == (0, 1, 1, 1)


def test_a_duration_beyond_all_bounds_is_counted_too() -> None:
    durations = Durations("anxue_test_seconds", "Test.")
    durations.observe(60)
    values = {(s.suffix, dict(s.labels).get("le")): s.value for s in durations.samples()}
    assert values["_bucket", "5.0"] == 0
    assert values["_bucket", "+Inf"] == values["_count", None] == 1
    assert values["_sum", None] == 60


def test_invented_labels_do_not_fill_the_memory() -> None:
    counter = Counter("anxue_test_total", "Test.", ("code",))
    for number in range(LABEL_SETS_AT_MOST + 50):
        counter.add(code=str(number))
    held = {dict(sample.labels)["code"]: sample.value for sample in counter.samples()}
    assert len(held) == LABEL_SETS_AT_MOST + 1
    assert held["other"] == 50


def test_a_name_exists_once() -> None:
    Counter("anxue_test_total", "Test.")
    with pytest.raises(ValueError, match="twice"):
        Counter("anxue_test_total", "Test.")


def test_unknown_labels_are_refused() -> None:
    counter = Counter("anxue_test_total", "Test.", ("code",))
    with pytest.raises(ValueError, match="labels"):
        counter.add(person="7")
