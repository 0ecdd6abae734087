"""The shapes of the HTTP interface of playing. Positions and durations are seconds."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, FiniteFloat

from app.sdk.web import Body

MOST_BEATS = 200

# 10^9 s is thirty years of film: nothing true is longer, and no arithmetic overflows.
MediaSeconds = Annotated[FiniteFloat, Field(ge=0, le=1e9)]


class OpenRequest(Body):
    """The lesson to be played."""

    lesson_id: str = Field(min_length=1, max_length=64)


class BeatItem(Body):
    """Media [from, to) in seconds was played, at a rate, in a visible page or not."""

    seq: int = Field(ge=0, lt=2**53)
    played: tuple[MediaSeconds, MediaSeconds]
    rate: Annotated[FiniteFloat, Field(ge=0, le=1000)] = 1.0
    visible: bool = True


class BeatsRequest(Body):
    """The playback's ticket and its beats, oldest first."""

    ticket: str = Field(max_length=500)
    beats: list[BeatItem] = Field(max_length=MOST_BEATS)


class ChallengeItem(BaseModel):
    """An open check: answer it with the nonce, within expires_in seconds."""

    id: str
    kind: str
    nonce: str
    attempt: int
    attempts_left: int
    expires_in: float
    methods: list[str]


class OpenedPlayback(BaseModel):
    """A playback that has begun; positions in seconds."""

    id: str
    ticket: str
    resume_at: float
    furthest: float
    manifest_url: str
    beat_seconds: float
    media_seconds: float
    complete: bool


class BeatsAnswer(BaseModel):
    """How many beats were accepted, what was noted, and what it came to."""

    accepted: int
    codes: list[str]
    pending_seconds: float
    checked_seconds: float
    furthest: float
    challenge: ChallengeItem | None


class PlaybackAnswer(BaseModel):
    """A playback as the server sees it. state is open, closed, replaced or lost."""

    id: str
    state: str
    resume_at: float
    furthest: float
    pending_seconds: float
    checked_seconds: float
    complete: bool
    challenge: ChallengeItem | None


class MethodItem(BaseModel):
    """A way to answer; reason says why it is closed."""

    name: str
    label: str
    available: bool
    reason: str | None


class ChallengeAnswer(BaseModel):
    """An open check with its ways to answer and what the page shows for each."""

    id: str
    kind: str
    nonce: str
    attempt: int
    attempts_left: int
    expires_in: float
    methods: list[MethodItem]
    prompts: dict[str, Any]


class ReasonItem(BaseModel):
    """Why an answer did not pass."""

    code: str
    text: str


class AnswerResult(BaseModel):
    """passed, failed (an attempt is lost) or retry (none is lost). nonce is for the next attempt."""

    result: str
    reasons: list[ReasonItem]
    attempts_left: int
    nonce: str | None
    expires_in: float | None


class EndCheckAnswer(BaseModel):
    """The check that confirms what is pending."""

    challenge: ChallengeItem
