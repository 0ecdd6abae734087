"""The short way of `POST /api/v1/playbacks/{id}/beats`: plain beats, many in one commit.

Everything that is not plain, and every refusal, is left to the route in
playbacks.py by returning None.
"""

from __future__ import annotations

import re
import time

import orjson
from pydantic import ValidationError

from app.sdk.errors import AnxueError
from app.sdk.hotpath import HotRequest, hot_notes
from app.sdk.quantities import milliseconds_of, seconds_of
from app.sdk.runtime import Runtime
from plugins.video_progress.api.schemas import BeatsAnswer, BeatsRequest
from plugins.video_progress.domain.beat import Beat, BeatError
from plugins.video_progress.domain.rules import PlaybackRules
from plugins.video_progress.permissions import LEARN
from plugins.video_progress.service.grouping import Grouping, PlainlyHeard, RulesInForce, SentBeats
from plugins.video_progress.service.tickets import Tickets
from plugins.video_progress.service.turns import Turns

RULES = "video_progress.rules"
TICKETS_FRESH_SECONDS = 60.0
TICKETS_AT_MOST = 20_000
_PATH = re.compile(r"/api/v1/playbacks/([0-9a-f-]{36})/beats")


class HotBeats:
    """Answers app.sdk.hotpath.HotPath."""

    route = "/api/v1/playbacks/<playback_id>/beats"
    permission = LEARN

    def __init__(self, known: Runtime, *, linger_ms: int) -> None:
        self.rules = RulesInForce()
        self._tickets = Tickets(known.deployment.secret)
        self._good: dict[tuple[str, str, int], float] = {}
        grouping = Grouping(known.engine, known.clock, self.rules)
        self._turns: Turns[SentBeats, PlainlyHeard | None] = Turns(grouping.commit, linger_ms=linger_ms)

    def matches(self, path: str) -> bool:
        return path.endswith("/beats") and _PATH.fullmatch(path) is not None

    def answer(self, request: HotRequest) -> bytes | None:
        request.notes[RULES] = self.rules
        playback_id = request.path.split("/")[4]
        try:
            sent = BeatsRequest.model_validate_json(request.body)
            beats = tuple(
                Beat(
                    seq=item.seq,
                    from_ms=milliseconds_of(item.played[0]),
                    to_ms=milliseconds_of(item.played[1]),
                    rate=item.rate,
                    visible=item.visible,
                )
                for item in sent.beats
            )
            self._check(sent.ticket, playback_id, request.person_id)
        except (ValidationError, BeatError, AnxueError, ValueError, RecursionError):
            return None
        if self.rules.of(playback_id) is None:
            return None
        heard = self._turns.take(SentBeats(playback_id, request.person_id, beats))
        return None if heard is None else _written(heard)

    def _check(self, ticket: str, playback_id: str, person_id: int) -> None:
        """Raise TicketRefusedError or TicketExpiredError; a good ticket is believed for a minute."""
        key, now = (ticket, playback_id, person_id), time.monotonic()
        if self._good.get(key, 0.0) > now:
            return
        self._tickets.check(ticket, playback_id=playback_id, person_id=person_id)
        if len(self._good) >= TICKETS_AT_MOST:
            self._good.clear()
        self._good[key] = now + TICKETS_FRESH_SECONDS


def note_rules(playback_id: str, rules: PlaybackRules) -> None:
    """Let the hot path that left this request to us know by which rules the playback is heard."""
    kept = hot_notes().get(RULES)
    if isinstance(kept, RulesInForce):
        kept.keep(playback_id, rules)


def _written(heard: PlainlyHeard) -> bytes:
    answer = BeatsAnswer(
        accepted=heard.accepted,
        codes=list(heard.codes),
        pending_seconds=seconds_of(heard.pending_ms),
        checked_seconds=seconds_of(heard.checked_ms),
        furthest=seconds_of(heard.furthest_ms),
        challenge=None,
    )
    # Spelt as Flask spells it, so that nobody can tell by which way an answer came.
    return orjson.dumps(answer.model_dump(), option=orjson.OPT_SORT_KEYS) + b"\n"
