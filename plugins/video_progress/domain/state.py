"""The state of one playback: what a server must remember between two beats.

Values only; what happens to them stands in playback.py (beats) and challenge.py
(checks). All times are integer milliseconds: media positions from the start of
the film, server times since 1970. A state is as small as a database row should
be, and writes itself as plain lists with server times relative to the open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from plugins.video_progress.domain.intervals import Spans
from plugins.video_progress.domain.pieces import Claim, Piece, Pieces

Ended = Literal["", "closed", "replaced"]
FORMAT = 1


class StateError(ValueError):
    """A stored state cannot be read: it was not written by this module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """An open check: when it was issued, when the present attempt began, how many are lost."""

    issued_ms: int
    attempt_from_ms: int
    lost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackState:
    """One playback of one lesson by one person.

    `listening_from_ms`: server time counts from here; None while a challenge is open.
    `elapsed`: server time since the last accepted beat that a challenge interrupted.
    `reach_ms`: what is left of g for further beats of the same delivery (rule 4).
    `carry`: claimed media that waits for the next beat's allowance (rule 5).
    `pending`: seen and not yet confirmed, in the order of server time.
    """

    opened_ms: int
    furthest_ms: int
    listening_from_ms: int | None
    elapsed: Spans = ()
    allowance: Spans = ()
    reach_ms: int = 0
    carry: tuple[Claim, ...] = ()
    pending: Pieces = ()
    challenge: Challenge | None = None
    ended: Ended = ""

    def to_json(self) -> list[Any]:
        """Return the state as plain lists."""
        start = self.opened_ms
        asked = self.challenge
        return [
            FORMAT,
            start,
            self.furthest_ms,
            None if self.listening_from_ms is None else self.listening_from_ms - start,
            _flat((left - start, right - start) for left, right in self.elapsed),
            _flat((left - start, right - start) for left, right in self.allowance),
            self.reach_ms,
            _flat((claim.media_from, claim.media_to, int(claim.visible)) for claim in self.carry),
            _flat((piece.media_from, piece.media_to, piece.server_from - start) for piece in self.pending),
            asked and [asked.issued_ms - start, asked.attempt_from_ms - start, asked.lost],
            self.ended,
        ]

    @classmethod
    def from_json(cls, stored: Sequence[Any]) -> Self:
        """Return the state that to_json wrote. Raises StateError."""
        if not stored or stored[0] != FORMAT:
            raise StateError(f"playback state is not of format {FORMAT}: {stored!r:.80}")
        _, start, furthest, listening, elapsed, allowance, reach, carry, pending, asked, ended = stored
        return cls(
            opened_ms=start,
            furthest_ms=furthest,
            listening_from_ms=None if listening is None else listening + start,
            elapsed=tuple((left + start, right + start) for left, right in _rows(elapsed, 2)),
            allowance=tuple((left + start, right + start) for left, right in _rows(allowance, 2)),
            reach_ms=reach,
            carry=tuple(Claim(left, right, bool(seen)) for left, right, seen in _rows(carry, 3)),
            pending=tuple(Piece(left, right, at + start) for left, right, at in _rows(pending, 3)),
            challenge=asked
            and Challenge(issued_ms=asked[0] + start, attempt_from_ms=asked[1] + start, lost=asked[2]),
            ended=ended,
        )


def _flat(rows: Iterable[tuple[int, ...]]) -> list[int]:
    return [number for row in rows for number in row]


def _rows(flat: Sequence[int], width: int) -> Iterable[Sequence[int]]:
    if len(flat) % width:
        raise StateError(f"{len(flat)} numbers do not make rows of {width}")
    return (flat[at : at + width] for at in range(0, len(flat), width))
