"""Judging an answer given with the camera, and keeping its evidence.

Every frame is judged by itself: fit to be compared, not seen before, then 1:1
against the reference. Scores stay in the database; what leaves is a decision,
codes and a digest.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from app.sdk import audit
from app.sdk.db import new_id
from app.sdk.presence import PresenceAsk, PresenceReason, PresenceVerdict
from app.sdk.uow import UnitOfWork
from app.sdk.vault import SealBrokenError
from plugins.identity_check import store
from plugins.identity_check.domain.attempts import outcome
from plugins.identity_check.domain.faces import Template
from plugins.identity_check.domain.matching import Decision, FrameVerdict, answer_verdict
from plugins.identity_check.domain.reuse import is_reused
from plugins.identity_check.domain.wording import sentence
from plugins.identity_check.models import Check
from plugins.identity_check.service.face_way import FaceTools, closed_to
from plugins.identity_check.service.looking import Look, digest_of, look_at

log = logging.getLogger(__name__)

METHOD = "snapshot"
MOST_FRAMES = 3


@dataclass(frozen=True, slots=True)
class JudgedFrame:
    """A frame, its verdict, and the score that stays inside."""

    look: Look
    verdict: FrameVerdict
    likeness: float | None = None


def judge(ask: PresenceAsk, frames: Sequence[bytes], *, uow: UnitOfWork, tools: FaceTools) -> PresenceVerdict:
    """Return the judgement of the frames; evidence is kept in the same transaction."""
    distinct = tuple(dict.fromkeys(frames))
    if len(distinct) > MOST_FRAMES:
        return _keep(ask, distinct, (), FrameVerdict(Decision.RETRY, ("TOO_MANY_PICTURES",)), uow, tools)
    template = _template(ask, uow, tools)
    if template is None:
        return _keep(ask, distinct, (), FrameVerdict(Decision.UNAVAILABLE, ("FACE_UNAVAILABLE",)), uow, tools)
    judged = [_judge_frame(ask, look_at(frame, tools), template, uow, tools) for frame in distinct]
    return _keep(ask, distinct, judged, answer_verdict([frame.verdict for frame in judged]), uow, tools)


def _template(ask: PresenceAsk, uow: UnitOfWork, tools: FaceTools) -> Template | None:
    """Return the person's template, None if the face way is closed to them or the seal is broken."""
    if closed_to(uow.session, ask.person_id, tools) is not None:
        return None
    reference = store.reference_of(uow.session, ask.person_id)
    if reference is None:
        return None
    try:
        return store.template_of(uow.session, reference)
    except SealBrokenError:
        # Somebody moved ciphertexts, or a key is gone: nothing passes, people are told, the alarm is raised.
        log.exception("the seal of reference %s is broken", reference.id)
        audit.record(
            uow.session,
            "identity_check.seal_broken",
            at=uow.now,
            actor_id=None,
            subject=f"reference:{reference.id}",
        )
        return None


def _judge_frame(
    ask: PresenceAsk, look: Look, template: Template, uow: UnitOfWork, tools: FaceTools
) -> JudgedFrame:
    if look.sighting is None or look.codes:
        return JudgedFrame(look, FrameVerdict(Decision.RETRY, look.codes))
    for print_ in look.sighting.fingerprints:
        earlier = store.earlier_pictures(
            uow.session, print_, person_id=ask.person_id, challenge_id=ask.challenge_id
        )
        if is_reused(print_, earlier, tools.provider.residue):
            return JudgedFrame(look, FrameVerdict(Decision.NO_MATCH, ("REUSED_PICTURE",)))
    likeness = tools.provider.verify(look.sighting, template)
    decision = tools.policy.judge(likeness)
    return JudgedFrame(look, FrameVerdict(decision, _CODES[decision]), likeness)


_CODES: dict[Decision, tuple[str, ...]] = {
    Decision.MATCH: (),
    Decision.NO_MATCH: ("NOT_SAME_PERSON",),
    Decision.RETRY: ("UNCERTAIN",),
    Decision.UNAVAILABLE: ("FACE_UNAVAILABLE",),
}


def _keep(
    ask: PresenceAsk,
    frames: Sequence[bytes],
    judged: Sequence[JudgedFrame],
    verdict: FrameVerdict,
    uow: UnitOfWork,
    tools: FaceTools,
) -> PresenceVerdict:
    retakes = store.retakes(uow.session, ask.challenge_id, ask.attempt)
    result, codes = outcome(verdict, retakes=retakes)
    check = Check(
        id=new_id(),
        person_id=ask.person_id,
        challenge_id=ask.challenge_id,
        attempt=ask.attempt,
        nonce=ask.nonce,
        method=METHOD,
        decision=verdict.decision.value,
        outcome=result,
        codes=list(codes),
        profile=tools.provider.info().profile,
        evidence_digest=digest_of(frames) if frames else None,
        judged_at=uow.now,
    )
    uow.session.add(check)
    for frame in judged:
        if frame.look.sighting is None or frame.look.codes:
            continue
        store.add_picture(
            uow.session,
            ask.person_id,
            frame.look.sighting.fingerprint,
            owner_id=check.id,
            challenge_id=ask.challenge_id,
            decision=frame.verdict.decision.value,
            likeness=frame.likeness,
            image=frame.look.picture,
            at=uow.now,
        )
    uow.session.flush()
    return PresenceVerdict(
        outcome=result,
        reasons=tuple(PresenceReason(code=code, text=sentence(code)) for code in codes),
        evidence_digest=check.evidence_digest,
        check_id=check.id,
    )
