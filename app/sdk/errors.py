"""Errors that have a name, a status and a sentence.

Raised in domain and service code, which knows nothing of HTTP; one mapper in
the kernel turns them into problem+json or a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class AnxueError(Exception):
    """A refusal that is part of the product, not a fault of the program.

    `status` is the HTTP status of the answer, `code` the stable identifier that
    programs read, `sentence` what a person reads.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    sentence: ClassVar[str] = "请求有误，请检查后重试。"

    def __init__(
        self,
        sentence: str | None = None,
        *,
        details: Mapping[str, Json] | None = None,
        retry_after_seconds: int | None = None,
    ) -> None:
        self.text = sentence or self.sentence
        self.details = dict(details or {})
        self.retry_after_seconds = retry_after_seconds
        super().__init__(self.text)


class MalformedError(AnxueError):
    """The body cannot be read at all."""

    status = 400
    code = "malformed"
    sentence = "请求内容无法解析。"


class InvalidError(AnxueError):
    """The body can be read, but a field has a value that is never allowed."""

    status = 422
    code = "invalid"
    sentence = "请求内容不符合要求。"


class NotSignedInError(AnxueError):
    """Nobody is signed in, or the session has ended."""

    status = 401
    code = "not_signed_in"
    sentence = "请先登录。"


class ForbiddenError(AnxueError):
    """The function is not for this person's roles."""

    status = 403
    code = "forbidden"
    sentence = "您没有使用此功能的权限。"


class NotFoundError(AnxueError):
    """There is no such thing, or it is not yours: both look alike."""

    status = 404
    code = "not_found"
    sentence = "没有找到您要的内容。"


class ConflictError(AnxueError):
    """The request contradicts what is already recorded."""

    status = 409
    code = "conflict"
    sentence = "操作与当前状态冲突，请刷新后重试。"


class GoneError(AnxueError):
    """It was there, and its time is over."""

    status = 410
    code = "gone"
    sentence = "内容已过期。"


class TooLargeError(AnxueError):
    """The body is larger than this call takes."""

    status = 413
    code = "too_large"
    sentence = "内容过大。"


class UnsupportedError(AnxueError):
    """The body is of a kind this call does not take."""

    status = 415
    code = "unsupported_media_type"
    sentence = "不支持该内容类型。"


class LockedError(AnxueError):
    """Yours, but not open yet."""

    status = 423
    code = "locked"
    sentence = "此内容尚未开放。"


class TooManyRequestsError(AnxueError):
    """Too often in too short a time."""

    status = 429
    code = "too_many_requests"
    sentence = "操作过于频繁，请稍后再试。"


class UnavailableError(AnxueError):
    """Something we depend on is away; nothing was changed."""

    status = 503
    code = "unavailable"
    sentence = "服务暂时不可用，请稍后再试，已确认的学习时间不受影响。"
