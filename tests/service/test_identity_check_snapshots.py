"""Answering with the camera: who passes, what costs an attempt, which tricks are known, what is kept."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable, Sequence

import pytest
from PIL import Image, ImageFilter
from sqlalchemy import select

from app.sdk.audit import AuditEntry
from app.sdk.db import new_id, read
from app.sdk.runtime import Runtime
from app.sdk.uow import unit_of_work
from app.sdk.vault import forget, place, unseal
from plugins.identity_check.domain.faces import Sighting, Template
from plugins.identity_check.gateway.built_in import BuiltInProvider
from plugins.identity_check.models import Check, Picture, Reference
from plugins.identity_check.service import health
from plugins.identity_check.service.face_way import FaceTools, face_tools
from plugins.identity_check.service.looking import digest_of
from tests.support.camera import picture_at
from tests.support.identity_check import (
    ANOTHER_FACE,
    ME,
    MY_FACE,
    SOMEBODY,
    THIRD_FACE,
    answered,
    ask,
    codes,
    enrolled,
)

pytestmark = pytest.mark.usefixtures("database")

DARK = io.BytesIO()
Image.new("RGB", (640, 480), (8, 8, 8)).save(DARK, "JPEG")
NOBODY = DARK.getvalue()


def treated(
    picture: bytes, kind: str = "JPEG", *, side: int = 640, blur: float = 0, quality: int = 70
) -> bytes:
    image = Image.open(io.BytesIO(picture)).resize((side, side * 3 // 4), Image.Resampling.BICUBIC)
    file = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(blur)).save(file, kind, quality=quality)
    return file.getvalue()


@dataclasses.dataclass
class Doubtful(BuiltInProvider):
    """The engine, with a likeness of our choice."""

    likeness: float | None

    def __post_init__(self) -> None:
        super().__init__()

    def verify(self, sighting: Sighting, template: Template) -> float | None:
        return self.likeness


def with_likeness(value: float | None) -> FaceTools:
    return dataclasses.replace(face_tools(), provider=Doubtful(value))


def test_the_enrolled_person_passes(database: Runtime) -> None:
    enrolled()

    assert answered(ask(), picture_at(MY_FACE, 10)).outcome == "passed"


@pytest.mark.parametrize("face", [ANOTHER_FACE, THIRD_FACE])
def test_somebody_else_does_not(database: Runtime, face: str) -> None:
    enrolled()
    verdict = answered(ask(), picture_at(face, 10))

    assert (verdict.outcome, codes(verdict)) == ("failed", ["NOT_SAME_PERSON"])


def test_the_right_face_does_not_make_up_for_a_wrong_one_beside_it(database: Runtime) -> None:
    enrolled()

    assert answered(ask(), picture_at(MY_FACE, 10), picture_at(ANOTHER_FACE, 10)).outcome == "failed"


def test_a_poor_frame_beside_a_good_one_does_no_harm(database: Runtime) -> None:
    enrolled()

    assert answered(ask(), NOBODY, picture_at(MY_FACE, 10)).outcome == "passed"


def test_a_dozen_honest_snapshots_in_a_row_pass(database: Runtime) -> None:
    enrolled()

    verdicts = [answered(ask(), picture_at(MY_FACE, moment)).outcome for moment in range(10, 22)]
    assert verdicts == ["passed"] * 12


COPIES: dict[str, Callable[[bytes], bytes]] = {
    "the same file": lambda picture: picture,
    "saved again": treated,
    "as png": lambda picture: treated(picture, "PNG"),
    "as webp": lambda picture: treated(picture, "WEBP", quality=75),
    "enlarged": lambda picture: treated(picture, side=1024),
    "softened": lambda picture: treated(picture, blur=1),
}


@pytest.mark.parametrize("trick", COPIES)
def test_a_snapshot_works_once(database: Runtime, trick: str) -> None:
    enrolled()
    picture = picture_at(MY_FACE, 10)
    answered(ask(), picture)

    verdict = answered(ask(), COPIES[trick](picture))
    assert (verdict.outcome, codes(verdict)) == ("failed", ["REUSED_PICTURE"])


@pytest.mark.parametrize("trick", COPIES)
def test_the_enrolment_picture_is_no_snapshot(database: Runtime, trick: str) -> None:
    picture = enrolled()[1]

    assert codes(answered(ask(), COPIES[trick](picture))) == ["REUSED_PICTURE"]


def test_a_snapshot_of_somebody_else_s_check_is_known_too(database: Runtime) -> None:
    enrolled(ME)
    enrolled(SOMEBODY, face=ANOTHER_FACE)
    picture = picture_at(MY_FACE, 10)
    answered(ask(person_id=SOMEBODY), picture)

    assert codes(answered(ask(), treated(picture))) == ["REUSED_PICTURE"]


def test_sending_the_same_picture_again_for_the_same_check_is_no_trick(database: Runtime) -> None:
    enrolled()
    check = new_id()
    answered(ask(challenge_id=check), picture_at(MY_FACE, 10), tools=with_likeness(0.4))

    assert answered(ask(challenge_id=check), picture_at(MY_FACE, 10)).outcome == "passed"


@pytest.mark.parametrize("poor", [b"", b"junk", b"\xff\xd8\xff", NOBODY])
def test_a_picture_that_cannot_be_judged_costs_no_attempt(database: Runtime, poor: bytes) -> None:
    enrolled()

    assert answered(ask(), poor).outcome == "retry"


def test_no_picture_at_all_costs_no_attempt(database: Runtime) -> None:
    enrolled()

    assert codes(answered(ask())) == ["NO_PICTURE"]


def test_the_borderline_asks_for_another_picture(database: Runtime) -> None:
    enrolled()
    verdict = answered(ask(), picture_at(MY_FACE, 10), tools=with_likeness(0.40))

    assert (verdict.outcome, codes(verdict)) == ("retry", ["UNCERTAIN"])


def test_the_fifth_poor_picture_loses_the_attempt(database: Runtime) -> None:
    enrolled()
    check = new_id()
    verdicts = [answered(ask(challenge_id=check), NOBODY) for _ in range(5)]

    assert [verdict.outcome for verdict in verdicts] == ["retry"] * 4 + ["failed"]
    assert codes(verdicts[-1]) == ["NO_FACE", "TOO_MANY_RETAKES"]


def test_the_next_attempt_has_its_five_pictures_again(database: Runtime) -> None:
    enrolled()
    check = new_id()
    for _ in range(5):
        answered(ask(challenge_id=check, attempt=1), NOBODY)

    assert answered(ask(challenge_id=check, attempt=2, nonce="next"), NOBODY).outcome == "retry"


def test_more_than_three_pictures_in_one_answer_are_not_looked_at(database: Runtime) -> None:
    enrolled()

    verdict = answered(ask(), *(picture_at(MY_FACE, moment) for moment in range(10, 14)))
    assert codes(verdict) == ["TOO_MANY_PICTURES"]


def test_without_a_reference_nothing_is_compared_and_nothing_lost(database: Runtime) -> None:
    verdict = answered(ask(), picture_at(MY_FACE, 10))

    assert (verdict.outcome, codes(verdict)) == ("retry", ["FACE_UNAVAILABLE"])


def test_an_engine_that_cannot_say_decides_nothing(database: Runtime) -> None:
    enrolled()

    assert answered(ask(), picture_at(MY_FACE, 10), tools=with_likeness(None)).outcome == "retry"


def test_the_evidence_is_sealed_and_its_digest_in_clear(database: Runtime) -> None:
    enrolled()
    picture = picture_at(MY_FACE, 10)
    verdict = answered(ask(challenge_id="check"), picture)

    with unit_of_work() as uow:
        kept = uow.session.scalars(select(Picture).where(Picture.challenge_id == "check")).one()
        at = place("identity_check_picture", kept.id, "sealed_image")
        assert unseal(uow.session, ME, kept.sealed_image or b"", at=at) == picture
    assert picture[:64] not in (kept.sealed_image or b"")
    assert verdict.evidence_digest == digest_of([picture])


def test_a_poor_picture_is_not_kept(database: Runtime) -> None:
    enrolled()
    answered(ask(challenge_id="check"), NOBODY)

    with unit_of_work() as uow:
        assert uow.session.scalars(select(Picture).where(Picture.challenge_id == "check")).all() == []


def test_no_score_leaves_with_the_verdict_or_the_audit(database: Runtime) -> None:
    enrolled()
    verdict = answered(ask(), picture_at(ANOTHER_FACE, 10), tools=with_likeness(0.123456))

    with unit_of_work() as uow:
        noted = json.dumps([entry.details for entry in uow.session.scalars(select(AuditEntry))])
    assert "0.123456" not in repr(verdict) + noted


def test_every_answer_leaves_a_decision(database: Runtime) -> None:
    enrolled()
    verdict = answered(ask(challenge_id="check"), picture_at(ANOTHER_FACE, 10))

    with unit_of_work() as uow:
        check = uow.session.scalars(select(Check)).one()
    assert (check.id, check.decision, check.codes) == (verdict.check_id, "no_match", ["NOT_SAME_PERSON"])


def swap_templates() -> Sequence[str]:
    """Put my template into somebody's row and theirs into mine, as an intruder in the database could."""
    with unit_of_work() as uow:
        one, other = uow.session.scalars(select(Reference).order_by(Reference.person_id)).all()
        one.sealed_template, other.sealed_template = other.sealed_template, one.sealed_template
        ids = [one.id, other.id]
        uow.commit()
    return ids


def test_ciphertexts_moved_between_rows_open_no_door(database: Runtime) -> None:
    enrolled(ME)
    enrolled(SOMEBODY, face=ANOTHER_FACE)
    swap_templates()

    # With my row holding somebody's template, somebody's face must not pass as me.
    verdict = answered(ask(), picture_at(ANOTHER_FACE, 10))
    assert (verdict.outcome, codes(verdict)) == ("retry", ["FACE_UNAVAILABLE"])


def test_moved_ciphertexts_raise_the_alarm(database: Runtime) -> None:
    enrolled(ME)
    enrolled(SOMEBODY, face=ANOTHER_FACE)
    ids = swap_templates()
    answered(ask(), picture_at(MY_FACE, 10))

    with unit_of_work() as uow:
        alarms = uow.session.scalars(
            select(AuditEntry.subject).where(AuditEntry.deed == "identity_check.seal_broken")
        ).all()
    assert alarms == [f"reference:{ids[0]}"]
    assert len(list(health.broken_seals(read()))) == 2


def test_a_destroyed_key_closes_the_face_way_without_an_error(database: Runtime) -> None:
    enrolled()
    with unit_of_work() as uow:
        forget(uow.session, ME)
        uow.commit()

    assert answered(ask(), picture_at(MY_FACE, 10)).outcome == "retry"


def test_an_untouched_installation_is_healthy(database: Runtime) -> None:
    enrolled()
    answered(ask(), picture_at(MY_FACE, 10))

    assert list(health.broken_seals(read())) == []
    assert list(health.unfit_models(read())) == []
    assert list(health.too_many_faces(read())) == []
