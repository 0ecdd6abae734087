"""What a record store's answer means for what was sent.

The response table, pure: an answer in, a verdict out. Only the exact list of
ids that was sent is believed; whatever leaves doubt is asked again with the
same ids and bytes. See docs/outbox.md for the table with its reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import orjson

from app.sdk.xapi import digest

LONGEST_WAIT_SECONDS = 60.0
LONGEST_ASKED_WAIT_SECONDS = 3_600.0
PAUSE_SECONDS = 60.0
ISOLATED_AFTER = 3
"""After so many tries of a batch it is halved: one of its messages may be what upsets the receiver."""
PARKED_AFTER = 20
"""After so many 5xx for one message alone it is put aside, if the receiver takes others meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. status None: nothing did, and trouble says why."""

    status: int | None
    body: bytes = b""
    retry_after_seconds: float | None = None
    trouble: str = ""

    @property
    def text(self) -> str:
        """What is kept of it for people."""
        return self.trouble or self.body[:2_000].decode("utf-8", "replace").replace("\x00", "")


@dataclass(frozen=True, slots=True)
class Delivered:
    """Stored, beyond doubt."""


@dataclass(frozen=True, slots=True)
class Split:
    """The batch was refused as a whole: ask again with at most this many together."""

    together: int


@dataclass(frozen=True, slots=True)
class Compare:
    """The id is known there: fetch what is stored and compare."""


@dataclass(frozen=True, slots=True)
class Dead:
    """The receiver will never take this one."""

    reason: str


@dataclass(frozen=True, slots=True)
class Pause:
    """The receiver refuses us, not the message: a person has to act; ask rarely."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Nobody knows whether it arrived: the same again after a while."""

    reason: str
    asked_seconds: float | None = None
    together: int | None = None


Verdict = Delivered | Split | Compare | Dead | Pause | Later


def judged(answer: Answer, sent_ids: Sequence[str], *, attempts: int, receiver_well: bool) -> Verdict:
    """Return what answer means for a POST of sent_ids.

    attempts counts this one; receiver_well: it has taken other messages lately.
    """
    alone = len(sent_ids) == 1
    half = max(1, len(sent_ids) // 2)
    match answer.status:
        case None:
            return _unknown(answer, sent_ids, attempts, answer.trouble)
        case 200 if _names_exactly(answer.body, sent_ids):
            return Delivered()
        case 200 | 202 | 206:
            return _unknown(answer, sent_ids, attempts, "the answer is not the list of ids that were sent")
        # 204 says "nothing new", which is no list of ids: look what is really there. 409 likewise.
        case 204 | 409:
            return Compare() if alone else Split(half)
        case 400 | 422:
            return Dead(f"refused with {answer.status}") if alone else Split(half)
        case 413:
            return Dead("too large, even alone") if alone else Split(half)
        case 408 | 425 | 429:
            return Later(f"status {answer.status}", answer.retry_after_seconds)
        case status if status is not None and status >= 500:
            if alone and receiver_well and attempts >= PARKED_AFTER:
                return Dead(f"{answer.status} at every one of {attempts} tries, while others were taken")
            return _unknown(answer, sent_ids, attempts, f"status {answer.status}")
        case _:
            return Pause(PAUSE_SECONDS, f"status {answer.status}")


def compared(answer: Answer, body: bytes) -> Verdict:
    """Return what answer, to a GET of one statement, means for the body we would send."""
    match answer.status:
        case 200:
            stored = _statement(answer.body)
            if stored is None:
                return Later("the answer is no statement")
            same = digest(stored) == digest(orjson.loads(body))
            return Delivered() if same else Dead("another statement is stored under this id")
        case 401:
            return Pause(PAUSE_SECONDS, "status 401")
        case 403:
            return Dead("the id is taken there, and we may not read what is stored under it")
        case _:
            return Later(answer.trouble or f"status {answer.status} to a question about one id")


def waiting_seconds(failures: int, *, asked: float | None, rng: Random) -> float:
    """Return how long to wait after so many failures in a row: doubling, with jitter, as asked if longer."""
    doubled = min(LONGEST_WAIT_SECONDS, 2.0 ** min(max(failures, 1) - 1, 10))
    wait = doubled * rng.uniform(0.5, 1.0)
    return max(wait, min(max(asked or 0.0, 0.0), LONGEST_ASKED_WAIT_SECONDS))


def _unknown(answer: Answer, sent_ids: Sequence[str], attempts: int, reason: str) -> Later:
    isolate = len(sent_ids) > 1 and attempts >= ISOLATED_AFTER
    return Later(reason, answer.retry_after_seconds, len(sent_ids) // 2 if isolate else None)


def _names_exactly(body: bytes, sent_ids: Sequence[str]) -> bool:
    try:
        named = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        return False
    return sorted(name.lower() for name in named) == sorted(sent_ids)


def _statement(body: bytes) -> dict[str, object] | None:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return said if isinstance(said, dict) and "actor" in said and "verb" in said else None
