"""What a backup says of itself: every file with its SHA-256, every table with its rows, which keys it needs.

The manifest is written last and sealed with a key derived from the vault key:
who has the keys can tell that nothing was lost, cut off or changed, the
manifest included. It holds fingerprints of the secrets, never the secrets.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FORMAT = 1
MANIFEST = "manifest.json"
_CHUNK_BYTES = 1 << 20


class BackupError(Exception):
    """A backup cannot be made or must not be trusted; each fault is a sentence."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of an installation."""

    session: bytes
    vault: bytes

    def fingerprints(self) -> dict[str, str]:
        """Return what tells keys apart and does not lead back to them."""
        return {name: _mac(key, b"anxue backup fingerprint")[:32] for name, key in self._named().items()}

    def seal(self, text: bytes) -> str:
        """Return what only the holder of the vault key can write under text."""
        return _mac(self.vault, b"anxue backup manifest\0" + text)

    def _named(self) -> dict[str, bytes]:
        return {"session": self.session, "vault": self.vault}


@dataclass(frozen=True, slots=True)
class File:
    """One file of a backup; name is relative to its folder."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A whole backup. database is sqlite or postgresql; rows counts every table."""

    made_at: str
    database: str
    dump: str
    rows: Mapping[str, int]
    renditions: bool
    secrets: Mapping[str, str]
    files: tuple[File, ...]


def write_manifest(folder: Path, manifest: Manifest, keys: Keys) -> None:
    """Write the manifest, after which the backup counts as made."""
    content = {"format": FORMAT, **asdict(manifest)}
    sealed = {**content, "seal": keys.seal(_canonical(content))}
    arriving = folder / f".{MANIFEST}"
    with arriving.open("x", encoding="utf-8") as file:
        json.dump(sealed, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    arriving.replace(folder / MANIFEST)


def read_manifest(folder: Path, keys: Keys) -> Manifest:
    """Return the manifest. Raises BackupError if there is none, keys are other ones, or it was changed."""
    try:
        content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise BackupError(f"备份格式 {content['format']} 不是本版本能读取的格式 {FORMAT}。")
        seal, fingerprints = str(content.pop("seal")), dict(content["secrets"])
    except FileNotFoundError as error:
        raise BackupError(f"{folder} 中没有 {MANIFEST}：不是备份，或备份没有做完。") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(f"{MANIFEST} 已损坏，无法读取。") from error
    ours = keys.fingerprints()
    if wrong := [name for name in ours if fingerprints.get(name) != ours[name]]:
        raise BackupError(*(f"{name}.key 不是制作该备份时的密钥：其中加密的内容无法读取。" for name in wrong))
    if not hmac.compare_digest(seal, keys.seal(_canonical(content))):
        raise BackupError(f"{MANIFEST} 制作之后被改动过。")
    del content["format"]
    return Manifest(**{**content, "files": tuple(File(**file) for file in content["files"])})


def described(folder: Path, names: Iterable[str]) -> Iterator[File]:
    """Yield name, length and SHA-256 of files below folder."""
    for name in sorted(names):
        path = folder / name
        yield File(name, path.stat().st_size, sha256_of(path))


def damages(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for every file that is missing, cut off, changed or not listed."""
    listed = {file.name for file in manifest.files}
    for file in manifest.files:
        path = folder / file.name
        if not path.is_file():
            yield f"{file.name}：缺失。"
        elif path.stat().st_size != file.bytes:
            yield f"{file.name}：应为 {file.bytes} 字节，实为 {path.stat().st_size} 字节。"
        elif sha256_of(path) != file.sha256:
            yield f"{file.name}：内容与清单中的 SHA-256 不符。"
    for name in sorted(set(names_below(folder)) - listed - {MANIFEST}):
        yield f"{name}：不在清单中。"


def names_below(folder: Path) -> Iterator[str]:
    """Yield the names of all files below folder, with `/`."""
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _mac(key: bytes, text: bytes) -> str:
    return hmac.new(key, text, hashlib.sha256).hexdigest()
