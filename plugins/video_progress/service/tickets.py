"""The playback ticket: a signed permission to send beats of one playback of one person.

Together with the session cookie of the same person it is a beat's authority,
so that hearing a beat needs no query for the user.
"""

from __future__ import annotations

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from plugins.video_progress.errors import TicketExpiredError, TicketRefusedError

LASTS_SECONDS = 12 * 3600


class Tickets:
    """Writes and reads tickets with the installation's secret."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="anxue.playback-ticket.v1")

    def write(self, playback_id: str, person_id: int) -> str:
        """Return a ticket for the playback."""
        return str(self._serializer.dumps([playback_id, person_id]))

    def check(self, ticket: str, *, playback_id: str, person_id: int) -> None:
        """Raise TicketRefusedError or TicketExpiredError unless ticket is this playback's and person's."""
        try:
            content = self._serializer.loads(ticket, max_age=LASTS_SECONDS)
        except SignatureExpired as error:
            raise TicketExpiredError from error
        except BadSignature as error:
            raise TicketRefusedError from error
        if content != [playback_id, person_id]:
            raise TicketRefusedError
