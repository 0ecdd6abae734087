"""A stand-in for the playback interface: enough to drive the player, no more.

It believes every beat. The real rules are video_progress's; this only answers in
the same shapes, and can be told (POST /dev/plan) when to ask for a check and how
to fail, so that every state of the player can be looked at.
"""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

WINDOW_SECONDS = 60.0
ATTEMPTS = 3


def problem(status: int, code: str, title: str) -> ResponseReturnValue:
    """Return a problem+json answer."""
    answer = jsonify(type="about:blank", title=title, status=status, code=code)
    answer.mimetype = "application/problem+json"
    return answer, status


@dataclass
class Challenge:
    """One check under way."""

    id: str
    started: float
    attempt: int = 1
    window: float = WINDOW_SECONDS

    def settle(self) -> None:
        """Count attempts whose window has passed."""
        while self.attempt <= ATTEMPTS and time.monotonic() > self.started + self.window:
            self.lose(self.started + self.window)

    def lose(self, at: float) -> None:
        """Use up one attempt."""
        self.attempt += 1
        self.started = at

    @property
    def lost(self) -> bool:
        """Whether the last attempt is used up."""
        return self.attempt > ATTEMPTS

    def view(self) -> dict[str, Any]:
        """Return the challenge as the interface shows it."""
        return {
            "id": self.id,
            "nonce": f"{self.id}-{self.attempt}",
            "attempt": self.attempt,
            "attempts_left": max(0, ATTEMPTS + 1 - self.attempt),
            "expires_in": round(max(0.0, self.started + self.window - time.monotonic()), 3),
            "methods": ["snapshot", "otp_quiz"],
        }


@dataclass
class FakePlayback:
    """One lesson, one person, in memory."""

    number: int = 0
    seen: dict[int, Any] = field(default_factory=dict)
    checked: list[tuple[float, float]] = field(default_factory=list)
    pending: list[tuple[float, float]] = field(default_factory=list)
    furthest: float = 0.0
    challenge: Challenge | None = None
    challenges: int = 0
    plan: dict[str, Any] = field(default_factory=dict)
    heard: list[Any] = field(default_factory=list)
    beacons: int = 0

    def _sum(self, spans: list[tuple[float, float]]) -> float:
        total, end = 0.0, -1.0
        for start, stop in sorted(spans):
            total += max(0.0, stop - max(start, end))
            end = max(end, stop)
        return round(total, 3)

    def _resume_at(self) -> float:
        return max((stop for _, stop in self.checked), default=0.0)

    def _state(self) -> dict[str, Any]:
        self._settle()
        return {
            "id": str(self.number),
            "state": "open",
            "resume_at": self._resume_at(),
            "furthest": self.furthest,
            "pending_seconds": self._sum(self.pending),
            "checked_seconds": self._sum(self.checked),
            "challenge": self.challenge.view() if self.challenge else None,
        }

    def _settle(self) -> None:
        if self.challenge:
            self.challenge.settle()
            if self.challenge.lost:
                self._fail()

    def _fail(self) -> None:
        self.challenge, self.pending = None, []
        self.furthest = self._resume_at()

    def _pass(self) -> None:
        self.checked += self.pending
        self.challenge, self.pending = None, []

    def _ask(self) -> None:
        self.challenges += 1
        self.challenge = Challenge(
            f"c{self.challenges}", time.monotonic(), window=self.plan.get("window", WINDOW_SECONDS)
        )

    def mount(self, app: Flask) -> None:
        """Add the routes to app."""

        @app.post("/dev/plan")
        def plan() -> ResponseReturnValue:
            """Set the plan: challenge_after, window, answer_status, lose_lease."""
            self.__init__()  # type: ignore[misc]
            self.plan = request.get_json()
            return jsonify(ok=True)

        @app.post("/dev/change")
        def change() -> ResponseReturnValue:
            self.plan.update(request.get_json())
            return jsonify(ok=True)

        @app.get("/dev/heard")
        def heard() -> ResponseReturnValue:
            return jsonify(beats=self.heard, beacons=self.beacons, state=self._state())

        @app.post("/api/v1/playbacks")
        def open_() -> ResponseReturnValue:
            self.number += 1
            self.seen, self.pending = {}, []
            self.furthest = max(self.furthest, 0.0) if self.number == 1 else self._resume_at()
            return jsonify(
                id=str(self.number),
                ticket=f"ticket-{self.number}",
                resume_at=self._resume_at(),
                furthest=self.furthest,
                manifest_url="/video/index.m3u8",
                beat_seconds=self.plan.get("beat_seconds", 5),
            ), 201

        @app.get("/api/v1/playbacks/<playback>")
        def state(playback: str) -> ResponseReturnValue:
            if playback != str(self.number):
                return problem(409, "lease_lost", "账号已在另一设备登录")
            return jsonify(self._state())

        @app.post("/api/v1/playbacks/<playback>/beats")
        def beats(playback: str) -> ResponseReturnValue:
            return hear(playback, beacon=False)

        @app.post("/api/v1/playbacks/<playback>/beacon")
        def beacon(playback: str) -> ResponseReturnValue:
            return hear(playback, beacon=True)

        def hear(playback: str, *, beacon: bool) -> ResponseReturnValue:
            if self.plan.get("answer_status"):
                return problem(self.plan["answer_status"], "unavailable", "服务暂时不可用")
            if self.plan.get("lose_lease") or playback != str(self.number):
                self.plan.pop("lose_lease", None)
                return problem(409, "lease_lost", "账号已在另一设备登录")
            self.beacons += beacon
            body = request.get_json(force=True)
            for beat in body["beats"]:
                if beat["seq"] in self.seen:
                    if self.seen[beat["seq"]] != beat:
                        return problem(409, "sequence_conflict", "同一序号的内容不一致")
                    continue
                self.seen[beat["seq"]] = beat
                self.heard.append(beat)
                start, stop = beat["played"]
                if beat["visible"] and stop > start:
                    self.pending.append((start, stop))
                    self.furthest = max(self.furthest, stop)
            after = self.plan.get("challenge_after")
            if after is not None and not self.challenge and self._sum(self.pending) >= after:
                self._ask()
            answer = self._state()
            return jsonify(
                accepted=len(body["beats"]),
                codes=[],
                pending_seconds=answer["pending_seconds"],
                checked_seconds=answer["checked_seconds"],
                challenge=answer["challenge"],
            )

        @app.post("/api/v1/playbacks/<playback>/end-check")
        def end_check(playback: str) -> ResponseReturnValue:
            if playback != str(self.number):
                return problem(409, "lease_lost", "账号已在另一设备登录")
            if self.challenge is None:
                self._ask()
            assert self.challenge is not None  # noqa: S101
            return jsonify(challenge=self.challenge.view())

        @app.post("/api/v1/playbacks/<playback>/close")
        def close(playback: str) -> ResponseReturnValue:
            if playback != str(self.number):
                return problem(409, "lease_lost", "账号已在另一设备登录")
            self.pending, self.challenge = [], None
            return jsonify(checked_seconds=self._sum(self.checked), pending_seconds=0)

        @app.get("/api/v1/challenges/<challenge>")
        def show(challenge: str) -> ResponseReturnValue:
            self._settle()
            if self.challenge is None or self.challenge.id != challenge:
                return problem(409, "challenge_over", "本次核验已结束")
            refused = self.plan.get("no_face")
            return jsonify(
                {
                    **self.challenge.view(),
                    "methods": [
                        {
                            "name": "snapshot",
                            "label": "拍照确认",
                            "available": not refused,
                            "reason": refused,
                        },
                        {"name": "otp_quiz", "label": "验证码和知识问答", "available": True, "reason": None},
                    ],
                    "prompts": {
                        "snapshot": {"camera_module": "/static/identity_check/camera.js"},
                        "otp_quiz": {
                            "code": "482 915",
                            "question": "交接班时，隐患应当怎样交接？",
                            "options": [
                                {"key": "a", "text": "写在本子上，下一班自己看"},
                                {"key": "b", "text": "当面交清，双方签字"},
                                {"key": "c", "text": "电话里说一声"},
                            ],
                        },
                    },
                }
            )

        @app.post("/api/v1/challenges/<challenge>/answers")
        def answer(challenge: str) -> ResponseReturnValue:
            self._settle()
            if self.challenge is None or self.challenge.id != challenge:
                return problem(409, "challenge_over", "本次核验已结束")
            if request.form["nonce"] != self.challenge.view()["nonce"]:
                return problem(409, "nonce_used", "本次核验已更新，请重试")
            if request.form["method"] == "otp_quiz":
                right = request.form["code"].replace(" ", "") == "482915" and request.form["answer"] == "b"
                verdict = "passed" if right else "failed"
                reasons = [] if right else [{"code": "WRONG_ANSWER", "text": "回答不正确。"}]
            else:
                verdict = self.plan.get("face", "passed") if request.files.getlist("frame") else "retry"
                reasons = (
                    []
                    if verdict == "passed"
                    else [{"code": "TOO_DARK", "text": "画面太暗，请面向光线再拍一张。"}]
                )
            if verdict == "passed":
                self._pass()
            elif verdict == "failed":
                self.challenge.lose(time.monotonic())
                if self.challenge.lost:
                    self._fail()
            view = self.challenge.view() if self.challenge else {}
            return jsonify(
                result=verdict,
                reasons=reasons,
                attempts_left=view.get("attempts_left", 0),
                nonce=view.get("nonce"),
                expires_in=view.get("expires_in"),
            )


def sample_video(folder: Path) -> None:
    """Make a minute of HLS with a running clock, captions and a poster in folder, unless it is there."""
    if (folder / "index.m3u8").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    font = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
    drawn = (
        f"drawtext=fontfile={font}:text='%{{pts\\:hms}}':fontsize=72:fontcolor=white:x=(w-tw)/2:y=h-170,"
        f"drawtext=fontfile={font}:text='交接班五问':fontsize=88:fontcolor=white:x=(w-tw)/2:y=180"
    )
    common = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y"]
    subprocess.run(
        [
            *common,
            *("-f", "lavfi", "-i", f"color=c=0x0b4a3f:s=1280x720:r=15:d=60,{drawn}"),
            *(
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=220:duration=60",
                "-c:v",
                "libx264",
                "-preset",
                "veryfast",
            ),
            *("-g", "60", "-keyint_min", "60", "-sc_threshold", "0", "-pix_fmt", "yuv420p", "-c:a", "aac"),
            *("-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", str(folder / "index.m3u8")),
        ],
        check=True,
    )
    subprocess.run(
        [
            *common,
            *("-i", str(folder / "index3.ts"), "-frames:v", "1"),
            *("-vf", "scale=640:-2", str(folder / "poster.jpg")),
        ],
        check=True,
    )
    cues = [
        f"00:00:{at:02d}.000 --> 00:00:{at + 5:02d}.000\n第 {at // 6 + 1} 句：隐患要当面交清。"
        for at in range(0, 54, 6)
    ]
    (folder / "captions.vtt").write_text("WEBVTT\n\n" + "\n\n".join(cues) + "\n", encoding="utf-8")
