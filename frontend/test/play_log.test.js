import assert from "node:assert/strict";
import test from "node:test";
import { PlayLog } from "../player/play_log.js";

const seen = { rate: 1, visible: true };

test("play from open to the last tick is one claim", () => {
  const log = new PlayLog();
  log.open(0, seen);
  log.tick(1);
  log.tick(2.5);
  log.close();
  assert.deepEqual(log.take(), [{ played: [0, 2.5], rate: 1, visible: true }]);
});

test("a tick that comes late loses nothing", () => {
  const log = new PlayLog();
  log.open(0, seen);
  log.tick(0.25);
  log.tick(45);
  log.close();
  assert.deepEqual(log.take()[0].played, [0, 45]);
});

test("what is cut joins without a gap", () => {
  const log = new PlayLog();
  log.open(0, seen);
  log.tick(15);
  log.cut();
  log.tick(30);
  log.cut();
  assert.deepEqual(log.take().map((claim) => claim.played), [[0, 15], [15, 30]]);
});

test("a jump ends the claim where play was, not where it went", () => {
  const log = new PlayLog();
  log.open(0, seen);
  log.tick(9);
  log.close();
  log.open(4, seen);
  log.tick(6);
  log.close();
  assert.deepEqual(log.take().map((claim) => claim.played), [[0, 9], [4, 6]]);
});

test("play that did not move is no claim", () => {
  const log = new PlayLog();
  log.open(3, seen);
  log.close();
  assert.deepEqual(log.take(), []);
});

test("ticks without play claim nothing", () => {
  const log = new PlayLog();
  log.tick(50);
  log.close();
  assert.deepEqual(log.take(), []);
});

test("a claim carries the rate and visibility of its beginning", () => {
  const log = new PlayLog();
  log.open(0, { rate: 0.75, visible: false });
  log.tick(1);
  log.open(1, seen);
  log.tick(2);
  log.close();
  assert.deepEqual(log.take().map(({ rate, visible }) => [rate, visible]), [[0.75, false], [1, true]]);
});

test("positions have at most three decimals", () => {
  const log = new PlayLog();
  log.open(0.1 + 0.2, seen);
  log.tick(1.23456789);
  log.close();
  assert.deepEqual(log.take()[0].played, [0.3, 1.235]);
});

test("what was discarded is never claimed", () => {
  const log = new PlayLog();
  log.open(0, seen);
  log.tick(5);
  log.cut();
  log.discard();
  log.tick(9);
  log.close();
  assert.deepEqual(log.take(), []);
});

test("hidden play is not shown as waiting", () => {
  const log = new PlayLog();
  log.open(0, { rate: 1, visible: false });
  log.tick(5);
  assert.deepEqual(log.spans(), []);
});
