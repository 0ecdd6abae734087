"""Delivery of prepared videos: playlists, segments, key, poster, captions.

Every address is checked against the row, so no part of one ever becomes a file
name by itself. What does not exist and what is not yours look alike (404); what
is yours but lies beyond the gate answers 423.
"""

from __future__ import annotations

from flask import Blueprint, Response, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from app.media.access import is_offered, open_until_ms
from app.media.files import run_folder
from app.media.hls import starts_ms
from app.media.keys import unsealed_key
from app.media.models import READY, MediaAsset
from app.sdk.auth import signed_in
from app.sdk.db import read
from app.sdk.errors import LockedError, NotFoundError
from app.sdk.runtime import runtime
from app.sdk.web import requires

pages = Blueprint("media", __name__, url_prefix="/media")

WATCH = "media.watch"
PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
_DAY_SECONDS = 86_400
_HOUR_SECONDS = 3_600


class BeyondGateError(LockedError):
    """A segment that lies further ahead than has been watched."""

    code = "segment_locked"
    sentence = "首次学习不支持快进，请按顺序观看。"


@pages.get("/<uuid:asset_id>/master.m3u8")
@requires(WATCH)
def master(asset_id: object) -> AnyResponse:
    """The list of renditions."""
    asset, _open = _opened(str(asset_id))
    return _file(asset, "master.m3u8", PLAYLIST_TYPE, seconds=_HOUR_SECONDS)


@pages.get("/<uuid:asset_id>/<rendition>/index.m3u8")
@requires(WATCH)
def playlist(asset_id: object, rendition: str) -> AnyResponse:
    """The list of one rendition's segments."""
    asset, _open = _opened(str(asset_id))
    _segments_ms(asset, rendition)
    return _file(asset, f"{rendition}/index.m3u8", PLAYLIST_TYPE, seconds=_HOUR_SECONDS)


@pages.get("/<uuid:asset_id>/<rendition>/<int:number>.ts")
@requires(WATCH)
def segment(asset_id: object, rendition: str, number: int) -> AnyResponse:
    """One encrypted segment. 423 if it begins beyond what is open."""
    asset, open_ms = _opened(str(asset_id))
    starts = starts_ms(_segments_ms(asset, rendition))
    if number >= len(starts):
        raise NotFoundError
    if starts[number] > open_ms:
        raise BeyondGateError
    return _file(asset, f"{rendition}/{number}.ts", "video/mp2t", seconds=_DAY_SECONDS)


@pages.get("/<uuid:asset_id>/key")
@requires(WATCH)
def key(asset_id: object) -> AnyResponse:
    """The key of the segments, never kept by anyone on the way."""
    asset, _open = _opened(str(asset_id))
    plain = unsealed_key(runtime().keyring, asset.id, asset.key_sealed_with, asset.key_sealed)
    made = Response(plain, mimetype="application/octet-stream")
    made.headers["Cache-Control"] = "no-store"
    return made


@pages.get("/<uuid:asset_id>/captions.vtt")
@requires(WATCH)
def captions(asset_id: object) -> AnyResponse:
    """The captions, like the poster: the page asks for them before play has begun."""
    if not is_offered(signed_in(), str(asset_id)):
        raise NotFoundError
    asset = _ready(str(asset_id))
    if asset.captions is None:
        raise NotFoundError
    return _file(asset, "captions.vtt", "text/vtt", seconds=_HOUR_SECONDS)


@pages.get("/<uuid:asset_id>/poster.jpg")
@requires(WATCH)
def poster(asset_id: object) -> AnyResponse:
    """The poster, for everybody to whom the video is offered, begun or not."""
    if not is_offered(signed_in(), str(asset_id)):
        raise NotFoundError
    return _file(_ready(str(asset_id)), "poster.jpg", "image/jpeg", seconds=_DAY_SECONDS)


def _opened(asset_id: str) -> tuple[MediaAsset, int]:
    """Return a ready asset and up to where it is open for who is signed in."""
    open_ms = open_until_ms(signed_in(), asset_id)
    if open_ms is None:
        raise NotFoundError
    return _ready(asset_id), open_ms


def _ready(asset_id: str) -> MediaAsset:
    asset = read().get(MediaAsset, asset_id)
    if asset is None or asset.state != READY:
        raise NotFoundError
    return asset


def _segments_ms(asset: MediaAsset, rendition: str) -> list[int]:
    for known in asset.renditions:
        if known["name"] == rendition:
            return list(known["segments_ms"])
    raise NotFoundError


def _file(asset: MediaAsset, name: str, kind: str, *, seconds: int) -> AnyResponse:
    """Return a file of the asset: with its type, for this browser only, in parts if asked, 304 if known."""
    folder = runtime().storage.path(run_folder(asset.id, asset.folder or ""))
    made = send_from_directory(folder, name, mimetype=kind, conditional=True, max_age=seconds)
    made.headers["Cache-Control"] = f"private, max-age={seconds}"
    return made
