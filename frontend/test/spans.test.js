import assert from "node:assert/strict";
import test from "node:test";
import { added, gaps, total, union } from "../player/spans.js";

test("touching spans become one", () => {
  assert.deepEqual(added([[0, 10]], [10, 20]), [[0, 20]]);
});

test("a span that bridges two joins them", () => {
  assert.deepEqual(added([[0, 10], [20, 30]], [5, 25]), [[0, 30]]);
});

test("separate spans stay sorted", () => {
  assert.deepEqual(added([[20, 30]], [0, 10]), [[0, 10], [20, 30]]);
});

test("an empty span adds nothing", () => {
  assert.deepEqual(added([[0, 10]], [15, 15]), [[0, 10]]);
});

test("watching twice covers once", () => {
  assert.equal(total(union([[0, 10]], [[0, 10], [5, 12]])), 12);
});

test("gaps shorter than asked are not named", () => {
  assert.deepEqual(gaps([[0, 10], [11, 20]], 30, 1.5), [[20, 30]]);
});

test("the order in which spans are added does not matter", () => {
  let seed = 7;
  const draw = (below) => (seed = (seed * 48271) % 2147483647) % below;
  for (let round = 0; round < 200; round += 1) {
    const spans = Array.from({ length: 8 }, () => {
      const from = draw(100);
      return [from, from + draw(20)];
    });
    assert.deepEqual(union([], spans), union([], [...spans].reverse()));
  }
});
