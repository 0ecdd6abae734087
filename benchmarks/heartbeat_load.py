"""Sends beats over real HTTP as fast as they are answered, or at a fixed rate, and notes how long each took.

One process, one thread, keep-alive connections. At a fixed rate a beat's time
begins when it was due, not when a connection was free for it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Watcher:
    """One playback of one person at the HTTP interface."""

    path: str
    playback_id: str
    ticket: str
    cookie: str
    token: str
    seq: int = 0
    position_ms: int = 0
    last: float = field(default_factory=time.monotonic)
    acknowledged: list[int] = field(default_factory=list)

    def request(self, host: str) -> bytes:
        """Return the next beat, claiming what has passed since the last one, as an honest player does."""
        now = time.monotonic()
        played_ms = max(1, int(now * 1000) - int(self.last * 1000))
        self.seq, self.last = self.seq + 1, now
        start, self.position_ms = self.position_ms, self.position_ms + played_ms
        body = (
            f'{{"ticket":"{self.ticket}","beats":[{{"seq":{self.seq},'
            f'"played":[{start / 1000},{self.position_ms / 1000}],"rate":1,"visible":true}}]}}'
        )
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: {host}\r\nCookie: {self.cookie}\r\n"
            f"X-CSRF-Token: {self.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


@dataclass(slots=True)
class Outcome:
    """What a run came to."""

    seconds: float
    latencies: list[float]
    refused: int

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile_ms(self, share: float) -> float:
        """Return the latency that share of all beats stayed below."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class _Line(asyncio.Protocol):
    """One connection: one request at a time."""

    def __init__(self, run: _Run, watchers: Sequence[Watcher]) -> None:
        self.run = run
        self.watchers = deque(watchers)
        self.heard = b""
        self.began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.run.free(self)

    def send(self, due: float) -> None:
        self.began = due
        self.transport.write(self.watchers[0].request(self.run.host))

    def data_received(self, data: bytes) -> None:
        self.heard += data
        head, found, body = self.heard.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        watcher = self.watchers[0]
        self.heard = b""
        self.watchers.rotate(-1)
        taken = head[9:12] == b"200" and b'"accepted":1' in body
        if taken:
            watcher.acknowledged.append(watcher.seq)
        self.run.answered(time.monotonic() - self.began, taken=taken)
        self.run.free(self)


class _Run:
    def __init__(self, host: str, *, beats: int | None, seconds: float, rate: float | None) -> None:
        self.host = host
        self.left = beats
        self.seconds = seconds
        self.rate = rate
        self.idle: deque[_Line] = deque()
        self.due: deque[float] = deque()
        self.latencies: list[float] = []
        self.refused = 0
        self.out = 0
        self.ended = False

    def free(self, line: _Line) -> None:
        self.idle.append(line)
        self.go_on()

    def answered(self, seconds: float, *, taken: bool) -> None:
        self.out -= 1
        self.refused += not taken
        self.latencies.append(seconds)

    def go_on(self) -> None:
        while self.idle and not self.ended:
            if self.rate is not None and not self.due:
                return
            if self.left is not None:
                if not self.left:
                    return
                self.left -= 1
            self.out += 1
            self.idle.popleft().send(self.due.popleft() if self.rate is not None else time.monotonic())

    async def pace(self) -> None:
        begun, sent = time.monotonic(), 0
        while time.monotonic() - begun < self.seconds:
            if self.rate is not None:
                while sent < (time.monotonic() - begun) * self.rate:
                    self.due.append(begun + sent / self.rate)
                    sent += 1
                self.go_on()
            if self.left == 0 and not self.out:
                return
            await asyncio.sleep(0.002)


def beat(
    host: str,
    port: int,
    watchers: Sequence[Watcher],
    *,
    connections: int,
    seconds: float,
    rate: float | None = None,
    beats: int | None = None,
) -> Outcome:
    """Send beats of watchers for some seconds (or a number of beats) and return what came of it."""

    async def work() -> Outcome:
        run = _Run(f"{host}:{port}", beats=beats, seconds=seconds, rate=rate)
        loop = asyncio.get_running_loop()
        shares = [watchers[n::connections] for n in range(connections)]
        lines = [
            (await loop.create_connection(lambda share=share: _Line(run, share), host, port))[0]  # type: ignore[misc]
            for share in shares
        ]
        begun = time.monotonic()
        await run.pace()
        run.ended = True
        took = time.monotonic() - begun
        patience = time.monotonic() + 10
        while run.out and time.monotonic() < patience:
            await asyncio.sleep(0.005)
        for line in lines:
            line.close()
        return Outcome(took, run.latencies, run.refused + run.out)

    return asyncio.run(work())
