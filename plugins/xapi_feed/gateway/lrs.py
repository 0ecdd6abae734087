"""A record store over HTTP: the only file that knows httpx.

The store may be slow, down or hostile: no redirects (they could lead inside),
no proxies from the environment, limits on every wait and on the whole
exchange, answers read up to a bound and never unpacked (a packed megabyte can
hold a gigabyte). TLS is always verified.
"""

from __future__ import annotations

import contextlib
import email.utils
import socket
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import httpx

from plugins.xapi_feed.domain.answers import Answer

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
EXCHANGE_SECONDS = 60.0
"""No exchange lasts longer, however the answer drips: the lease must outlive it."""
ANSWER_BYTES = 1_000_000


class RecordStoreClient:
    """Speaks xAPI to one record store."""

    def __init__(
        self,
        endpoint: str,
        *,
        key: str,
        secret: str,
        version: str,
        exchange_seconds: float = EXCHANGE_SECONDS,
    ) -> None:
        self._statements = f"{endpoint}/statements"
        self._exchange_seconds = exchange_seconds
        self._socket: socket.socket | None = None
        self._http = httpx.Client(
            auth=httpx.BasicAuth(key, secret),
            headers={
                "X-Experience-API-Version": version,
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": "Anxue",
            },
            timeout=httpx.Timeout(min(READ_SECONDS, exchange_seconds), connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def post(self, bodies: Sequence[bytes]) -> Answer:
        """Send frozen statements as one array, byte for byte."""
        return self._exchange(
            self._http.build_request(
                "POST",
                self._statements,
                content=b"[" + b",".join(bodies) + b"]",
                headers={"Content-Type": "application/json"},
            )
        )

    def statement(self, statement_id: str) -> Answer:
        """Ask for what is stored under statement_id."""
        return self._exchange(
            self._http.build_request("GET", self._statements, params={"statementId": statement_id})
        )

    def _exchange(self, request: httpx.Request) -> Answer:
        ends = time.monotonic() + self._exchange_seconds
        request.extensions = {**request.extensions, "trace": self._remember_connection}
        # The time-outs of the client are for one read each: headers that drip would keep it for ever.
        watch = threading.Timer(self._exchange_seconds, self._cut_connection)
        watch.daemon = True
        watch.start()
        try:
            response = self._http.send(request, stream=True)
            try:
                return _read(response, ends)
            finally:
                response.close()
        except httpx.HTTPError as error:
            return Answer(status=None, trouble=type(error).__name__)
        finally:
            watch.cancel()

    def _remember_connection(self, event: str, info: dict[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")

    def _cut_connection(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # The socket's own method: TLS would first say goodbye, and the reader is still at it.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _read(response: httpx.Response, ends: float) -> Answer:
    body = bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) > ANSWER_BYTES:
            return _garbled(response, "the answer is too long")
        if time.monotonic() > ends:
            break
    if time.monotonic() > ends:
        return Answer(status=None, trouble="the answer takes too long")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return _garbled(response, "the answer is packed, though we asked for plain")
    return Answer(
        status=response.status_code,
        body=bytes(body),
        retry_after_seconds=_retry_after(response.headers.get("Retry-After")),
    )


def _garbled(response: httpx.Response, trouble: str) -> Answer:
    """Return an answer of which only a refusing status is believed."""
    if response.status_code < 300:
        return Answer(status=None, trouble=trouble)
    return Answer(
        status=response.status_code,
        trouble=trouble,
        retry_after_seconds=_retry_after(response.headers.get("Retry-After")),
    )


def _retry_after(value: str | None) -> float | None:
    """Return the seconds a Retry-After asks for; a date counts from now."""
    if value is None:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
