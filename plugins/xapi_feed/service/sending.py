"""One drain to the destination of this installation, put together from its settings."""

from __future__ import annotations

from app.sdk.outbox_claim import is_due
from app.sdk.runtime import runtime
from app.sdk.uow import unit_of_work
from plugins.xapi_feed.gateway.lrs import RecordStoreClient
from plugins.xapi_feed.service.delivery import Drain, Drained
from plugins.xapi_feed.service.telling import DESTINATION
from plugins.xapi_feed.settings import FeedSettings

SECONDS_AT_MOST = 20.0


def drain() -> Drained:
    """Send what may be sent now; nothing at all without a destination."""
    app = runtime()
    settings = app.settings_of(FeedSettings)
    if not settings.endpoint:
        return Drained()
    # Asked every two seconds: most of the time there is nothing, and then not even a client is made.
    with app.sessions() as session:
        if not is_due(session, DESTINATION, now=app.clock.now()):
            return Drained()
    with RecordStoreClient(
        settings.endpoint,
        key=settings.key,
        secret=settings.secret.get_secret_value(),
        version=settings.version,
    ) as client:
        sender = Drain(client, unit_of_work, destination=DESTINATION, rng=app.rng)
        return sender.run(seconds_at_most=SECONDS_AT_MOST)
