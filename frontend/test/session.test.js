import assert from "node:assert/strict";
import test from "node:test";
import { RefusedError, UnreachableError } from "../player/api.js";
import { Session } from "../player/session.js";

const claim = (from, to) => ({ played: [from, to], rate: 1, visible: true });
const taken = { accepted: 1, codes: [], pending_seconds: 0, checked_seconds: 0, challenge: null };

/** A session against answers: functions that return or throw, used up in their order. */
function setUp(answers = []) {
  const stage = { posts: [], told: [], timers: [], at: 0 };
  const api = {
    async post(url, body) {
      stage.posts.push([url, JSON.stringify(body)]);
      if (url === "/playbacks") return { id: "p1", ticket: "t1", resume_at: 7, furthest: 7, beat_seconds: 15 };
      const answer = answers.length ? answers.shift() : () => taken;
      return answer();
    },
  };
  const tell = (name) => (...values) => stage.told.push([name, ...values]);
  const heard = { settled: tell("settled"), challenge: tell("challenge"), refused: tell("refused"), trouble: tell("trouble"), recovered: tell("recovered") };
  stage.session = new Session({
    api,
    playbacksUrl: "/playbacks",
    lessonId: "l1",
    heard,
    now: () => stage.at,
    later: (deed, ms) => stage.timers.push({ deed, ms }),
    cancel: (timer) => delete stage.timers[timer - 1],
  });
  stage.beats = () => stage.posts.filter(([url]) => url.endsWith("/beats"));
  stage.retry = () => stage.timers.filter(Boolean).sort((one, other) => one.ms - other.ms)[0].deed();
  stage.names = () => stage.told.map(([name]) => name);
  return stage;
}

const unreachable = () => {
  throw new UnreachableError("down");
};
const refusal = (status, code) => () => {
  throw new RefusedError(status, { code, title: code }, null);
};

test("beats bear the playback's ticket", async () => {
  const stage = setUp();
  await stage.session.open();
  await stage.session.beat([claim(7, 22)]);
  assert.deepEqual(JSON.parse(stage.beats()[0][1]), { ticket: "t1", beats: [{ seq: 1, ...claim(7, 22) }] });
});

test("a failed post is sent again with the same body", async () => {
  const stage = setUp([unreachable]);
  await stage.session.open();
  await stage.session.beat([claim(7, 22)]);
  await stage.retry();
  assert.equal(stage.beats()[0][1], stage.beats()[1][1]);
});

test("after a failure new beats wait behind the old ones", async () => {
  const stage = setUp([unreachable]);
  await stage.session.open();
  await stage.session.beat([claim(7, 22)]);
  await stage.session.beat([claim(22, 37)]);
  assert.deepEqual(JSON.parse(stage.beats()[1][1]).beats.map((beat) => beat.seq), [1, 2]);
});

test("a failure is told at once, and as long ninety seconds after the last answer", async () => {
  const stage = setUp([unreachable]);
  await stage.session.open();
  stage.at = 15_000;
  await stage.session.beat([claim(7, 22)]);
  assert.deepEqual(stage.told, [["trouble", false]]);
  const [giveUp] = stage.timers;
  assert.equal(giveUp.ms, 75_000);
  giveUp.deed();
  assert.deepEqual(stage.told, [["trouble", false], ["trouble", true]]);
});

test("a recovery in time cancels giving up", async () => {
  const stage = setUp([unreachable]);
  await stage.session.open();
  await stage.session.beat([claim(7, 22)]);
  await stage.retry();
  assert.deepEqual(stage.timers.filter(Boolean), []);
});

test("the first success after trouble is told as recovery", async () => {
  const stage = setUp([unreachable]);
  await stage.session.open();
  await stage.session.beat([claim(7, 22)]);
  await stage.retry();
  assert.deepEqual(stage.names(), ["trouble", "recovered", "settled"]);
});

test("503 is trouble, not an end", async () => {
  const stage = setUp([refusal(503, "unavailable")]);
  await stage.session.open();
  await stage.session.beat([claim(7, 22)]);
  assert.deepEqual(stage.names(), ["trouble"]);
  assert.ok(stage.session.isOpen);
});

test("Retry-After lengthens the wait", async () => {
  const stage = setUp([
    () => {
      throw new RefusedError(429, { code: "too_many_requests" }, 30);
    },
  ]);
  await stage.session.open();
  await stage.session.beat([claim(7, 22)]);
  assert.ok(stage.timers.filter(Boolean).some(({ ms }) => ms === 30_000));
});

test("a lost lease ends the session and nothing more is sent", async () => {
  const stage = setUp([refusal(409, "lease_lost")]);
  await stage.session.open();
  await stage.session.beat([claim(7, 22)]);
  await stage.session.beat([claim(22, 37)]);
  assert.equal(stage.beats().length, 1);
  assert.equal(stage.told[0][1].code, "lease_lost");
});

test("opening again starts with a new queue", async () => {
  const stage = setUp([refusal(409, "lease_lost")]);
  await stage.session.open();
  await stage.session.beat([claim(7, 22)]);
  await stage.session.open();
  await stage.session.beat([claim(7, 9)]);
  assert.deepEqual(JSON.parse(stage.beats()[1][1]).beats.map((beat) => beat.played), [[7, 9]]);
});

test("acceptedUntil follows what the server took", async () => {
  const stage = setUp();
  await stage.session.open();
  await stage.session.beat([claim(7, 22), claim(22, 30)]);
  assert.equal(stage.session.acceptedUntil, 30);
});

test("a beat after too long a silence does not move acceptedUntil", async () => {
  const stage = setUp([() => ({ ...taken, codes: ["HEARTBEAT_GAP"] })]);
  await stage.session.open();
  await stage.session.beat([claim(7, 22)]);
  assert.equal(stage.session.acceptedUntil, 7);
});

test("a sign of life does not move acceptedUntil", async () => {
  const stage = setUp();
  await stage.session.open();
  await stage.session.beat([claim(3, 3)]);
  assert.equal(stage.session.acceptedUntil, 7);
});

test("a check in the answer is told after the figures", async () => {
  const stage = setUp([() => ({ ...taken, challenge: { id: "c1" } })]);
  await stage.session.open();
  await stage.session.beat([claim(7, 22)]);
  assert.deepEqual(stage.names(), ["settled", "challenge"]);
});

test("posts do not overtake one another", async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const stage = setUp([() => held.then(() => taken)]);
  await stage.session.open();
  const first = stage.session.beat([claim(7, 22)]);
  const second = stage.session.beat([claim(22, 37)]);
  assert.equal(stage.beats().length, 1);
  release();
  await Promise.all([first, second]);
  assert.deepEqual(stage.beats().map(([, body]) => JSON.parse(body).beats.map((beat) => beat.seq)), [[1], [2]]);
});

test("every beat is sent exactly once, however many come while one is under way", async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const stage = setUp([() => held.then(() => taken)]);
  await stage.session.open();
  const rounds = [0, 1, 2, 3].map((round) => stage.session.beat([claim(round, round + 1)]));
  release();
  await Promise.all(rounds);
  const sent = stage.beats().flatMap(([, body]) => JSON.parse(body).beats.map((beat) => beat.seq));
  assert.deepEqual(sent, [1, 2, 3, 4]);
});

test("a beacon carries everything that was not settled", async () => {
  const stage = setUp([unreachable]);
  await stage.session.open();
  await stage.session.beat([claim(7, 22)]);
  let body;
  stage.session.beacon([claim(22, 25)], (_url, blob) => (body = blob));
  assert.deepEqual(JSON.parse(await body.text()).beats.map((beat) => beat.seq), [1, 2]);
});

test("what a beacon carried is sent again unchanged when the page lives on", async () => {
  const stage = setUp();
  await stage.session.open();
  let body;
  stage.session.beacon([claim(7, 9)], (_url, blob) => (body = blob));
  await stage.session.flush();
  assert.equal(stage.beats()[0][1], await body.text());
});

test("an answer to an earlier playback does not touch the present one", async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const stage = setUp([() => held.then(() => taken)]);
  await stage.session.open();
  const late = stage.session.beat([claim(7, 22)]);
  await stage.session.open();
  release();
  await late;
  assert.deepEqual(stage.told, []);
});

test("closing sends no more beats", async () => {
  const stage = setUp();
  await stage.session.open();
  await stage.session.close();
  await stage.session.beat([claim(7, 22)]);
  assert.deepEqual(stage.posts.map(([url]) => url), ["/playbacks", "/playbacks/p1/close"]);
});
