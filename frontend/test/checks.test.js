import assert from "node:assert/strict";
import test from "node:test";
import { Checks } from "../player/checks.js";

/** A player by hand: what it was told to do is in `did`. */
function setUp({ outcome = "passed", ran = true, ended = false, unsettled = [], state = {} } = {}) {
  const did = [];
  const note = (name) => (...values) => void did.push([name, ...values]);
  const dialog = { open: false, show: async () => outcome };
  const player = {
    wanted: ran,
    video: { paused: !ran, ended, pause: note("pause") },
    log: { spans: () => [], discard: note("discard") },
    session: { unsettled: () => unsettled, dropUnsent: note("drop"), acceptedUntil: 30 },
    progress: { checkedSeconds: 10, confirm: note("confirm") },
    panel: { show: note("panel") },
    ending: { showDone: note("done") },
    watcher: { furthest: 30 },
    backTo: note("back"),
    say: note("say"),
    play: note("play"),
    refused: note("refused"),
    refresh: async () => state && { checked_seconds: 10, resume_at: 10, furthest: 10, challenge: null, ...state },
  };
  const checks = new Checks(player, dialog);
  return { checks, player, did, names: () => did.map(([name]) => name) };
}

test("a check pauses and goes back to what the server has heard", async () => {
  const { checks, did } = setUp();
  await checks.meet({ id: "c1" });
  assert.deepEqual(did.slice(0, 4), [["pause"], ["discard"], ["drop"], ["back", 30]]);
});

test("a paused video that was heard to its end stays where it is", async () => {
  const { checks, names } = setUp({ ran: false });
  await checks.meet({ id: "c1" });
  assert.ok(!names().includes("back"));
});

test("after a pass it plays on by itself", async () => {
  const { checks, names } = setUp();
  await checks.meet({ id: "c1" });
  assert.equal(names().at(-1), "play");
});

test("after a pass a video that the trainee had paused stays paused", async () => {
  const { checks, names } = setUp({ ran: false });
  await checks.meet({ id: "c1" });
  assert.ok(!names().includes("play"));
});

test("a check met by the last beat leads to the end, not to the last blink again", async () => {
  const { checks, names } = setUp({ ran: false, ended: true, unsettled: [[59.9, 60]] });
  await checks.meet({ id: "c1" });
  assert.deepEqual(names().filter((name) => ["back", "play", "done"].includes(name)), ["done"]);
});

test("a late answer that names a finished check again changes nothing", async () => {
  const { checks, did } = setUp();
  await checks.meet({ id: "c1" });
  const before = did.length;
  assert.equal(await checks.meet({ id: "c1" }), undefined);
  assert.equal(did.length, before);
});

test("a final failure goes back to the last confirmed point and says so", async () => {
  const { checks, player, did } = setUp({ outcome: "failed" });
  assert.equal(await checks.meet({ id: "c1" }), "failed");
  assert.deepEqual(did.filter(([name]) => name === "back").at(-1), ["back", 10]);
  assert.match(did.find(([name]) => name === "panel")[2].title, /自 0:10 起的学习时间暂不计入/);
  assert.equal(player.watcher.furthest, 10);
});

test("if only the answer was lost, the server's view is believed", async () => {
  const { checks } = setUp({ outcome: "over", state: { checked_seconds: 30 } });
  assert.equal(await checks.meet({ id: "c1" }), "passed");
});

test("if the server's view cannot be had, nothing is claimed and nothing plays", async () => {
  const { checks, player, names } = setUp({ outcome: "over", state: null });
  assert.equal(await checks.meet({ id: "c1" }), "refused");
  assert.equal(player.stateUnknown, true);
  assert.ok(!names().includes("play"));
});

test("a refusal during a check is handed on", async () => {
  const refusal = { status: 401 };
  const { checks, did } = setUp({ outcome: refusal });
  await checks.meet({ id: "c1" });
  assert.deepEqual(did.at(-1), ["refused", refusal]);
});
