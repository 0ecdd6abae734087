"""Hostile and odd pictures: refused with a code, never with a crash."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from plugins.identity_check.domain.faces import Face, UnreadablePictureError
from plugins.identity_check.gateway.intake import LARGEST_BYTES, face_crop, fingerprint, upright_pixels
from plugins.identity_check.gateway.scene import residue
from tests.support.camera import FACES

PORTRAIT = (FACES / "collins_nasa.jpg").read_bytes()


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", exif: Image.Exif | None = None
) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, 128).save(file, kind, **({"exif": exif} if exif else {}))
    return file.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadablePictureError) as caught:
        upright_pixels(content)
    return caught.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_are_read(kind: str) -> None:
    assert upright_pixels(picture(kind)).shape == (48, 64, 3)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "1", "LA", "I;16"])
def test_other_colour_modes_become_rgb(mode: str) -> None:
    assert upright_pixels(picture("PNG", mode=mode)).shape == (48, 64, 3)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM", "ICO"])
def test_other_kinds_are_refused(kind: str) -> None:
    assert refusal(picture(kind)) == "PICTURE_UNREADABLE"


def test_nothing_is_no_picture() -> None:
    assert refusal(b"") == "NO_PICTURE"


def test_too_many_bytes_are_refused_before_reading() -> None:
    assert refusal(PORTRAIT + bytes(LARGEST_BYTES)) == "PICTURE_TOO_LARGE"


def test_a_bomb_of_pixels_is_refused_before_unpacking() -> None:
    bomb = picture("PNG", size=(20_000, 20_000), mode="1")

    assert len(bomb) < LARGEST_BYTES
    assert refusal(bomb) in {"PICTURE_TOO_LARGE", "PICTURE_UNREADABLE"}


def test_a_side_of_4097_pixels_is_too_long() -> None:
    assert refusal(picture(size=(4097, 10))) == "PICTURE_TOO_LARGE"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_moving_pictures_are_refused(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), shade) for shade in (0, 255)]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:])

    assert refusal(file.getvalue()) == "PICTURE_UNREADABLE"


def test_the_orientation_a_phone_writes_is_followed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    assert upright_pixels(picture(size=(64, 48), exif=exif)).shape == (64, 48, 3)


@pytest.mark.parametrize("kept", [0, 1, 3, 10, 100, 1000, 20_000, 70_000])
def test_a_cut_off_picture_is_refused(kept: int) -> None:
    assert refusal(PORTRAIT[:kept]) in {"NO_PICTURE", "PICTURE_UNREADABLE"}


@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP"]), st.binary()
)
def test_random_bytes_are_refused(signature: bytes, rest: bytes) -> None:
    assert refusal(signature + rest) in {"NO_PICTURE", "PICTURE_UNREADABLE", "PICTURE_TOO_LARGE"}


def read_or_refused(content: bytes) -> str:
    try:
        upright_pixels(content)
    except UnreadablePictureError as error:
        return error.code
    return "read"


SMALL = {kind: picture(kind, size=(40, 30)) for kind in ("JPEG", "PNG", "WEBP")}


@settings(max_examples=300)
@given(
    st.sampled_from(sorted(SMALL)),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_a_damaged_picture_is_read_or_refused(kind: str, damage: list[tuple[int, int]]) -> None:
    content = bytearray(SMALL[kind])
    for place, value in damage:
        content[place % len(content)] = value
    assert read_or_refused(bytes(content)) in {"read", "PICTURE_UNREADABLE", "PICTURE_TOO_LARGE"}


@pytest.mark.parametrize("size", [(1, 1), (1, 4096), (4096, 1), (2, 3)])
def test_a_fingerprint_can_be_taken_of_any_readable_picture(size: tuple[int, int]) -> None:
    content = picture(size=size)

    assert fingerprint(content, upright_pixels(content)).scene_hash == 0


def test_the_crop_shows_the_face_and_not_the_room() -> None:
    crop = Image.open(io.BytesIO(face_crop(PORTRAIT, Face(180, 80, 85, 113, 0.93))))

    assert crop.size == (136, 181)


def test_a_box_that_leaves_the_picture_is_cut_at_its_edge() -> None:
    crop = Image.open(io.BytesIO(face_crop(PORTRAIT, Face(-50, -50, 600, 600, 0.9))))

    assert crop.size == (320, 320)


def test_scenes_of_another_length_cannot_be_compared() -> None:
    assert residue(b"", b"") == float("inf")
    assert residue(bytes(6144), bytes(6142)) == float("inf")
