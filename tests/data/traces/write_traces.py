"""Writes the traces of this folder: one file a public case of playback, as `anxue playback replay` reads it.

Run it from the repository's root after a change: python tests/data/traces/write_traces.py.
It knows how a player behaves, and none of the rules that judge it.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FIRST_EVENT = datetime.fromisoformat("2025-10-20T10:00:00+08:00")


@dataclass
class Player:
    """A player in front of a server: it plays, reports every 30 s, is asked, answers, leaves."""

    lesson_seconds: float = 2700
    first_event_at: datetime = FIRST_EVENT
    settings: dict[str, Any] = field(default_factory=dict)
    at: float = 0
    position: float = 0
    seq: int = 0
    device: str = "a"
    events: list[dict[str, Any]] = field(default_factory=list)

    def event(self, **event: Any) -> "Player":
        self.events.append({"at": self.at, **event})
        return self

    def wait(self, seconds: float) -> "Player":
        self.at += seconds
        return self

    def open(self, position: float = 0) -> "Player":
        self.position = position
        self.seq = 0
        return self.event(type="open", device=self.device, position=position)

    def beat(self, played: list[float], **more: Any) -> "Player":
        self.seq += 1
        claim = {"rate": 1.0, "visible": True, **more}
        return self.event(type="beat", device=self.device, seq=self.seq, played=played, **claim)

    def play(self, to: float, *, every: float = 30, **more: Any) -> "Player":
        while self.position < to:
            step = min(every, to - self.position)
            self.at += step / more.get("rate", 1.0)
            self.beat([self.position, self.position + step], **more)
            self.position += step
        return self

    def rewind(self) -> "Player":
        self.position = 0
        return self

    def asked(self, answer: str = "challenge_passed", after: float = 6) -> "Player":
        self.event(type="challenge_issued")
        return self.wait(after).event(type=answer)

    def end_check(self, answer: str = "challenge_passed") -> "Player":
        return self.wait(2).event(type=answer).wait(1).event(type="close")

    def trace(self) -> dict[str, Any]:
        return {
            "lesson_seconds": self.lesson_seconds,
            "rules": {},
            "confirmed_today_seconds": 0,
            "first_event_at": self.first_event_at.isoformat(),
            "deadline": None,
            "offline_attendance": [],
            **self.settings,
            "events": self.events,
        }


def failed_thrice(player: Player) -> Player:
    """Pass @720, three failures @1560, leaves."""
    player.open().play(720).asked().play(1560).event(type="challenge_issued")
    for _ in range(3):
        player.wait(20).event(type="challenge_failed")
    return player.wait(5).event(type="close")


def rate_two(player: Player) -> Player:
    """2700 media seconds in 1350 seconds of the wall clock, with the checks in between."""
    player.open().play(1200, rate=2.0).asked().play(2400, rate=2.0).asked()
    return player.play(2700, rate=2.0).end_check()


def hidden_tab(player: Player) -> Player:
    """Hidden from 600 to 1500, the sound goes on."""
    player.open().play(600).play(1500, visible=False).play(1800).asked()
    return player.play(2700).end_check()


def sent_five_times(player: Player) -> Player:
    """Each beat of a minute arrives five times."""
    player.open()
    for start in (0, 30):
        player.wait(30)
        for _ in range(5):
            player.seq = start // 30
            player.wait(0.2).beat([start, start + 30])
    return player.end_check()


def clock_ahead(player: Player) -> Player:
    """The device believes that it is three days later."""
    player.open().play(720).asked().play(1560).asked().play(2400).asked().play(2700).end_check()
    for event in player.events:
        if event["type"] == "beat":
            ahead = player.first_event_at + timedelta(days=3, seconds=event["at"])
            event["client_time"] = ahead.isoformat()
    return player


def around_the_deadline(passed_at: str) -> Player:
    """One minute watched, the check passed at a given instant."""
    player = Player(
        lesson_seconds=60,
        first_event_at=datetime.fromisoformat(passed_at) - timedelta(seconds=66),
        settings={"deadline": "2025-10-31T23:59:59+08:00"},
    )
    return player.open().play(60).asked().wait(1).event(type="close")


def contract(answer_at: float, *, last_beat: list[float] | None) -> Player:
    """One of the three traces of the contract."""
    player = Player(lesson_seconds=60).open().play(30, every=15)
    player.asked(after=answer_at - 30)
    if last_beat is None:
        return player.wait(4.999).event(type="close")
    return player.wait(15).beat(last_beat).wait(1).event(type="close")


def whole(answer: str = "challenge_passed") -> Player:
    """A lesson of 45 minutes with three checks and an end check."""
    player = Player().open()
    for position in (720, 1560, 2400):
        player.play(position).asked(answer)
    return player.play(2700).end_check(answer)


TRACES: dict[str, Player] = {
    "contract-1": contract(36, last_beat=[30, 45]),
    "contract-2": contract(36, last_beat=[45, 60]),
    "contract-3": contract(90.001, last_beat=None),
    "V01": whole(),
    "V02": failed_thrice(Player()),
    "V03": failed_thrice(Player()).wait(600).open(720).play(1560).asked().play(2400).asked()
    .play(2700).end_check(),
    "V04": Player().open().play(720).asked().play(1560).asked("challenge_expired", after=60).wait(15)
    .event(type="challenge_passed").play(2400).asked().play(2700).end_check(),
    "V05": Player().open().play(720).asked(after=60).wait(1).event(type="close"),
    "V07": Player().open().play(300).wait(15).beat([2600, 2700]).end_check(),
    "V08": Player(lesson_seconds=1200).open().play(1200).asked().rewind().play(1200).asked()
    .wait(1).event(type="close"),
    "V09": rate_two(Player()),
    "V11": hidden_tab(Player()),
    "V14": sent_five_times(Player(lesson_seconds=60)),
    "V15": clock_ahead(Player()),
    "V16": Player().open().play(720).asked().play(1560).asked().play(2300).wait(1).event(type="close"),
    "V18": Player(lesson_seconds=1800, settings={"confirmed_today_seconds": 21000}).open().play(900).asked()
    .play(1800).end_check(),
    "V20": around_the_deadline("2025-10-31T23:59:59+08:00"),
    "V21": around_the_deadline("2025-11-01T00:00:00+08:00"),
    "V25": whole("alternative_passed"),
}  # fmt: skip


def written(trace: dict[str, Any]) -> str:
    """Return a trace as JSON with one event a line."""
    head = json.dumps({key: value for key, value in trace.items() if key != "events"})[:-1]
    events = ",\n  ".join(json.dumps(event) for event in trace["events"])
    return f'{head},\n "events": [\n  {events}]}}\n'


def main() -> None:
    """Write every trace."""
    for name, player in TRACES.items():
        (FOLDER / f"{name}.json").write_text(written(player.trace()), encoding="utf-8")


if __name__ == "__main__":
    main()
