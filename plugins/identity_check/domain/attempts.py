"""What one judged answer does to an attempt.

A picture that cannot be judged lets the trainee take another one within the
same window, but not for ever: the fifth poor picture loses the attempt. A clear
stranger or a reused picture loses it at once.
"""

from typing import Literal

from plugins.identity_check.domain.matching import Decision, FrameVerdict

PICTURES_PER_ATTEMPT = 5

Outcome = Literal["passed", "failed", "retry"]


def outcome(verdict: FrameVerdict, *, retakes: int) -> tuple[Outcome, tuple[str, ...]]:
    """Return what becomes of the attempt and the codes that say why; retakes counts poor pictures before."""
    if verdict.decision is Decision.MATCH:
        return "passed", ()
    if verdict.decision is Decision.NO_MATCH:
        return "failed", verdict.codes
    if verdict.decision is Decision.RETRY and retakes + 1 >= PICTURES_PER_ATTEMPT:
        return "failed", (*verdict.codes, "TOO_MANY_RETAKES")
    return "retry", verdict.codes
