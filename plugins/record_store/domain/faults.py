"""What is wrong with a request to the record store, named by the place where it is wrong."""

from __future__ import annotations

from app.sdk.errors import AnxueError, Json


class RequestFaultError(AnxueError):
    """The request breaks the specification; path says where, reason says how."""

    status = 400
    code = "xapi_request"
    sentence = "请求不符合 xAPI 规范。"

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        details: dict[str, Json] = {"path": path, "reason": reason}
        super().__init__(details=details)


class StatementFaultError(RequestFaultError):
    """A statement breaks the specification. Nothing of its batch is stored."""

    code = "xapi_statement"
    sentence = "语句不符合 xAPI 规范，整批未保存。"
