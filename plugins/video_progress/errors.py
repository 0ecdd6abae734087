"""Refusals of video_progress, named for the fact."""

from __future__ import annotations

from app.sdk.errors import ConflictError, GoneError, LockedError, NotFoundError


class LeaseLostError(ConflictError):
    """The person opened another playback: this one ended (CONCURRENT_SESSION)."""

    code = "lease_lost"
    sentence = "账号已在另一设备登录，本页的学习已暂停。"


class PlaybackClosedError(ConflictError):
    """A beat or an answer arrived for a playback that has ended."""

    code = "playback_closed"
    sentence = "本次学习已结束，请重新打开课时。"


class SequenceConflictError(ConflictError):
    """A sequence number was used again with other content; nothing of the request was taken."""

    code = "sequence_conflict"
    sentence = "学习记录的序号重复且内容不一致。"


class TicketExpiredError(GoneError):
    """The playback's ticket is too old: the lesson must be opened again."""

    code = "ticket_expired"
    sentence = "学习凭证已过期，请重新打开课时。"


class TicketRefusedError(NotFoundError):
    """The ticket is forged, or belongs to another playback or person: it is not said which."""


class LessonNotReadyError(LockedError):
    """The lesson is the trainee's, but its video is not prepared yet."""

    code = "lesson_not_ready"
    sentence = "视频还在准备中，请稍后再来。"


class NothingPendingError(ConflictError):
    """An end check was asked for, and nothing waits for confirmation."""

    code = "nothing_pending"
    sentence = "没有待确认的学习时间。"


class ChallengeOverError(ConflictError):
    """The check was answered, lost or cancelled already."""

    code = "challenge_over"
    sentence = "本次核验已结束。"


class NonceUsedError(ConflictError):
    """The answer belongs to an earlier attempt of the same check."""

    code = "nonce_used"
    sentence = "本次核验已更新，请重新作答。"


class NoMethodError(ConflictError):
    """There is no way to answer a check here: play goes on, nothing can be confirmed."""

    code = "no_presence_method"
    sentence = "当前没有可用的核验方式，可以观看，但学习时间暂时无法确认。请联系培训机构。"
