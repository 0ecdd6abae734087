"""The gate before comparing: what makes a picture unfit, and that it never says who is in it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.identity_check.domain.faces import Face, Fingerprint, Portrait, Sighting
from plugins.identity_check.domain.quality import QualityGate, quality_faults

GATE = QualityGate()
FACE = Face(left=200, top=100, width=150, height=200, score=0.94)
GOOD = Sighting(
    fingerprint=Fingerprint("a", "b", 0, b""),
    width_pixels=640,
    height_pixels=480,
    faces=(FACE,),
    portrait=Portrait(brightness=120, sharpness=900, features=b""),
)


def test_a_clear_face_is_fit() -> None:
    assert quality_faults(GOOD, GATE) == ()


def test_a_phone_held_upright_is_fit() -> None:
    assert quality_faults(replace(GOOD, width_pixels=480, height_pixels=640), GATE) == ()


@pytest.mark.parametrize(("width", "height"), [(639, 480), (640, 479), (480, 480), (320, 240)])
def test_a_picture_below_640_by_480_is_too_small(width: int, height: int) -> None:
    small = replace(GOOD, width_pixels=width, height_pixels=height)

    assert quality_faults(small, GATE) == ("PICTURE_TOO_SMALL",)


def test_without_a_certain_face_there_is_none() -> None:
    assert quality_faults(replace(GOOD, faces=(replace(FACE, score=0.79),)), GATE) == ("NO_FACE",)


def test_two_people_are_too_many() -> None:
    assert quality_faults(replace(GOOD, faces=(FACE, replace(FACE, height=60))), GATE) == ("SEVERAL_FACES",)


def test_a_passer_by_far_behind_does_not_matter() -> None:
    assert quality_faults(replace(GOOD, faces=(FACE, replace(FACE, height=49))), GATE) == ()


def test_a_face_below_100_pixels_is_too_small() -> None:
    assert quality_faults(replace(GOOD, faces=(replace(FACE, height=99.9),)), GATE) == ("FACE_TOO_SMALL",)


@pytest.mark.parametrize(
    ("portrait", "code"),
    [
        (Portrait(brightness=20, sharpness=900, features=b""), "TOO_DARK"),
        (Portrait(brightness=250, sharpness=900, features=b""), "TOO_BRIGHT"),
        (Portrait(brightness=120, sharpness=5, features=b""), "BLURRED"),
    ],
)
def test_a_bad_light_or_a_shaken_hand_is_named(portrait: Portrait, code: str) -> None:
    assert quality_faults(replace(GOOD, portrait=portrait), GATE) == (code,)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    dark = replace(GOOD, faces=(replace(FACE, height=80),), portrait=Portrait(10, 5, b""))

    assert quality_faults(dark, GATE) == ("FACE_TOO_SMALL", "TOO_DARK", "BLURRED")


@given(st.lists(st.tuples(st.floats(1, 1000), st.floats(0, 1)), max_size=6))
def test_several_uncertain_shapes_never_count_as_people(shapes: list[tuple[float, float]]) -> None:
    uncertain = tuple(Face(0, 0, height, height, min(score, 0.7)) for height, score in shapes)

    assert quality_faults(replace(GOOD, faces=(FACE, *uncertain)), GATE) == ()
