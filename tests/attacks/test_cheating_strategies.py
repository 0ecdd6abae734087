"""A simulator of cheats: none earns a millisecond more than the time it spent; honest people lose ≤ 1 %.

Every strategy plays through HTTP against a clock of ours and answers its checks
perfectly, so that nothing but the rule of credit stands in its way. It returns
the most that it may earn: the wall clock, or less where it did not watch at all.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.sdk.db import read
from plugins.online_hours.service.health import books_that_disagree
from plugins.video_progress.domain import playback as rules_of_play
from plugins.video_progress.domain.intervals import Spans
from plugins.video_progress.domain.invariants import spent_twice
from plugins.video_progress.domain.pieces import lasting
from plugins.video_progress.service import proving
from tests.support.cheating import LONG_SECONDS, Cheat, Stage, stage

SEED = 20251020
Strategy = Callable[[Cheat, random.Random], int]
ALL = float(LONG_SECONDS)


def fast_beats(cheat: Cheat, rng: random.Random) -> int:
    for _ in range(30):
        cheat.wait(rng.uniform(1, 8))
        cheat.say((cheat.reached, cheat.reached + 30))
    return cheat.lived_ms()


def huge_claims(cheat: Cheat, rng: random.Random) -> int:
    for _ in range(20):
        cheat.wait(rng.uniform(1, 12))
        cheat.say((0, ALL))
    return cheat.lived_ms()


def the_end_at_once(cheat: Cheat, _rng: random.Random) -> int:
    cheat.wait(1)
    cheat.say((0, ALL))
    cheat.say((ALL - 1, ALL))
    cheat.finish()
    return 1_000


def seeking_to_the_last_seconds(cheat: Cheat, _rng: random.Random) -> int:
    for _ in range(20):
        cheat.wait(5)
        cheat.say((ALL - 5, ALL))
    return 0


def sixteen_times_the_speed(cheat: Cheat, _rng: random.Random) -> int:
    for _ in range(30):
        cheat.wait(5)
        cheat.say((cheat.reached, cheat.reached + 80), rate=16)
    return cheat.lived_ms()


def double_speed_called_normal(cheat: Cheat, _rng: random.Random) -> int:
    for _ in range(30):
        cheat.wait(15)
        cheat.say((cheat.reached, cheat.reached + 30), rate=1.0)
    return cheat.lived_ms()


def many_tiny_beats(cheat: Cheat, rng: random.Random) -> int:
    for _ in range(60):
        cheat.wait(rng.uniform(0.05, 0.3))
        cheat.say((cheat.reached, cheat.reached + 0.9))
    return cheat.lived_ms()


def a_batch_of_many(cheat: Cheat, _rng: random.Random) -> int:
    for turn in range(6):
        cheat.wait(10)
        cheat.say(*((turn * 150 + part * 15, turn * 150 + part * 15 + 15) for part in range(10)))
    return cheat.lived_ms()


def watching_the_same_again(cheat: Cheat, _rng: random.Random) -> int:
    for _ in range(30):
        cheat.wait(15)
        cheat.say((0, 15))
    return 15_000


def the_same_beat_again(cheat: Cheat, _rng: random.Random) -> int:
    beat = {"seq": 1, "played": [0, 15], "rate": 1, "visible": True}
    for _ in range(20):
        cheat.wait(15)
        cheat.send([beat])
    return 15_000


def the_same_number_with_more_in_it(cheat: Cheat, _rng: random.Random) -> int:
    for more in range(20):
        cheat.wait(15)
        cheat.send([{"seq": 1, "played": [0, 15 + more], "rate": 1, "visible": True}])
    return 15_000


def a_hidden_tab(cheat: Cheat, _rng: random.Random) -> int:
    for at in range(0, 450, 15):
        cheat.wait(15)
        cheat.say((at, at + 15), visible=False)
    return 0


def hidden_time_claimed_again_as_seen(cheat: Cheat, _rng: random.Random) -> int:
    for at in range(0, 60, 15):
        cheat.wait(15)
        cheat.say((at, at + 15), visible=False)
    for _ in range(10):
        cheat.say((0, 60))
    return 0


def two_devices_one_lesson(cheat: Cheat, rng: random.Random) -> int:
    other = Cheat(cheat.on, cheat.login, cheat.person_id)
    for turn in range(12):
        one = (cheat, other)[turn % 2]
        one.open(cheat.on.lesson)
        cheat.wait(rng.uniform(5, 15))
        for each in (cheat, other):
            if each.playback:
                each.say((0, 15 * turn + 15))
                each.finish()
    return cheat.lived_ms()


def two_lessons_at_once(cheat: Cheat, _rng: random.Random) -> int:
    other = Cheat(cheat.on, cheat.login, cheat.person_id)
    other.open(cheat.on.other_lesson)
    for at in range(0, 300, 15):
        cheat.wait(15)
        for each in (cheat, other):
            each.say((at, at + 15))
    other.finish()
    return cheat.lived_ms()


def two_lessons_in_turn(cheat: Cheat, _rng: random.Random) -> int:
    for turn in range(16):
        cheat.open(cheat.on.other_lesson if turn % 2 else cheat.on.lesson)
        cheat.wait(10)
        cheat.say((0, 10 * turn + 20))
        cheat.finish()
    return cheat.lived_ms()


def another_persons_ticket(cheat: Cheat, _rng: random.Random) -> int:
    victim = cheat.on.cheat()
    cheat.playback = victim.open(cheat.on.lesson)
    for at in range(0, 300, 15):
        cheat.wait(15)
        assert cheat.say((at, at + 15)).status_code == 404
    return 0


def a_forged_ticket(cheat: Cheat, rng: random.Random) -> int:
    ticket = cheat.playback["ticket"]
    for at in range(0, 300, 15):
        cheat.wait(15)
        place = rng.randrange(len(ticket))
        wrong = "A" if ticket[place] != "A" else "B"
        cheat.playback["ticket"] = ticket[:place] + wrong + ticket[place + 1 :]
        cheat.say((at, at + 15))
    return 0


def an_old_playbacks_ticket(cheat: Cheat, _rng: random.Random) -> int:
    old = cheat.playback["ticket"]
    cheat.open(cheat.on.lesson)
    cheat.playback["ticket"] = old
    for at in range(0, 150, 15):
        cheat.wait(15)
        assert cheat.say((at, at + 15)).status_code == 404
    return 0


def a_clock_that_lies(cheat: Cheat, rng: random.Random) -> int:
    for at in range(0, 300, 15):
        cheat.wait(2)
        lie = f"20{rng.randrange(20, 40)}-01-01T00:00:00Z"
        cheat.say((at, at + 15), client_time=lie)
        cheat.say((at, at + 15), at=lie)
        cheat.say((at, at + 15))
    return cheat.lived_ms()


def overlapping_claims(cheat: Cheat, rng: random.Random) -> int:
    for turn in range(30):
        cheat.wait(10)
        start = max(0.0, turn * 5 - rng.uniform(0, 10))
        cheat.say((start, turn * 10 + 12), (start, turn * 10 + 20))
    return cheat.lived_ms()


def gaps_just_under_the_longest(cheat: Cheat, _rng: random.Random) -> int:
    for at in range(0, 840, 120):
        cheat.wait(119.999)
        cheat.say((at, at + 122))
    return cheat.lived_ms()


def gaps_just_over_the_longest(cheat: Cheat, _rng: random.Random) -> int:
    for at in range(0, 480, 120):
        cheat.wait(120.001)
        cheat.say((at, at + 120))
    return 0


def saving_up_while_paused(cheat: Cheat, _rng: random.Random) -> int:
    for _ in range(30):
        cheat.wait(20)
        cheat.say((0, 0))
    cheat.say((0, 600))
    for part in range(20):
        cheat.say((part * 30, part * 30 + 30))
    return 120_000


def closing_before_the_check(cheat: Cheat, _rng: random.Random) -> int:
    for _ in range(8):
        for at in range(0, 45, 15):
            cheat.wait(15)
            cheat.present = False
            cheat.say((at, at + 15))
        cheat.close()
        cheat.open(cheat.on.lesson)
    return 0


def opening_again_before_the_check(cheat: Cheat, _rng: random.Random) -> int:
    cheat.present = False
    for _ in range(10):
        for at in range(0, 30, 15):
            cheat.wait(15)
            cheat.say((at, at + 15))
        cheat.open(cheat.on.lesson)
    return 0


def a_check_after_every_beat(cheat: Cheat, rng: random.Random) -> int:
    for turn in range(25):
        cheat.wait(rng.uniform(0.5, 4))
        cheat.say((cheat.reached - 1 if turn else 0, cheat.reached + 10))
        cheat.finish()
    return cheat.lived_ms()


def guessing(cheat: Cheat, _rng: random.Random) -> int:
    cheat.present = False
    for at in range(0, 450, 15):
        cheat.wait(15)
        challenge = cheat.say((at % 90, at % 90 + 15)).get_json()["challenge"]
        if challenge:
            cheat.answer(challenge["id"], right=False)
    return 0


def answering_nothing(cheat: Cheat, _rng: random.Random) -> int:
    cheat.present = False
    for at in range(0, 600, 15):
        cheat.wait(15)
        cheat.say((at, at + 15))
    return 0


def the_same_answer_again(cheat: Cheat, _rng: random.Random) -> int:
    for at in range(0, 150, 15):
        cheat.present = False
        cheat.wait(15)
        challenge = cheat.say((at, at + 15)).get_json()["challenge"]
        if challenge:
            shown = cheat.challenge(challenge["id"])["prompts"]["otp_quiz"]
            key = next(option["key"] for option in shown["options"] if option["text"] == "对的")
            sent = {
                "method": "otp_quiz",
                "nonce": challenge["nonce"],
                "code": shown["code"],
                "answer": key,
            }
            path = f"/api/v1/challenges/{challenge['id']}/answers"
            first, *others = [cheat.post(path, data=dict(sent)) for _ in range(4)]
            assert (first.status_code, {each.status_code for each in others}) == (200, {409})
    return cheat.lived_ms()


def playing_while_the_check_waits(cheat: Cheat, _rng: random.Random) -> int:
    cheat.present = False
    challenge, at = None, 0
    while challenge is None:
        cheat.wait(15)
        challenge = cheat.say((at, at + 15)).get_json()["challenge"]
        at += 15
    for _ in range(5):
        cheat.wait(10)
        cheat.say((at, at + 10))
        at += 10
    cheat.pass_check(challenge["id"])
    cheat.present = True
    cheat.say((at - 50, at))
    return cheat.lived_ms() - 50_000


def numbers_out_of_order(cheat: Cheat, rng: random.Random) -> int:
    numbers = rng.sample(range(10**9), 60)
    for turn in range(20):
        cheat.wait(5)
        cheat.send(
            [
                {"seq": number, "played": [turn * 15, turn * 15 + 15], "rate": 1, "visible": True}
                for number in numbers[turn * 3 : turn * 3 + 3]
            ]
        )
    return cheat.lived_ms()


def farewells_only(cheat: Cheat, _rng: random.Random) -> int:
    cheat.present = False
    for turn in range(20):
        cheat.wait(3)
        cheat.seq += 1
        beat = {"seq": cheat.seq, "played": [turn * 15, turn * 15 + 15], "rate": 1, "visible": True}
        sent = {"ticket": cheat.playback["ticket"], "beats": [beat]}
        cheat.on.tried += 1
        cheat.post(f"/api/v1/playbacks/{cheat.playback['id']}/beacon", json=sent)
    cheat.present = True
    cheat.say((0, 0))
    return cheat.lived_ms()


def beats_after_the_end(cheat: Cheat, _rng: random.Random) -> int:
    cheat.close()
    for at in range(0, 300, 15):
        cheat.wait(15)
        assert cheat.say((at, at + 15)).status_code == 409
    return 0


def opening_and_closing_in_a_flurry(cheat: Cheat, rng: random.Random) -> int:
    for turn in range(20):
        cheat.open(cheat.on.lesson)
        cheat.say((0, 15 * turn + 15))
        cheat.wait(rng.uniform(0, 2))
        cheat.say((0, 15 * turn + 15))
        cheat.finish()
        cheat.close()
    return cheat.lived_ms()


def around_midnight(cheat: Cheat, _rng: random.Random) -> int:
    now = cheat.clock.now()
    midnight = now.replace(hour=16, minute=0, second=0, microsecond=0)
    to_go = (midnight - now).total_seconds() % 86_400
    cheat.wait(to_go - 60)
    cheat.open(cheat.on.lesson)
    begun = cheat.lived_ms()
    for turn in range(12):
        cheat.wait(10)
        cheat.say((0, turn * 20 + 20))
        cheat.finish()
        if turn % 4 == 1:
            cheat.close()
            cheat.open(cheat.on.lesson)
    return cheat.lived_ms() - begun


def just_anything(cheat: Cheat, rng: random.Random) -> int:
    deeds: tuple[Callable[[], object], ...] = (
        lambda: cheat.wait(rng.choice((0, 0.001, 1, 5, 15, 119, 121))),
        lambda: cheat.say((0, rng.uniform(1, 900))),
        lambda: cheat.say((rng.uniform(0, 60), rng.uniform(60, 300))),
        lambda: cheat.say((0, 60), visible=rng.random() < 0.5, rate=rng.choice((1, 2, 16))),
        cheat.finish,
        cheat.close,
        lambda: cheat.open(rng.choice((cheat.on.lesson, cheat.on.other_lesson))),
    )
    for _ in range(120):
        rng.choice(deeds)()
    return cheat.lived_ms()


STRATEGIES: tuple[Strategy, ...] = (
    fast_beats, huge_claims, the_end_at_once, seeking_to_the_last_seconds, sixteen_times_the_speed,
    double_speed_called_normal, many_tiny_beats, a_batch_of_many, watching_the_same_again,
    the_same_beat_again, the_same_number_with_more_in_it, a_hidden_tab, hidden_time_claimed_again_as_seen,
    two_devices_one_lesson, two_lessons_at_once, two_lessons_in_turn, another_persons_ticket,
    a_forged_ticket, an_old_playbacks_ticket, a_clock_that_lies, overlapping_claims,
    gaps_just_under_the_longest, gaps_just_over_the_longest, saving_up_while_paused,
    closing_before_the_check, opening_again_before_the_check, a_check_after_every_beat, guessing,
    answering_nothing, the_same_answer_again, playing_while_the_check_waits, numbers_out_of_order,
    farewells_only, beats_after_the_end, opening_and_closing_in_a_flurry, around_midnight, just_anything,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a strategy earned, what it may have earned at most, and server time that paid twice."""

    earned_ms: int
    at_most_ms: int
    paid_twice_ms: int


def outcome(on: Stage, strategy: Strategy) -> Outcome:
    """Play a strategy to its end, with a last check passed if there is still something to confirm."""
    cheat = on.cheat()
    cheat.open(on.lesson)
    at_most_ms = strategy(cheat, random.Random(f"{SEED} {strategy.__name__}"))
    cheat.finish()
    pieces = on.credited(cheat.person_id)
    return Outcome(
        earned_ms=lasting(pieces),
        at_most_ms=at_most_ms,
        paid_twice_ms=sum(end - start for start, end in spent_twice(pieces)),
    )


@pytest.fixture(scope="module")
def played(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(sqlite_template, tmp_path_factory.mktemp("cheating")) as on:
        yield on


@pytest.fixture(scope="module")
def outcomes(played: Stage) -> Mapping[str, Outcome]:
    found = {strategy.__name__: outcome(played, strategy) for strategy in STRATEGIES}
    print(f"\nseed {SEED}: {len(found)} strategies, {played.tried} beats tried, {played.accepted} accepted,")
    print(f"{played.passed} checks passed, {sum(each.earned_ms for each in found.values())} ms earned")
    return found


@pytest.mark.parametrize("name", [strategy.__name__ for strategy in STRATEGIES])
def test_no_strategy_earns_more_than_the_time_it_spent(name: str, outcomes: Mapping[str, Outcome]) -> None:
    assert outcomes[name].earned_ms <= outcomes[name].at_most_ms


@pytest.mark.parametrize("name", [strategy.__name__ for strategy in STRATEGIES])
def test_no_moment_pays_twice(name: str, outcomes: Mapping[str, Outcome]) -> None:
    assert outcomes[name].paid_twice_ms == 0


def test_enough_was_tried_to_prove_something(outcomes: Mapping[str, Outcome], played: Stage) -> None:
    earning = sum(found.earned_ms > 0 for found in outcomes.values())
    assert len(outcomes) >= 30
    assert played.tried >= 800
    assert played.accepted >= 400
    assert played.passed >= 50
    assert earning >= 15


def test_all_that_was_earned_is_proved_by_its_beats(outcomes: Mapping[str, Outcome], played: Stage) -> None:
    with played.app.app_context():
        found = [
            *proving.unproved(read()),
            *proving.beats_twice(read()),
            *books_that_disagree(read()),
        ]
    assert (found, len(outcomes)) == ([], len(STRATEGIES))


@pytest.fixture
def credulous(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Stage, Outcome]]:
    """A server that lends ten seconds to every beat, and what a cheat makes of it."""

    def lent(_: Spans, elapsed: Spans, *, holds_ms: int) -> Spans:
        assert holds_ms > 0
        return ((elapsed[0][0] - 10_000, elapsed[-1][1]),)

    with stage(sqlite_template, tmp_path) as on:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rules_of_play, "filled", lent)
            found = outcome(on, the_end_at_once)
        yield on, found


def test_the_simulator_notices_a_credulous_server(credulous: tuple[Stage, Outcome]) -> None:
    _, found = credulous
    assert found.earned_ms > found.at_most_ms


def test_the_doctor_names_what_a_credulous_server_gave_away(credulous: tuple[Stage, Outcome]) -> None:
    on, _ = credulous
    with on.app.app_context():
        found = list(proving.unproved(read()))
    assert any("ms credited, the evidence comes to" in fault for fault in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What befalls an honest trainee's beats: shares of 1, and every how many beats 90 s are cut off."""

    lost: float = 0
    unacknowledged: float = 0
    late_seconds: float = 0
    cut_every: int = 0


NETWORKS = {
    "steady": Network(),
    "jitter": Network(late_seconds=2.5),
    "loss": Network(lost=0.2, late_seconds=0.5),
    "lost acknowledgements and late copies": Network(unacknowledged=0.3, late_seconds=1),
    "cut off for 90 s again and again": Network(cut_every=10, late_seconds=1),
}


def honestly(trainee: Cheat, network: Network, rng: random.Random) -> float:
    """Watch a whole lesson as our player does, pausing for checks; return the seconds watched."""
    trainee.present = False
    position = ahead = 0.0
    waiting: list[dict[str, object]] = []
    copies: list[list[dict[str, object]]] = []
    beats = silent = 0
    while position < LONG_SECONDS:
        plays = min(rng.uniform(14, 16), LONG_SECONDS - position - ahead)
        trainee.wait(plays)
        trainee.seq += 1
        beats += 1
        end = position + ahead + plays
        waiting.append({"seq": trainee.seq, "played": [position, end], "rate": 1, "visible": True})
        position, ahead = end, 0.0
        if network.cut_every and beats % network.cut_every == 0:
            silent = 6
        silent -= 1
        if (silent >= 0 or rng.random() < network.lost) and position < LONG_SECONDS:
            continue
        late = rng.uniform(0, network.late_seconds)
        ahead = min(late, LONG_SECONDS - position)
        trainee.wait(late)
        heard = trainee.send(waiting).get_json()
        if rng.random() < network.unacknowledged and not heard["challenge"]:
            copies.append(list(waiting))
            continue
        waiting = []
        if copies:
            trainee.send(copies.pop())
        if heard["challenge"]:
            trainee.wait(rng.uniform(3, 20))
            trainee.pass_check(heard["challenge"]["id"])
    trainee.present = True
    if waiting:
        trainee.send(waiting)
    trainee.finish()
    return position


@pytest.mark.parametrize("name", NETWORKS)
def test_an_honest_trainee_loses_at_most_one_per_cent(name: str, played: Stage) -> None:
    trainee = played.cheat()
    trainee.open(played.lesson)
    watched = honestly(trainee, NETWORKS[name], random.Random(f"{SEED} {name}"))
    earned_ms = lasting(played.credited(trainee.person_id))
    print(f"\n{name}: {watched:.1f} s watched, {earned_ms / 1000} s earned")
    assert watched >= LONG_SECONDS - 0.001
    assert earned_ms >= watched * 990
