"""The rule by which a picture is known again, without pixels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.identity_check.domain.faces import Fingerprint
from plugins.identity_check.domain.reuse import (
    HASH_BITS,
    LARGEST_RESIDUE,
    TOLERATED_BITS,
    Residue,
    bands,
    is_copy,
    is_reused,
    resembles,
)

EARLIER = Fingerprint("file", "pixels", 0b1111, b"scene")
HASHES = st.integers(0, (1 << HASH_BITS) - 1)


def residue_of(value: float) -> Residue:
    def always(_earlier: bytes, _candidate: bytes) -> float:
        return value

    return always


def test_the_same_file_is_a_copy() -> None:
    assert is_copy(Fingerprint("file", "other", 1 << 63, b""), EARLIER, residue_of(99.0))


def test_the_same_pixels_in_another_file_are_a_copy() -> None:
    assert is_copy(Fingerprint("other", "pixels", 1 << 63, b""), EARLIER, residue_of(99.0))


def test_what_explains_the_other_picture_entirely_is_a_copy() -> None:
    assert is_copy(Fingerprint("other", "other", 0b0111, b""), EARLIER, residue_of(LARGEST_RESIDUE))


def test_the_next_moment_is_no_copy() -> None:
    assert not is_copy(
        Fingerprint("other", "other", 0b1111, b""), EARLIER, residue_of(LARGEST_RESIDUE + 0.01)
    )


def test_an_unlike_scene_is_not_looked_at_closely() -> None:
    assert not is_copy(Fingerprint("other", "other", 0, b""), EARLIER, residue_of(0.0))


def test_one_copy_among_many_is_found() -> None:
    others = [Fingerprint(str(number), str(number), 1 << 60, b"") for number in range(3)]

    assert is_reused(Fingerprint("file", "", 0, b""), [*others, EARLIER], residue_of(99.0))


def test_a_first_picture_is_new() -> None:
    assert not is_reused(EARLIER, [], residue_of(0.0))


@given(HASHES, st.sets(st.integers(0, HASH_BITS - 1), max_size=TOLERATED_BITS))
def test_every_near_copy_shares_a_band_with_its_original(scene_hash: int, flipped: set[int]) -> None:
    near = scene_hash
    for bit in flipped:
        near ^= 1 << bit

    assert resembles(scene_hash, near)
    assert any(one == other for one, other in zip(bands(scene_hash), bands(near), strict=True))


@pytest.mark.parametrize("wrong", [-1, 1 << HASH_BITS])
def test_a_hash_of_another_length_is_refused(wrong: int) -> None:
    with pytest.raises(ValueError, match="64 bits"):
        bands(wrong)
