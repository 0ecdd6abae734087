"""Playback events as statements of the xAPI video profile 1.0.3.

One session per playback: `initialized` first, once; `paused` before
`terminated` if the video still ran; nothing of the session after `terminated`.
A session that began before the feed was switched on is initialized with the
first fact heard of it.
Source: xapi-authored-profiles, video/v1.0.3, statement_data_model.md.
"""

from __future__ import annotations

from app.sdk.events.playback import (
    LessonCompleted,
    PlaybackEnded,
    PlaybackEvent,
    PlaybackOpened,
    PlaybackPaused,
    PlaybackPlayed,
)
from plugins.xapi_feed.domain import vocabulary as word
from plugins.xapi_feed.domain.statements import Extensions, Result, Statement, Value, seconds
from plugins.xapi_feed.domain.surroundings import Surroundings
from plugins.xapi_feed.domain.viewing import Past, Segments, Viewing, progress, together, within, written

# A lesson is complete at 98 % (rules.md 5.2); the profile wants it said wherever it is not 1.
COMPLETION_THRESHOLD = 0.98


def video_statements(
    event: PlaybackEvent, around: Surroundings, *, viewing: Viewing | None, past: Past
) -> tuple[tuple[Statement, ...], Viewing]:
    """Return what event says in the profile's words, and the session after it."""
    begun: tuple[Statement, ...] = ()
    if viewing is None:
        viewing = Viewing(session_id=around.fresh_id())
        begun = (_initialized(event, around, viewing),)
    told, after = _told(event, around, viewing, past)
    return (*begun, *told), after


def _told(
    event: PlaybackEvent, around: Surroundings, viewing: Viewing, past: Past
) -> tuple[tuple[Statement, ...], Viewing]:
    at = min(event.happened_at, around.now)
    match event:
        case LessonCompleted():
            return (_completed(event, around, viewing, past),), viewing
        case PlaybackOpened():
            return (), viewing
        case _ if viewing.over:
            return (), viewing
        case PlaybackPlayed():
            return (_played(event, around, viewing),), viewing.playing(at)
        case PlaybackPaused():
            after = viewing.standing(at, event.watched)
            told = (_at_rest(word.PAUSED, event, around, after, past),)
            return (told if viewing.playing_since else ()), after
        case PlaybackEnded():
            after = viewing.standing(at, event.watched).ended()
            verbs = (word.PAUSED, word.TERMINATED) if viewing.playing_since else (word.TERMINATED,)
            return tuple(_at_rest(verb, event, around, after, past) for verb in verbs), after
        case _:
            return (), viewing


def _initialized(event: PlaybackEvent, around: Surroundings, viewing: Viewing) -> Statement:
    """Return the statement whose id is the session's: random, for the profile's schema asks for version 4."""
    return around.about_video(
        word.INITIALIZED,
        event.happened_at,
        context=_session(event, viewing.session_id, threshold=True),
        result=None,
        statement_id=viewing.session_id,
    )


def _played(event: PlaybackPlayed, around: Surroundings, viewing: Viewing) -> Statement:
    return around.about_video(
        word.PLAYED,
        event.happened_at,
        context=_session(event, viewing.session_id, threshold=False),
        result=Result(extensions={word.TIME: seconds(min(event.position_ms, event.lesson_ms))}),
        statement_id=around.fresh_id(),
    )


def _at_rest(
    verb: str,
    event: PlaybackPaused | PlaybackEnded,
    around: Surroundings,
    viewing: Viewing,
    past: Past,
) -> Statement:
    seen = together(past.watched, viewing.watched)
    return around.about_video(
        verb,
        event.happened_at,
        context=_session(event, viewing.session_id, threshold=True),
        result=Result(extensions=_seen(event.position_ms, seen, event.lesson_ms)),
        statement_id=around.fresh_id(),
    )


def _completed(event: LessonCompleted, around: Surroundings, viewing: Viewing, past: Past) -> Statement:
    """Return `completed`; after the end of the session (a late review) it stands outside of it."""
    seen = together(past.watched, viewing.watched, event.checked)
    spent_ms = past.spent_ms + viewing.spent_until(min(event.happened_at, around.now))
    # Play is heard of with its first beat, after it began; nobody sees a video in less than its length.
    seen_ms = sum(end - start for start, end in within(seen, event.lesson_ms))
    last_ms = max((end for _, end in event.checked), default=event.lesson_ms)
    return around.about_video(
        word.COMPLETED,
        event.happened_at,
        context=_session(event, None if viewing.over else viewing.session_id, threshold=True),
        result=Result(
            completion=True,
            duration_ms=max(spent_ms, seen_ms),
            extensions=_seen(last_ms, seen, event.lesson_ms),
        ),
        statement_id=around.fresh_id(),
    )


def _session(event: PlaybackEvent, session_id: str | None, *, threshold: bool) -> Extensions:
    said: dict[str, Value] = {word.LENGTH: seconds(event.lesson_ms)}
    if session_id is not None:
        said[word.SESSION_ID] = session_id
    if threshold:
        said[word.COMPLETION_THRESHOLD] = COMPLETION_THRESHOLD
    return said


def _seen(position_ms: int, segments: Segments, length_ms: int) -> Extensions:
    segments = within(segments, length_ms)
    return {
        word.TIME: seconds(min(position_ms, length_ms)),
        word.PROGRESS: progress(segments, length_ms),
        word.PLAYED_SEGMENTS: written(segments),
    }
