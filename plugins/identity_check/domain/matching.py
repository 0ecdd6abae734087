"""What a likeness means, and what an answer of several frames comes to.

A machine may confirm or decline to confirm. Between the two limits it says
"another picture, please": the borderline is nobody's fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite


class Decision(StrEnum):
    """What comes of one picture, or of one answer."""

    MATCH = "match"
    NO_MATCH = "no_match"
    RETRY = "retry"
    REVIEW = "review"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class MatchPolicy:
    """Cosine limits of one profile.

    For YuNet and SFace: East-Asian pairs at 0.45 gave 0.026 % false accepts
    and 1.4 % false rejects. To be recalibrated on a local, consented pilot.
    """

    match_from: float = 0.45
    retry_from: float = 0.36

    def __post_init__(self) -> None:
        if not -1 <= self.retry_from <= self.match_from <= 1:
            raise ValueError("limits must satisfy -1 <= retry_from <= match_from <= 1")

    def judge(self, likeness: float | None) -> Decision:
        """Return the decision for one likeness; a number that is none decides nothing."""
        if likeness is None or not isfinite(likeness):
            return Decision.UNAVAILABLE
        if likeness >= self.match_from:
            return Decision.MATCH
        return Decision.RETRY if likeness >= self.retry_from else Decision.NO_MATCH


@dataclass(frozen=True, slots=True)
class FrameVerdict:
    """One frame's decision and the codes that explain it."""

    decision: Decision
    codes: tuple[str, ...] = ()


def answer_verdict(frames: Sequence[FrameVerdict]) -> FrameVerdict:
    """Return the verdict over all frames of one answer.

    One frame of somebody else spoils the answer: otherwise every further frame
    would be another chance to be mistaken for the trainee. Frames too poor to
    compare are passed over if another frame matched.
    """
    for decision in (Decision.NO_MATCH, Decision.MATCH, Decision.RETRY, Decision.UNAVAILABLE):
        chosen = [frame for frame in frames if frame.decision is decision]
        if chosen:
            codes = dict.fromkeys(code for frame in chosen for code in frame.codes)
            return FrameVerdict(decision, tuple(codes))
    return FrameVerdict(Decision.RETRY, ("NO_PICTURE",))
