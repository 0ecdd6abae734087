"""Which files a course package may name: real files inside its own folder.

A package comes from outside. A name in it must not lead to another place of
the server: no absolute name, no "..", no link, no device.
"""

import os
import stat
from pathlib import Path, PurePosixPath

_LONGEST_NAME = 200


def path_fault(name: str) -> str | None:
    """Return in Chinese why name may not stand in a package, or None if it may."""
    if not name.strip() or len(name) > _LONGEST_NAME:
        return f"文件名为空或超过 {_LONGEST_NAME} 个字符"
    if any(not character.isprintable() for character in name):
        return "文件名含有不可见字符"
    if "\\" in name or ":" in name:
        return f"文件名 “{name}” 含有 “\\” 或 “:”，目录请用 “/” 分隔"
    parts = name.split("/")
    if name.startswith("/") or any(part in {"", ".", ".."} for part in parts):
        return f"文件名 “{name}” 指向课程文件夹以外，只能写文件夹内的相对路径"
    if any(part.startswith(".") or part != part.strip() for part in parts):
        return f"文件名 “{name}” 以点或空格开头、结尾"
    return None


def file_fault(folder: Path, name: str, *, most_bytes: int) -> str | None:
    """Return in Chinese why the file called name cannot be used, or None if it can.

    Every step down from folder is looked at without following links.
    """
    reason = path_fault(name)
    if reason is not None:
        return reason
    place = folder
    for part in PurePosixPath(name).parts:
        place = place / part
        try:
            found = os.lstat(place)
        except (FileNotFoundError, NotADirectoryError):
            return f"找不到文件 “{name}”"
        except OSError as error:
            return f"无法读取文件 “{name}”（{error.strerror}）"
        if stat.S_ISLNK(found.st_mode):
            return f"文件 “{name}” 是链接，请放入文件本身"
    if not stat.S_ISREG(found.st_mode):
        return f"“{name}” 不是普通文件"
    if found.st_size == 0:
        return f"文件 “{name}” 是空的"
    if found.st_size > most_bytes:
        return f"文件 “{name}” 有 {_size(found.st_size)}，超过上限 {_size(most_bytes)}"
    return None


def _size(count: int) -> str:
    for unit, word in ((1024**3, "GB"), (1024**2, "MB"), (1024, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {word}"
    return f"{count} 字节"
