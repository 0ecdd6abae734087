import assert from "node:assert/strict";
import test from "node:test";
import { BeatQueue } from "../player/beat_queue.js";

const claim = (from, to) => ({ played: [from, to], rate: 1, visible: true });

test("numbers rise by one and are never used again", () => {
  const queue = new BeatQueue();
  queue.add([claim(0, 1), claim(1, 2)]);
  queue.settle(queue.batch());
  queue.add([claim(2, 3)]);
  assert.deepEqual(queue.batch().map((beat) => beat.seq), [3]);
});

test("what failed is sent again with the same number and the same body", () => {
  const queue = new BeatQueue();
  queue.add([claim(0, 15)]);
  const first = JSON.stringify(queue.batch());
  queue.failed();
  queue.add([claim(15, 30)]);
  assert.equal(JSON.stringify(queue.batch().slice(0, 1)), first);
});

test("a numbered beat cannot be changed", () => {
  const queue = new BeatQueue();
  queue.add([claim(0, 15)]);
  assert.throws(() => (queue.batch()[0].rate = 2), TypeError);
});

test("only what was settled leaves the queue", () => {
  const queue = new BeatQueue();
  queue.add([claim(0, 15)]);
  const sent = queue.batch();
  queue.add([claim(15, 30)]);
  queue.settle(sent);
  assert.deepEqual(queue.batch().map((beat) => beat.seq), [2]);
});

test("a batch stays far below what a beacon may carry", () => {
  const queue = new BeatQueue();
  queue.add(Array.from({ length: 1000 }, (_, second) => claim(second + 0.123, second + 1.123)));
  assert.ok(JSON.stringify(queue.batch()).length < 60_000);
});

test("waiting grows with every failure and has an end", () => {
  const queue = new BeatQueue();
  assert.deepEqual([1, 2, 3, 4, 5].map(() => queue.failed()), [2000, 4000, 8000, 15000, 15000]);
});

test("a success makes the next wait short again", () => {
  const queue = new BeatQueue();
  queue.failed();
  queue.failed();
  queue.settle([]);
  assert.equal(queue.failed(), 2000);
});
