import assert from "node:assert/strict";
import test from "node:test";
import { clockText, toMillis } from "../player/time_text.js";

test("seconds are cut, never rounded up", () => {
  assert.equal(clockText(269.999), "4:29");
});

test("minutes run on past an hour", () => {
  assert.equal(clockText(6000), "100:00");
});

test("what is no number shows as nothing", () => {
  assert.equal(clockText(NaN), "0:00");
});

test("seconds keep three decimals", () => {
  assert.equal(toMillis(1.00049), 1);
  assert.equal(toMillis(90.0011), 90.001);
});
