"""What is wrong with the feed, in sentences for `anxue doctor`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.sdk.outbox import depth
from plugins.xapi_feed.service.telling import DESTINATION
from plugins.xapi_feed.settings import UNSET_HOME_PAGE, FeedSettings

OLDEST_AT_MOST = timedelta(hours=1)


def faults(session: Session, settings: FeedSettings, *, now: datetime, sample: bool) -> Iterable[str]:
    """Yield what needs a person: dead letters, an alarm, a backlog, an address never chosen."""
    known = depth(session, DESTINATION)
    if known.dead:
        yield f"{known.dead} 条语句被登记中心拒收，请查看 anxue feed dead"
    if known.pause_reason:
        yield f"登记中心拒绝连接（{known.pause_reason}），已暂停发送，请检查地址和凭证"
    oldest = known.oldest_waiting_made_at
    if oldest is not None and now - oldest > OLDEST_AT_MOST:
        yield f"最早的待发语句已等待 {int((now - oldest).total_seconds() // 60)} 分钟"
    if not sample and settings.home_page == UNSET_HOME_PAGE:
        yield "ANXUE_XAPI_FEED_HOME_PAGE 未设置；发送语句后不可再更改"
