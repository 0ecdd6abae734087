"""The whole picture, made small: to find earlier copies of it and to be sure.

Knows OpenCV's arithmetic, no faces. The aligned face crop, which one would
hash first, is of no use here: the detector's landmarks move by a pixel when a
file is recompressed, which changes more of the crop's hash than the next frame
of a camera does.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

COLUMNS, ROWS = 64, 48
_STEPS = 64
"""Fractions of a grey level that are kept: whole levels would blur the limit."""
_CLIPPED_BELOW, _CLIPPED_ABOVE = 8, 247
_CELLS_AT_LEAST = COLUMNS * ROWS // 4


def scene_hash(grey: NDArray[np.uint8]) -> int:
    """Return 64 bits: in a reduction to 9 by 8 cells, is each cell darker than its right neighbour."""
    small = cv2.resize(grey.astype(np.float32), (9, 8), interpolation=cv2.INTER_AREA)
    return int.from_bytes(np.packbits(small[:, :-1] < small[:, 1:]).tobytes(), "big")


def scene(grey: NDArray[np.uint8]) -> bytes:
    """Return the picture as 64 by 48 cells of grey, 16 bits each."""
    cells = cv2.resize(grey.astype(np.float32), (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return np.rint(cells * _STEPS).astype("<u2").tobytes()


def residue(earlier: bytes, candidate: bytes) -> float:
    """Return what of candidate earlier does not explain, in grey levels (root mean square).

    Brightness, contrast and softness are fitted away, so changing those does
    not make a copy new. Infinite if too little of the two can be compared.
    """
    if len(earlier) != len(candidate) or len(earlier) != COLUMNS * ROWS * 2:
        return float("inf")
    before = np.frombuffer(earlier, dtype="<u2").reshape(ROWS, COLUMNS) / _STEPS
    after = np.frombuffer(candidate, dtype="<u2").reshape(ROWS, COLUMNS) / _STEPS
    edge = np.pad(before, 1, mode="edge")
    softness = edge[:-2, 1:-1] + edge[2:, 1:-1] + edge[1:-1, :-2] + edge[1:-1, 2:] - 4 * before
    comparable = np.minimum(before, after) > _CLIPPED_BELOW
    comparable &= np.maximum(before, after) < _CLIPPED_ABOVE
    if int(comparable.sum()) < _CELLS_AT_LEAST:
        return float("inf")
    model = np.stack([before[comparable], softness[comparable], np.ones(int(comparable.sum()))], axis=1)
    fitted = np.linalg.lstsq(model, after[comparable], rcond=None)[0]
    return float(np.sqrt(np.mean((model @ fitted - after[comparable]) ** 2)))
