"""Consent: one purpose at a time, to a text that was read, withdrawn with effect at once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.sdk.audit import AuditEntry
from app.sdk.db import read
from app.sdk.runtime import Runtime
from app.sdk.uow import unit_of_work
from plugins.identity_check import store
from plugins.identity_check.domain.consent import Purpose, notice
from plugins.identity_check.models import Check, Consent, Picture, Reference
from plugins.identity_check.service import consents
from plugins.identity_check.service.face_way import closed_to, face_tools
from tests.support.camera import picture_at
from tests.support.identity_check import ME, MY_FACE, SOMEBODY, agree, answered, ask, enrolled

pytestmark = pytest.mark.usefixtures("database")


def give(purpose: Purpose, digest: str | None = None) -> None:
    with unit_of_work() as uow:
        consents.give(uow, ME, purpose, text_digest=digest or notice(purpose).digest)
        uow.commit()


def withdraw(purpose: Purpose) -> None:
    with unit_of_work() as uow:
        consents.withdraw(uow, ME, purpose)
        uow.commit()


def count(table: type[Consent | Picture | Reference | Check | AuditEntry]) -> int:
    with unit_of_work() as uow:
        return uow.session.scalar(select(func.count()).select_from(table)) or 0


def test_nobody_has_agreed_before_being_asked(database: Runtime) -> None:
    assert store.standing_answers(read(), ME) == {}
    assert closed_to(read(), ME, face_tools()) == "您没有同意人脸核验，请用验证码和问答，学时一样。"


def test_one_consent_is_not_another(database: Runtime) -> None:
    give(Purpose.FACE_COMPARE)
    give(Purpose.REGISTRY_TRANSFER)

    assert "没有同意" in (closed_to(read(), ME, face_tools()) or "")


def test_what_is_recorded_is_the_text_that_was_read(database: Runtime) -> None:
    give(Purpose.FACE_COMPARE)

    kept = store.standing_answers(read(), ME)[Purpose.FACE_COMPARE]
    assert (kept.given, kept.text_digest) == (True, notice(Purpose.FACE_COMPARE).digest)
    assert kept.answered_at == database.clock.now()


def test_agreeing_to_another_text_is_refused(database: Runtime) -> None:
    with pytest.raises(consents.NoticeChangedError):
        give(Purpose.FACE_COMPARE, digest=notice(Purpose.FACE_UPLOAD_STORE).digest)

    assert count(Consent) == 0


def test_agreeing_twice_changes_nothing(database: Runtime) -> None:
    give(Purpose.FACE_COMPARE)
    give(Purpose.FACE_COMPARE)

    assert count(Consent) == 1


def test_earlier_answers_stay_on_record(database: Runtime) -> None:
    give(Purpose.FACE_COMPARE)
    withdraw(Purpose.FACE_COMPARE)
    give(Purpose.FACE_COMPARE)

    assert count(Consent) == 3
    assert count(AuditEntry) == 3


def test_a_refusal_is_kept_so_that_nobody_is_asked_again(database: Runtime) -> None:
    withdraw(Purpose.FACE_COMPARE)
    withdraw(Purpose.FACE_COMPARE)

    assert store.standing_answers(read(), ME)[Purpose.FACE_COMPARE].given is False
    assert count(Consent) == 1


@pytest.mark.parametrize("purpose", [Purpose.FACE_COMPARE, Purpose.FACE_UPLOAD_STORE])
def test_withdrawing_a_face_consent_erases_the_reference_at_once(database: Runtime, purpose: Purpose) -> None:
    enrolled()

    withdraw(purpose)

    assert count(Reference) == 0
    assert count(Picture) == 0
    assert closed_to(read(), ME, face_tools()) is not None


def test_withdrawing_the_keeping_of_pictures_erases_snapshots_but_not_decisions(database: Runtime) -> None:
    enrolled()
    verdict = answered(ask(), picture_at(MY_FACE, 10))

    withdraw(Purpose.FACE_UPLOAD_STORE)

    with unit_of_work() as uow:
        picture = uow.session.scalars(select(Picture)).one()
        check = uow.session.scalars(select(Check)).one()
    assert (picture.sealed_image, picture.sealed_scene, picture.likeness) == (None, None, None)
    assert (check.outcome, check.evidence_digest) == ("passed", verdict.evidence_digest)


def test_an_erased_snapshot_is_still_known_by_its_digest(database: Runtime) -> None:
    enrolled()
    answered(ask(), picture_at(MY_FACE, 10))
    withdraw(Purpose.FACE_UPLOAD_STORE)
    enrolled()

    assert answered(ask(), picture_at(MY_FACE, 10)).reasons[0].code == "REUSED_PICTURE"


def test_withdrawing_the_transfer_leaves_the_face_way_open(database: Runtime) -> None:
    enrolled()
    give(Purpose.REGISTRY_TRANSFER)

    withdraw(Purpose.REGISTRY_TRANSFER)

    assert closed_to(read(), ME, face_tools()) is None


def test_my_consent_is_nobody_else_s(database: Runtime) -> None:
    agree(ME)

    assert store.standing_answers(read(), SOMEBODY) == {}
