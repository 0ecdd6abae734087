"""One run of the preparation: from the original to encrypted segments in a folder of its own.

Writes files and returns what it made; it changes no row. Whether a run counts,
tasks.py decides. May be killed at any instant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.media.facts import MediaFacts, Preparation, Rendition, preparation_of, refuse_short
from app.media.files import run_folder
from app.media.gateway.ffmpeg import PLAYLIST, Source, cut, draw_poster
from app.media.gateway.posters import redrawn
from app.media.gateway.probe import measure
from app.media.hls import encrypted, master_playlist, media_playlist, read_playlist
from app.media.unfit import UnfitVideoError
from app.sdk.storage import Storage

_CUT_FROM_PERCENT, _CUT_TO_PERCENT = 5, 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to prepare: storage names, and the key of the segments."""

    asset_id: str
    master: str
    captions: str | None
    poster: str | None
    key: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """A rendition as it lies there: its segments' lengths and its peak of bits per second."""

    rendition: Rendition
    segments_ms: tuple[int, ...]
    bits_per_second: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a run made."""

    duration_ms: int
    copied: bool
    cuts: tuple[Cut, ...]


def prepare_files(
    order: Order, storage: Storage, *, run: str, work: Path, report: Callable[[int, str], None]
) -> Prepared:
    """Fill the run's folder with everything the asset's addresses need.

    report hears percent and step about twice a second; what it raises ends the
    run. Raises UnfitVideoError if the video cannot become a lesson.
    """
    report(0, "正在检查视频")
    master = storage.path(order.master)
    facts = measure(master, tick=lambda: report(1, "正在检查视频"))
    preparation = preparation_of(facts)
    source = Source(master, facts)
    _cut(source, preparation, work, report)
    folder = run_folder(order.asset_id, run)
    _put_poster(order, source, storage, folder, work, report)
    if order.captions is not None:
        storage.put(f"{folder}/captions.vtt", storage.get(order.captions))
    cuts = tuple(
        _put_segments(order, rendition, storage, folder, work / rendition.name, report)
        for rendition in preparation.renditions
    )
    for cut_ in cuts:
        refuse_short(sum(cut_.segments_ms), facts.duration_ms)
    manifest = master_playlist((cut_.rendition, cut_.bits_per_second) for cut_ in cuts)
    storage.put(f"{folder}/master.m3u8", manifest.encode())
    report(99, "即将完成")
    return Prepared(facts.duration_ms, preparation.copies, cuts)


def _cut(source: Source, preparation: Preparation, work: Path, report: Callable[[int, str], None]) -> None:
    step = "正在切分视频" if preparation.copies else "正在转换清晰度"
    reached = _CUT_FROM_PERCENT

    def at_ms(position: int | None) -> None:
        nonlocal reached
        if position is not None:
            reached = _percent(position, source.facts)
        report(reached, step)

    cut(source, preparation, work, at_ms=at_ms)


def _percent(position_ms: int, facts: MediaFacts) -> int:
    span = _CUT_TO_PERCENT - _CUT_FROM_PERCENT
    return _CUT_FROM_PERCENT + min(span, span * position_ms // facts.duration_ms)


def _put_poster(
    order: Order,
    source: Source,
    storage: Storage,
    folder: str,
    work: Path,
    report: Callable[[int, str], None],
) -> None:
    report(_CUT_TO_PERCENT, "正在制作封面")
    if order.poster is not None:
        picture = redrawn(storage.path(order.poster))
    else:
        drawn = work / "poster.jpg"
        draw_poster(source, drawn, tick=lambda: report(_CUT_TO_PERCENT, "正在制作封面"))
        picture = drawn.read_bytes()
    storage.put(f"{folder}/poster.jpg", picture)


def _put_segments(
    order: Order,
    rendition: Rendition,
    storage: Storage,
    folder: str,
    plain: Path,
    report: Callable[[int, str], None],
) -> Cut:
    segments = read_playlist((plain / PLAYLIST).read_text()) if (plain / PLAYLIST).is_file() else ()
    if not segments:
        raise UnfitVideoError("视频内容已损坏，没有可播放的部分，请重新导出后上传。")
    peak = 0
    for number, segment in enumerate(segments):
        report(_CUT_TO_PERCENT + 2, "正在加密")
        content = (plain / segment.file).read_bytes()
        peak = max(peak, len(content) * 8 * 1000 // max(segment.lasts_ms, 1))
        sealed = encrypted(content, key=order.key, number=number)
        storage.put(f"{folder}/{rendition.name}/{number}.ts", sealed)
        (plain / segment.file).unlink()
    lengths = tuple(segment.lasts_ms for segment in segments)
    storage.put(f"{folder}/{rendition.name}/{PLAYLIST}", media_playlist(lengths).encode())
    return Cut(rendition, lengths, peak)
