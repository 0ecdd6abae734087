"""The fingerprint of a course package: same digest, same course, byte for byte.

Covers the files that course.toml names and course.toml itself; other files in
the folder do not belong to the package. A changed byte makes a new version.
"""

import hashlib

from app.courses.package import CoursePackage

_PIECE_BYTES = 1024 * 1024


def package_digest(package: CoursePackage) -> str:
    """Return the SHA-256 (hex) over the sorted list of "digest  name" rows of the package's files."""
    whole = hashlib.sha256()
    for name in package.files:
        whole.update(f"{file_digest(package, name)}  {name}\n".encode())
    return whole.hexdigest()


def file_digest(package: CoursePackage, name: str) -> str:
    """Return the SHA-256 (hex) of one file of the package."""
    digest = hashlib.sha256()
    with (package.folder / name).open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()
