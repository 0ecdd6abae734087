"""Files of a running installation, named by us and kept below one folder."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from app.sdk.errors import NotFoundError

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class Storage:
    """A folder with names of ours: letters, digits, `-`, `_`, `.` and `/`, never from outside."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def path(self, name: str) -> Path:
        """Return where name is or would be. Raises NotFoundError for any other kind of name."""
        if not _NAME.fullmatch(name) or ".." in name:
            raise NotFoundError
        return self._root / name

    def put(self, name: str, content: bytes) -> Path:
        """Write content as name, whole or not at all, safe against a power loss."""
        target = self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return target

    def get(self, name: str) -> bytes:
        """Return the content of name. Raises NotFoundError when there is none."""
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError from error

    def delete(self, name: str) -> bool:
        """Remove name; return whether it was there."""
        try:
            self.path(name).unlink()
        except FileNotFoundError:
            return False
        return True
