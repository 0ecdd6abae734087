"""Which event is told, in which words."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

import app.sdk.events
from app.sdk.events.base import Event
from app.sdk.events.learning_time import HoursCredited
from app.sdk.events.playback import (
    LessonCompleted,
    PlaybackEnded,
    PlaybackEvent,
    PlaybackOpened,
    PlaybackPaused,
    PlaybackPlayed,
)
from app.sdk.events.presence import ChallengeFailed, ChallengeIssued, ChallengePassed
from app.sdk.quantities import CreditRule
from plugins.xapi_feed.domain import vocabulary as word
from plugins.xapi_feed.domain.mapping import (
    NOT_SENT,
    SENT,
    JudgedBy,
    challenge_statement,
    course_activity,
    hours_statement,
    lesson_activity,
)
from plugins.xapi_feed.domain.statements import Account, frozen
from plugins.xapi_feed.domain.surroundings import Surroundings, registration
from plugins.xapi_feed.domain.video import video_statements
from plugins.xapi_feed.domain.viewing import Past, Viewing

NOON = datetime(2025, 10, 20, 4, 0, tzinfo=UTC)
HOME = "https://learning.example"
ENROLMENT = 7
OFFERING = "11111111-1111-4111-8111-111111111111"
LESSON = "22222222-2222-4222-8222-222222222222"
PLAYBACK = "33333333-3333-4333-8333-333333333333"
PLACE: dict[str, Any] = {
    "playback_id": PLAYBACK,
    "person_id": 5,
    "enrolment_id": ENROLMENT,
    "offering_id": OFFERING,
    "lesson_id": LESSON,
}


def numbered() -> Callable[[], str]:
    ids = iter(f"aaaaaaaa-aaaa-4aaa-8aaa-{number:012d}" for number in range(1, 100))
    return lambda: next(ids)


@pytest.fixture
def around() -> Surroundings:
    return Surroundings(
        actor=Account(home_page=HOME, name="opaque"),
        registration=registration(HOME, ENROLMENT, OFFERING),
        activity_base=HOME,
        course=course_activity(HOME, OFFERING, "班组长工伤预防"),
        lesson=lesson_activity(HOME, LESSON, "班前会"),
        now=NOON + timedelta(hours=1),
        fresh_id=numbered(),
    )


def at(seconds: float) -> dict[str, Any]:
    return {"event_id": "e", "happened_at": NOON + timedelta(seconds=seconds), **PLACE}


def video(kind: type[PlaybackEvent], seconds: float, **more: Any) -> PlaybackEvent:
    return kind(**at(seconds), lesson_ms=60_000, **more)


def told(events: list[PlaybackEvent], around: Surroundings, past: Past | None = None) -> list[dict[str, Any]]:
    """Return what a whole session says, in order, as it would be sent."""
    viewing: Viewing | None = None
    said = []
    for event in events:
        statements, viewing = video_statements(event, around, viewing=viewing, past=past or Past())
        said += [orjson.loads(frozen(statement, version="1.0.3")) for statement in statements]
    return said


def a_session() -> list[PlaybackEvent]:
    return [
        video(PlaybackOpened, 0, position_ms=0),
        video(PlaybackPlayed, 1, position_ms=0),
        video(PlaybackPaused, 31, position_ms=30_000, watched=((0, 30_000),)),
        video(PlaybackPlayed, 40, position_ms=30_000),
        video(LessonCompleted, 70, checked=((0, 60_000),), required=True),
        video(PlaybackEnded, 70.5, position_ms=60_000, watched=((0, 60_000),), reason="completed"),
    ]


def verbs(said: list[dict[str, Any]]) -> list[str]:
    return [str(one["verb"]["display"]["en-US"]) for one in said]


def events_of_the_sdk() -> Iterator[type[Event]]:
    for module in pkgutil.iter_modules(app.sdk.events.__path__):
        for thing in vars(importlib.import_module(f"app.sdk.events.{module.name}")).values():
            if isinstance(thing, type) and issubclass(thing, Event) and "name" in vars(thing):
                yield thing


def test_every_event_is_sent_or_listed_with_the_reason_why_not() -> None:
    assert set(events_of_the_sdk()) == SENT | set(NOT_SENT)


def test_no_event_is_both_sent_and_not_sent() -> None:
    assert not SENT & set(NOT_SENT)


def test_a_session_is_told_in_the_order_of_the_profile(around: Surroundings) -> None:
    assert verbs(told(a_session(), around)) == [
        "initialized",
        "played",
        "paused",
        "played",
        "completed",
        "paused",
        "terminated",
    ]


def test_terminated_alone_ends_a_session_that_stands_still(around: Surroundings) -> None:
    events = [
        video(PlaybackOpened, 0, position_ms=0),
        video(PlaybackEnded, 5, position_ms=0, watched=(), reason="closed"),
    ]
    assert verbs(told(events, around)) == ["initialized", "terminated"]


def test_nothing_of_a_session_follows_terminated(around: Surroundings) -> None:
    late = video(PlaybackPaused, 80, position_ms=1_000, watched=((0, 1_000),))
    assert verbs(told([*a_session(), late], around))[-1] == "terminated"


def test_completed_after_the_session_stands_outside_of_it(around: Surroundings) -> None:
    late = video(LessonCompleted, 90, checked=((0, 60_000),), required=True)
    last = told([*a_session(), late], around)[-1]
    assert word.SESSION_ID not in last["context"]["extensions"]


def test_a_session_heard_of_late_is_initialized_first(around: Surroundings) -> None:
    events = [video(PlaybackPlayed, 1, position_ms=0)]
    assert verbs(told(events, around)) == ["initialized", "played"]


def test_the_session_id_is_the_id_of_initialized(around: Surroundings) -> None:
    said = told(a_session(), around)
    assert {one["context"]["extensions"][word.SESSION_ID] for one in said} == {said[0]["id"]}


def test_every_video_statement_bears_the_category_of_the_profile(around: Surroundings) -> None:
    categories = [one["context"]["contextActivities"]["category"] for one in told(a_session(), around)]
    assert categories == [[{"objectType": "Activity", "id": "https://w3id.org/xapi/video"}]] * 7


def test_the_threshold_is_said_exactly_where_the_profile_wants_it(around: Surroundings) -> None:
    said = told(a_session(), around)
    with_threshold = {
        one["verb"]["display"]["en-US"]
        for one in said
        if one["context"]["extensions"].get(word.COMPLETION_THRESHOLD) == 0.98
    }
    assert with_threshold == {"initialized", "paused", "completed", "terminated"}


def test_only_completed_says_completion(around: Surroundings) -> None:
    said = told(a_session(), around)
    assert [verbs([one])[0] for one in said if "completion" in one.get("result", {})] == ["completed"]


def test_played_segments_are_those_of_the_whole_registration(around: Surroundings) -> None:
    events = [
        video(PlaybackOpened, 0, position_ms=30_000),
        video(PlaybackPlayed, 1, position_ms=30_000),
        video(PlaybackPaused, 11, position_ms=40_000, watched=((30_000, 40_000),)),
    ]
    said = told(events, around, Past(spent_ms=12_000, watched=((0, 12_000),)))
    assert said[-1]["result"]["extensions"][word.PLAYED_SEGMENTS] == "0.000[.]12.000[,]30.000[.]40.000"


def test_completed_says_the_time_spent_in_the_whole_registration(around: Surroundings) -> None:
    said = told(a_session(), around, Past(spent_ms=10_000, watched=()))
    assert said[4]["result"]["duration"] == "PT70.00S"


def test_completed_never_says_less_time_than_was_seen(around: Surroundings) -> None:
    heard_late = [
        video(PlaybackPlayed, 59, position_ms=0),
        video(LessonCompleted, 60, checked=((0, 60_000),), required=True),
    ]
    assert told(heard_late, around)[-1]["result"]["duration"] == "PT60.00S"


def test_progress_is_cut_so_that_one_means_everything(around: Surroundings) -> None:
    paused = video(PlaybackPaused, 61, position_ms=59_999, watched=((0, 59_999),))
    said = told([video(PlaybackPlayed, 1, position_ms=0), paused], around)
    assert said[-1]["result"]["extensions"][word.PROGRESS] == 0.999


def test_positions_beyond_the_end_are_the_end(around: Surroundings) -> None:
    paused = video(PlaybackPaused, 61, position_ms=60_500, watched=((0, 60_500),))
    said = told([video(PlaybackPlayed, 1, position_ms=0), paused], around)[-1]["result"]["extensions"]
    assert (said[word.TIME], said[word.PLAYED_SEGMENTS]) == (60.0, "0.000[.]60.000")


def test_no_statement_comes_from_the_future(around: Surroundings) -> None:
    early = video(PlaybackOpened, 7200, position_ms=0)
    assert told([early], around)[0]["timestamp"] == "2025-10-20T05:00:00.000Z"


def challenge(kind: type[Any], **more: Any) -> Any:
    return kind(**at(0), challenge_id="44444444-4444-4444-8444-444444444444", kind="challenge", **more)


@pytest.mark.parametrize(
    ("event", "verb"),
    [
        (challenge(ChallengeIssued), word.ATTEMPTED),
        (challenge(ChallengePassed, method="otp_quiz", attempt=1, evidence_digest=None), word.PASSED),
        (challenge(ChallengeFailed, attempts=3, answered=True, unconfirmed_ms=1), word.FAILED),
        (challenge(ChallengeFailed, attempts=3, answered=False, unconfirmed_ms=1), word.SKIPPED),
    ],
)
def test_a_check_is_told_with_the_trainee_as_actor(event: Any, verb: str, around: Surroundings) -> None:
    said = orjson.loads(frozen(challenge_statement(event, around), version="1.0.3"))
    assert (said["verb"]["id"], said["actor"]["account"]["name"]) == (verb, "opaque")


def test_all_statements_of_a_check_are_about_one_activity(around: Surroundings) -> None:
    issued = challenge_statement(challenge(ChallengeIssued), around)
    passed = challenge_statement(
        challenge(ChallengePassed, method="snapshot", attempt=2, evidence_digest="ab"), around
    )
    assert issued.object == passed.object


def credited(ms: int) -> HoursCredited:
    return HoursCredited(**at(0), entry_id="entry", credited_ms=ms, total_ms=ms, rule_version="r1")


def test_hours_carry_the_exact_time_the_plan_and_the_rules(around: Surroundings) -> None:
    judged_by = JudgedBy(plan=f"{HOME}/plans/3/versions/2", credit=CreditRule())
    said = orjson.loads(frozen(hours_statement(credited(270_123), around, judged_by), version="1.0.3"))
    assert said["result"] == {
        "duration": "PT270.12S",
        "extensions": {
            word.CREDIT_HOURS_EARNED: 0.100045,
            word.CREDITED_MS: 270_123,
            word.TOTAL_MS: 270_123,
        },
    }


def test_hours_name_the_plan_and_the_rule_version(around: Surroundings) -> None:
    judged_by = JudgedBy(plan=f"{HOME}/plans/3/versions/2", credit=CreditRule())
    said = hours_statement(credited(1_000), around, judged_by).context.extensions
    assert said == {word.RULE_VERSION: "r1", word.PLAN: f"{HOME}/plans/3/versions/2"}


def test_a_registration_is_always_the_same() -> None:
    assert registration(HOME, 1, OFFERING) == registration(HOME, 1, OFFERING)


def test_two_installations_never_share_a_registration() -> None:
    assert registration(HOME, 1, OFFERING) != registration("https://other.example", 1, OFFERING)


def test_ids_and_versions_are_said_in_every_statement(around: Surroundings) -> None:
    said = told(a_session(), around)
    assert {(UUID(one["id"]).version, one["version"]) for one in said} == {(4, "1.0.3")}


def test_freezing_twice_gives_the_same_bytes(around: Surroundings) -> None:
    statement = challenge_statement(challenge(ChallengeIssued), around)
    assert frozen(statement, version="1.0.3") == frozen(statement, version="1.0.3")
