"""What a record store's answer means: the response table, line by line."""

from __future__ import annotations

from random import Random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.xapi_feed.domain.answers import (
    LONGEST_ASKED_WAIT_SECONDS,
    LONGEST_WAIT_SECONDS,
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

ONE = ["11111111-1111-4111-8111-111111111111"]
FOUR = [f"11111111-1111-4111-8111-11111111111{digit}" for digit in range(4)]
SENT = {"id": ONE[0], "actor": {"mbox": "mailto:a@b.example"}, "verb": {"id": "v:v"}, "object": {"id": "o:o"}}


def verdict(
    status: int | None,
    ids: list[str],
    body: bytes = b"",
    *,
    attempts: int = 1,
    well: bool = True,
) -> Verdict:
    answer = Answer(status=status, body=body, trouble="" if status else "ReadTimeout")
    return judged(answer, ids, attempts=attempts, receiver_well=well)


def test_the_list_of_the_sent_ids_means_delivered() -> None:
    assert verdict(200, FOUR, orjson.dumps(FOUR)) == Delivered()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"OK",
        b"<html>",
        b"{}",
        b"[]",
        b"[1]",
        orjson.dumps(FOUR[:3]),
        orjson.dumps([*FOUR, ONE[0]]),
        orjson.dumps(FOUR)[:-1],
        b"null",
    ],
)
def test_any_other_200_leaves_doubt(body: bytes) -> None:
    assert isinstance(verdict(200, FOUR, body), Later)


@pytest.mark.parametrize("status", [400, 409, 413, 204, 422])
def test_a_refused_batch_is_halved(status: int) -> None:
    assert verdict(status, FOUR) == Split(2)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_statement_refused_alone_is_dead(status: int) -> None:
    assert isinstance(verdict(status, ONE), Dead)


@pytest.mark.parametrize("status", [204, 409])
def test_a_known_id_is_compared(status: int) -> None:
    assert verdict(status, ONE) == Compare()


@pytest.mark.parametrize("status", [401, 403, 404, 301, 302, 307, 405, 415])
def test_a_refusal_of_us_pauses_the_destination_for_a_minute(status: int) -> None:
    assert verdict(status, FOUR) == Pause(60.0, f"status {status}")


@pytest.mark.parametrize("status", [None, 408, 425, 429, 500, 502, 503, 504, 599])
def test_trouble_on_the_way_leaves_doubt(status: int | None) -> None:
    assert isinstance(verdict(status, FOUR), Later)


def test_a_batch_that_fails_again_and_again_is_halved_to_find_the_culprit() -> None:
    assert verdict(500, FOUR, attempts=3) == Later("status 500", None, 2)


def test_a_statement_that_always_breaks_the_receiver_is_parked() -> None:
    assert isinstance(verdict(500, ONE, attempts=20, well=True), Dead)


def test_nothing_is_parked_while_the_receiver_takes_nothing_at_all() -> None:
    assert isinstance(verdict(500, ONE, attempts=2_000, well=False), Later)


def test_silence_never_kills_a_statement() -> None:
    assert isinstance(verdict(None, ONE, attempts=2_000, well=True), Later)


def test_an_equal_stored_statement_is_delivered() -> None:
    stored = {**SENT, "stored": "2025-10-20T10:00:00Z", "authority": {"mbox": "mailto:s@b.example"}}
    assert compared(Answer(status=200, body=orjson.dumps(stored)), orjson.dumps(SENT)) == Delivered()


def test_a_different_stored_statement_is_a_dead_letter() -> None:
    stored = {**SENT, "verb": {"id": "v:w"}}
    assert isinstance(compared(Answer(status=200, body=orjson.dumps(stored)), orjson.dumps(SENT)), Dead)


@pytest.mark.parametrize(
    ("status", "body"), [(404, b""), (500, b""), (200, b"<html>"), (200, b"[]"), (None, b"")]
)
def test_a_comparison_without_an_answer_is_repeated(status: int | None, body: bytes) -> None:
    assert isinstance(compared(Answer(status=status, body=body), orjson.dumps(SENT)), Later)


@given(
    st.integers(0, 10_000),
    st.none() | st.floats(allow_nan=False, allow_infinity=True),
    st.randoms(use_true_random=False),
)
def test_the_wait_is_bounded_and_never_negative(failures: int, asked: float | None, rng: Random) -> None:
    wait = waiting_seconds(failures, asked=asked, rng=rng)
    assert 0 < wait <= max(LONGEST_WAIT_SECONDS, LONGEST_ASKED_WAIT_SECONDS)


@given(st.sampled_from([None, *range(100, 600)]), st.binary(max_size=200), st.integers(1, 60))
def test_every_answer_has_a_verdict(status: int | None, body: bytes, count: int) -> None:
    ids = [f"11111111-1111-4111-8111-{number:012d}" for number in range(count)]
    assert verdict(status, ids, body) is not None


@given(st.sampled_from([None, *range(100, 600)]), st.binary(max_size=200))
def test_only_the_right_list_counts_as_delivered(status: int | None, body: bytes) -> None:
    assert verdict(status, FOUR, body) != Delivered()
