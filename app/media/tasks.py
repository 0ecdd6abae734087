"""The job media.prepare: brings an asset from taken in to ready, or says why not.

Bears being called twice, even at once: every run fills a folder of its own, and
the first to reach the row publishes it; the others clear up after themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.media.files import clear_leftovers, remove_run, workplace
from app.media.keys import unsealed_key
from app.media.models import PREPARE, READY, MediaAsset
from app.media.preparation import Order, Prepared, prepare_files
from app.media.unfit import UnfitVideoError
from app.sdk.runtime import runtime
from app.sdk.tasks import JobFailedError, JobHandler, Progress
from app.sdk.uow import unit_of_work


def prepare(payload: Mapping[str, Any], progress: Progress) -> None:
    """Prepare the asset. Raises JobFailedError with the reason in Chinese."""
    order = _order(str(payload["asset_id"]))
    if order is None:
        return
    storage = runtime().storage
    clear_leftovers(storage, _is_published)
    with workplace(storage, order.asset_id) as (run, work):
        published = False
        try:
            prepared = prepare_files(order, storage, run=run, work=work, report=progress.report)
            published = _publish(order.asset_id, run, prepared)
        except UnfitVideoError as error:
            raise JobFailedError(str(error)) from error
        finally:
            if not published:
                remove_run(storage, order.asset_id, run)


TASKS: Mapping[str, JobHandler] = {PREPARE: prepare}


def _order(asset_id: str) -> Order | None:
    """Return what is to be prepared, None if it is ready. No transaction stays open during the work."""
    with runtime().sessions() as session:
        asset = session.get(MediaAsset, asset_id)
        if asset is None:
            raise JobFailedError("视频记录已不存在。")
        if asset.state == READY:
            return None
        return Order(
            asset_id=asset.id,
            master=asset.master,
            captions=asset.captions,
            poster=asset.poster,
            key=unsealed_key(runtime().keyring, asset.id, asset.key_sealed_with, asset.key_sealed),
        )


def _publish(asset_id: str, run: str, prepared: Prepared) -> bool:
    """Make the run the one that counts; return whether it was the first."""
    with unit_of_work() as uow:
        asset = uow.session.execute(
            select(MediaAsset).where(MediaAsset.id == asset_id).with_for_update()
        ).scalar_one()
        if asset.state == READY:
            return False
        asset.folder, asset.ready_at = run, uow.now
        asset.duration_ms, asset.copied = prepared.duration_ms, prepared.copied
        asset.renditions = [
            {
                "name": cut.rendition.name,
                "width": cut.rendition.width,
                "height": cut.rendition.height,
                "bits_per_second": cut.bits_per_second,
                "segments_ms": list(cut.segments_ms),
            }
            for cut in prepared.cuts
        ]
        uow.commit()
    return True


def _is_published(asset_id: str, run: str) -> bool:
    with runtime().sessions() as session:
        asset = session.get(MediaAsset, asset_id)
        return asset is not None and asset.folder == run
