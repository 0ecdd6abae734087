"""Hears events and has them told."""

from __future__ import annotations

from app.sdk.events.learning_time import HoursCredited
from app.sdk.events.playback import PlaybackEvent
from app.sdk.events.presence import ChallengeEvent
from app.sdk.runtime import runtime
from app.sdk.uow import UnitOfWork
from plugins.xapi_feed.service.telling import Teller
from plugins.xapi_feed.settings import FeedSettings


def hear_playback(event: PlaybackEvent, uow: UnitOfWork) -> None:
    """Tell what happened to a video."""
    _teller().tell_playback(event, uow)


def hear_challenge(event: ChallengeEvent, uow: UnitOfWork) -> None:
    """Tell what happened to a check."""
    _teller().tell_challenge(event, uow)


def hear_hours(event: HoursCredited, uow: UnitOfWork) -> None:
    """Tell that hours were credited."""
    _teller().tell_hours(event, uow)


def _teller() -> Teller:
    app = runtime()
    return Teller(app.settings_of(FeedSettings), people=app.people, catalogue=app.catalogue, plans=app.plans)
