"""A beat as the domain understands it: checked numbers, nothing believed yet.

It knows what a well-formed claim is. What a claim is worth stands in playback.py;
who may send it, and whether it was sent before, is for the caller to know.
"""

import math
from dataclasses import dataclass

LONGEST_MS = 10**12
"""Thirty years of film: nothing true is longer, and sums stay far below 64 bits."""


class BeatError(ValueError):
    """The numbers of a beat cannot be a claim of play."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """Media [from_ms, to_ms) was played at rate, in a visible page or not.

    An empty claim is a sign of life of a paused player. `client_ms` is the
    device's own clock (since 1970), if it told: noted, never used.
    """

    seq: int
    from_ms: int
    to_ms: int
    rate: float = 1.0
    visible: bool = True
    client_ms: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.seq < 2**53:
            raise BeatError(f"seq must lie between 0 and 2^53, not {self.seq}")
        if not 0 <= self.from_ms <= self.to_ms <= LONGEST_MS:
            raise BeatError(f"played must run forward from 0 or later, not [{self.from_ms}, {self.to_ms}] ms")
        if not (math.isfinite(self.rate) and 0 <= self.rate <= 1000):
            raise BeatError(f"rate must lie between 0 and 1000, not {self.rate}")

    @property
    def body(self) -> str:
        """Return what must be equal for two beats of one seq to be the same beat.

        The device's clock is left out: sending again later is no other claim.
        """
        return f"{self.from_ms}-{self.to_ms} x{float(self.rate)!r} {'seen' if self.visible else 'hidden'}"
