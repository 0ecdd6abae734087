"""Taking the reference face: by the camera, of one living person, replaceable only by the same face."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select

from app.sdk.db import read
from app.sdk.errors import LockedError
from app.sdk.runtime import Runtime
from app.sdk.uow import unit_of_work
from plugins.identity_check import store
from plugins.identity_check.models import Picture, Reference
from plugins.identity_check.service import references
from plugins.identity_check.service.face_way import closed_here, closed_to, face_tools
from plugins.identity_check.service.references import PicturesRefusedError
from tests.support.camera import picture_at
from tests.support.identity_check import (
    ANOTHER_FACE,
    ME,
    MY_FACE,
    SOMEBODY,
    agree,
    answered,
    ask,
    codes,
    enrol,
    enrolled,
)

pytestmark = pytest.mark.usefixtures("database")


def pictures(face: str, *moments: int) -> list[bytes]:
    return [picture_at(face, moment) for moment in moments]


def refusal(content: list[bytes], person_id: int = ME) -> str:
    with pytest.raises(PicturesRefusedError) as caught:
        enrol(content, person_id)
    reasons = caught.value.details["reasons"]
    assert isinstance(reasons, list)
    assert isinstance(reasons[0], dict)
    return str(reasons[0]["code"])


def test_three_pictures_of_one_person_open_the_face_way(database: Runtime) -> None:
    enrolled()

    assert closed_to(read(), ME, face_tools()) is None


def test_without_both_consents_nobody_is_enrolled(database: Runtime) -> None:
    with pytest.raises(LockedError):
        enrol(pictures(MY_FACE, 0, 1, 2))


def test_without_an_impact_assessment_nobody_is_enrolled(database: Runtime) -> None:
    agree()
    unassessed = dataclasses.replace(face_tools(), assessment_id="")

    with pytest.raises(LockedError, match="影响评估"), unit_of_work() as uow:
        references.enrol(uow, ME, [], tools=unassessed)
    assert closed_here(unassessed) is not None


@pytest.mark.parametrize(
    ("number", "code"), [(0, "TOO_FEW_PICTURES"), (2, "TOO_FEW_PICTURES"), (6, "TOO_MANY_PICTURES")]
)
def test_three_to_five_pictures_are_needed(database: Runtime, number: int, code: str) -> None:
    agree()

    assert refusal(pictures(MY_FACE, *range(number))) == code


def test_two_people_cannot_share_a_reference(database: Runtime) -> None:
    agree()

    assert refusal([*pictures(MY_FACE, 0, 1), *pictures(ANOTHER_FACE, 2)]) == "FRAMES_DIFFER"


def test_one_picture_three_times_is_no_camera(database: Runtime) -> None:
    agree()

    assert refusal(pictures(MY_FACE, 0, 0, 0)) == "STILL_PICTURE"


def test_a_poor_picture_is_named(database: Runtime) -> None:
    agree()

    assert refusal([*pictures(MY_FACE, 0, 1), b"\xff\xd8\xff junk"]) == "PICTURE_UNREADABLE"


def test_a_snapshot_cannot_become_a_reference(database: Runtime) -> None:
    enrolled(SOMEBODY)
    answered(ask(person_id=SOMEBODY), picture_at(MY_FACE, 50))
    agree()

    assert refusal(pictures(MY_FACE, 50, 51, 52)) == "REUSED_PICTURE"


def test_the_same_face_may_renew_the_reference(database: Runtime) -> None:
    enrolled()
    enrol(pictures(MY_FACE, 20, 21, 22))

    with unit_of_work() as uow:
        assert len(uow.session.scalars(select(Reference)).all()) == 1
        # The frames of the first one stay known: they must not come back as snapshots.
        assert len(uow.session.scalars(select(Picture)).all()) == 6


def test_another_face_may_not_take_the_reference_over(database: Runtime) -> None:
    enrolled()

    assert refusal(pictures(ANOTHER_FACE, 20, 21, 22)) == "REFERENCE_DIFFERS"


def test_neither_face_nor_template_lies_in_clear(database: Runtime) -> None:
    enrolled()

    with unit_of_work() as uow:
        reference = uow.session.scalars(select(Reference)).one()
        template = store.template_of(uow.session, reference)
        stored = [reference.sealed_template, reference.sealed_crop]
        stored += [picture.sealed_scene or b"" for picture in uow.session.scalars(select(Picture))]
    assert not any(template.body[:16] in content or b"\xff\xd8\xff\xe0" in content for content in stored)


def test_enrolment_pictures_are_not_kept_as_images(database: Runtime) -> None:
    enrolled()

    with unit_of_work() as uow:
        assert [picture.sealed_image for picture in uow.session.scalars(select(Picture))] == [None] * 3


def test_a_reference_of_an_older_engine_must_be_taken_anew(database: Runtime) -> None:
    enrolled()
    with unit_of_work() as uow:
        uow.session.scalars(select(Reference)).one().profile = "older/1"
        uow.commit()

    assert "重新拍摄" in (closed_to(read(), ME, face_tools()) or "")
    assert codes(answered(ask(), picture_at(MY_FACE, 9))) == ["FACE_UNAVAILABLE"]
