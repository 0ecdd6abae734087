"""Whether a picture has been used before.

A stored portrait or an earlier snapshot, sent again as if live, is the plainest
of tricks. Three likenesses count: the same file, the same pixels in another
file, and the same moment, recompressed, rescaled or softened. A camera's next
picture of the same person in the same room is a different moment: people
breathe and sensors are noisy, and what is left when both pictures are laid over
each other tells the two apart. The figures behind both limits are in the README.
"""

from collections.abc import Callable, Iterable

from plugins.identity_check.domain.faces import Fingerprint

HASH_BITS = 64
BANDS = 4
BAND_BITS = HASH_BITS // BANDS
TOLERATED_BITS = 3
"""Fewer than bands, so at least one band of a copy is equal: a database finds it by index."""

LARGEST_RESIDUE = 0.65
"""Grey levels (root mean square) by which a copy may differ from its original."""

Residue = Callable[[bytes, bytes], float]
"""How far the second scene is from being made of the first; supplied by the gateway."""


def bands(scene_hash: int) -> tuple[int, ...]:
    """Return the keys under which copies of a picture with scene_hash can be found."""
    if not 0 <= scene_hash < 1 << HASH_BITS:
        raise ValueError("a scene hash has 64 bits")
    mask = (1 << BAND_BITS) - 1
    return tuple(scene_hash >> band * BAND_BITS & mask for band in range(BANDS))


def resembles(one: int, other: int) -> bool:
    """Return whether two scene hashes are near enough for a closer look."""
    return (one ^ other).bit_count() <= TOLERATED_BITS


def is_copy(candidate: Fingerprint, earlier: Fingerprint, residue: Residue) -> bool:
    """Return whether candidate is the picture earlier, whatever was done to its file."""
    if candidate.image_sha256 == earlier.image_sha256 or candidate.pixels_sha256 == earlier.pixels_sha256:
        return True
    if not resembles(candidate.scene_hash, earlier.scene_hash):
        return False
    return residue(earlier.scene, candidate.scene) <= LARGEST_RESIDUE


def is_reused(candidate: Fingerprint, known: Iterable[Fingerprint], residue: Residue) -> bool:
    """Return whether candidate is a copy of any picture known before."""
    return any(is_copy(candidate, earlier, residue) for earlier in known)
