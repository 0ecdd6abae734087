"""Whether the face way is open, here and to this person, and with which tools.

Faces are never the only way: whatever closes this one, code and question stay
open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy.orm import Session

from app.sdk.runtime import runtime
from plugins.identity_check import store
from plugins.identity_check.domain.consent import Purpose, allows_face
from plugins.identity_check.domain.faces import FaceProvider
from plugins.identity_check.domain.matching import MatchPolicy
from plugins.identity_check.domain.quality import QualityGate
from plugins.identity_check.gateway.built_in import BuiltInProvider
from plugins.identity_check.gateway.nothing import NullProvider
from plugins.identity_check.models import Consent, Reference
from plugins.identity_check.settings import IdentityCheckSettings

SAMPLE_ASSESSMENT = "SAMPLE-PIA-0"
"""Stands for an impact assessment in an installation that is only being tried out."""


@dataclass(frozen=True, slots=True)
class FaceTools:
    """Who compares, how strictly, and under which impact assessment."""

    provider: FaceProvider
    gate: QualityGate
    policy: MatchPolicy
    assessment_id: str


def face_tools() -> FaceTools:
    """Return the tools of the running installation."""
    known = runtime()
    settings = known.settings_of(IdentityCheckSettings)
    return FaceTools(
        provider=_built_in() if settings.provider == "built_in" else NullProvider(),
        gate=QualityGate(),
        policy=MatchPolicy(match_from=settings.match_from, retry_from=settings.retry_from),
        assessment_id=settings.face_assessment_id or (SAMPLE_ASSESSMENT if known.deployment.sample else ""),
    )


def closed_here(tools: FaceTools) -> str | None:
    """Return why nobody can use the face way in this installation, None if they can."""
    if not tools.assessment_id:
        return "本平台尚未登记个人信息保护影响评估，人脸核验未启用。"
    return tools.provider.info().unavailable_because


def closed_to(session: Session, person_id: int, tools: FaceTools) -> str | None:
    """Return why the person cannot answer with the face now, None if they can."""
    standing = store.standing_answers(session, person_id)
    return closed_with(standing, store.reference_of(session, person_id), tools)


def closed_with(
    standing: Mapping[Purpose, Consent], reference: Reference | None, tools: FaceTools
) -> str | None:
    """Return why the face way is closed to whoever answered so and has this reference."""
    here = closed_here(tools)
    if here is not None:
        return here
    if not allows_face([purpose for purpose, row in standing.items() if row.given]):
        return "您没有同意人脸核验，请用验证码和问答，学时一样。"
    if reference is None:
        return "您还没有拍参考照片，可在“身份核验”页面拍摄。"
    if reference.profile != tools.provider.info().profile:
        return "人脸比对系统已更新，请在“身份核验”页面重新拍摄参考照片。"
    return None


@cache
def _built_in() -> BuiltInProvider:
    """One engine a process: its models take memory, and it guards itself against several threads."""
    return BuiltInProvider()
