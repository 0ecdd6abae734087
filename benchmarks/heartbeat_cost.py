"""What processes cost: CPU seconds of a process and all it started, and resident memory (Linux)."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(root: int) -> float:
    """Return user and system time of root, its living descendants and those it has reaped."""
    total = 0.0
    for pid in descendants(root):
        fields = _fields(pid)
        # utime, stime, and those of children that have ended, which are in nobody else's books.
        total += sum(int(fields[at]) for at in (11, 12, 13, 14)) / TICKS if fields else 0.0
    return total


def largest_rss_mb(root: int) -> float:
    """Return the resident memory of the largest process below root, in megabytes."""
    sizes = [0.0]
    for pid in descendants(root):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        sizes += [int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")]
    return max(sizes)


def descendants(root: int) -> list[int]:
    """Return root and every living process below it."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        if fields := _fields(int(folder.name)):
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found, seen = [root], 0
    while seen < len(found):
        found += parents.get(found[seen], [])
        seen += 1
    return found


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
