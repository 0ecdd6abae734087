"""The plain beats of many playbacks heard together: one locking read, the pure rules, one write.

Plain is what needs nothing but that: an open, playing playback of the person,
no check open or due, beats that are new and believed in full. Whatever is not
plain is left alone, to be heard by playing.hear_beats in a transaction of its
own; with it everything else of the same person in the batch, so that nothing
overtakes. The rules that judge are those of domain/playback.py, there as here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.sdk.clock import Clock, epoch_ms
from app.sdk.errors import UnavailableError
from plugins.video_progress.domain import codes
from plugins.video_progress.domain.beat import Beat
from plugins.video_progress.domain.drawing import due
from plugins.video_progress.domain.pieces import lasting
from plugins.video_progress.domain.playback import hear
from plugins.video_progress.domain.rules import PlaybackRules
from plugins.video_progress.gateway.batches import Evidence, LockedPlayback, batch
from plugins.video_progress.service.counting import count

RULES_LAST_SECONDS = 600.0
RULES_AT_MOST = 50_000
TRIES = 3
_AGAIN = frozenset({"40001", "40P01"})


@dataclass(frozen=True, slots=True)
class SentBeats:
    """What one request sent; who sent it has been checked."""

    playback_id: str
    person_id: int
    beats: tuple[Beat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainlyHeard:
    """What became of beats that were plain, after the commit."""

    accepted: int
    codes: tuple[str, ...]
    pending_ms: int
    checked_ms: int
    furthest_ms: int


class RulesInForce:
    """The rules of playbacks heard lately, for ten minutes each.

    Only how far beats are believed is judged by them; checks and credit look
    theirs up afresh. A playback whose rules are not known is not plain.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, PlaybackRules]] = {}
        self._one_of_each: dict[PlaybackRules, PlaybackRules] = {}
        self._lock = threading.Lock()

    def keep(self, playback_id: str, rules: PlaybackRules) -> None:
        """Note by which rules the playback is heard now."""
        with self._lock:
            if len(self._kept) >= RULES_AT_MOST:
                self._kept.clear()
                self._one_of_each.clear()
            rules = self._one_of_each.setdefault(rules, rules)
            self._kept[playback_id] = (time.monotonic() + RULES_LAST_SECONDS, rules)

    def of(self, playback_id: str) -> PlaybackRules | None:
        """Return the rules of a playback, None if they must be looked up."""
        until, rules = self._kept.get(playback_id, (0.0, None))
        return rules if until > time.monotonic() else None


class Grouping:
    """Hears what many requests sent in one transaction."""

    def __init__(self, engine: Engine, clock: Clock, rules: RulesInForce) -> None:
        self._engine = engine
        self._clock = clock
        self._rules = rules

    def commit(self, sent: Sequence[SentBeats]) -> list[PlainlyHeard | None]:
        """Return what became of each, committed; None for what is not plain and was left alone.

        Raises UnavailableError when the database is away.
        """
        for _ in range(TRIES):
            try:
                return self._committed(sent)
            except PoolTimeoutError as error:
                raise UnavailableError(retry_after_seconds=5) from error
            except IntegrityError:
                break
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _AGAIN:
                    raise UnavailableError(retry_after_seconds=5) from error
        return [None] * len(sent)

    def _committed(self, sent: Sequence[SentBeats]) -> list[PlainlyHeard | None]:
        keys = [(each.playback_id, beat.seq) for each in sent for beat in each.beats]
        with batch(self._engine) as writing:
            held = writing.lock((each.playback_id for each in sent), (each.person_id for each in sent))
            hearing = _Hearing(held, writing.known(keys), self._clock.now(), self._rules)
            results = [hearing.hear(each) for each in sent]
            if hearing.touched:
                writing.write(list(hearing.touched.values()), hearing.evidence, hearing.at)
        for heard in filter(None, results):
            count(heard.accepted, heard.codes)
        return results


class _Hearing:
    """One batch, in memory."""

    def __init__(
        self,
        held: dict[str, LockedPlayback],
        known: Iterable[tuple[str, int]],
        at: datetime,
        rules: RulesInForce,
    ) -> None:
        self._held = held
        self._known = set(known)
        self._rules = rules
        self._left_alone: set[int] = set()
        self.at = at
        self.at_ms = epoch_ms(at)
        self.touched: dict[str, LockedPlayback] = {}
        self.evidence: list[Evidence] = []

    def hear(self, sent: SentBeats) -> PlainlyHeard | None:
        held, rules = self._held.get(sent.playback_id), self._rules.of(sent.playback_id)
        ours = held is not None and held.learner.person_id == sent.person_id
        if held is None or rules is None or not ours or sent.person_id in self._left_alone:
            self._left_alone.add(sent.person_id)
            return None
        heard = self._plainly(held, sent, rules)
        if heard is None:
            self._left_alone.add(sent.person_id)
        return heard

    def _plainly(self, held: LockedPlayback, sent: SentBeats, rules: PlaybackRules) -> PlainlyHeard | None:
        state, position_ms, learned_ms = held.state, held.position_ms, held.learner.learned_ms
        new: list[Evidence] = []
        noted: list[str] = []
        seqs = {(held.id, beat.seq) for beat in sent.beats}
        if state.challenge is not None or len(seqs) < len(sent.beats) or seqs & self._known:
            return None
        for beat in sorted(sent.beats, key=lambda beat: beat.seq):
            plays = beat.to_ms > beat.from_ms
            if plays and not held.playing:
                return None
            heard = hear(state, beat, self.at_ms, lesson=held.lesson, rules=rules)
            if not heard.accepted or not set(heard.codes) <= {codes.REPEAT_NOT_COUNTED}:
                return None
            new.append(Evidence(held.id, beat, heard))
            noted += heard.codes
            state, learned_ms = heard.state, learned_ms + heard.joined_ms
            if plays:
                position_ms = min(beat.to_ms, held.lesson.length_ms)
        if due(learned_ms, held.learner.gap_ms) and state.pending:
            return None
        held.state, held.position_ms, held.learner.learned_ms = state, position_ms, learned_ms
        self.touched[held.id] = held
        self.evidence += new
        self._known |= seqs
        return PlainlyHeard(
            accepted=len(new),
            codes=codes.distinct(noted),
            pending_ms=lasting(state.pending),
            checked_ms=held.checked_ms,
            furthest_ms=state.furthest_ms,
        )
