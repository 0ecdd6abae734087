"""What is wrong with a course package, said all at once and with the place.

Knows how a fault is printed. It does not know what can be wrong.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend: a file of the package, a line (from 1), a Chinese reason."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class PackageFaults(Exception):
    """A course package cannot be used; faults holds every reason, in reading order."""

    def __init__(self, folder: Path, faults: Iterable[Fault]) -> None:
        self.folder = folder
        self.faults = tuple(sorted(set(faults)))
        super().__init__(folder, self.faults)

    def __str__(self) -> str:
        return "\n".join(str(Fault(str(self.folder / f.file), f.line, f.reason)) for f in self.faults)


class FaultNotes:
    """Collects the faults of one file while it is being read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def note(self, line: int, reason: str) -> None:
        self.faults.append(Fault(self.file, line, reason))
