import assert from "node:assert/strict";
import test from "node:test";
import { PlayLog } from "../player/play_log.js";
import { Watcher } from "../player/watcher.js";

globalThis.document ??= { visibilityState: "visible" };

/** A video that is moved by hand: its position, and the events that browsers send. */
class HandVideo extends EventTarget {
  #position = 0;
  paused = true;
  seeking = false;
  playbackRate = 1;

  get currentTime() {
    return this.#position;
  }

  set currentTime(position) {
    this.#position = position;
    this.seeking = true;
    this.say("seeking");
    if (this.#position !== position) return; // the guard sent it elsewhere
    this.seeking = false;
    this.say("seeked");
  }

  say(name) {
    this.dispatchEvent(new Event(name));
  }

  play() {
    this.paused = false;
    this.say("play");
    this.say("playing");
  }

  pause() {
    this.paused = true;
    this.say("pause");
  }

  runTo(position) {
    this.#position = position;
    this.say("timeupdate");
  }
}

function setUp({ maxRate = 1 } = {}) {
  const video = new HandVideo();
  const log = new PlayLog();
  const skips = [];
  const nothing = () => {};
  const watcher = new Watcher(video, log, {
    maxRate,
    onSkip: () => skips.push(video.currentTime),
    onPlay: nothing,
    onPause: nothing,
    onTick: nothing,
    onEnded: nothing,
  });
  const played = () => watcher.claims().map((claim) => claim.played);
  return { video, watcher, skips, played };
}

test("play is claimed from where it began to where it paused", () => {
  const { video, played } = setUp();
  video.play();
  video.runTo(4);
  video.pause();
  assert.deepEqual(played(), [[0, 4]]);
});

test("the first moments count although the browser reports playing late", () => {
  const { video, played } = setUp();
  video.paused = false;
  video.runTo(0.25);
  video.say("playing");
  video.runTo(3);
  assert.deepEqual(played(), [[0, 3]]);
});

test("skipping ahead goes back and is explained", () => {
  const { video, watcher, skips } = setUp();
  video.play();
  video.runTo(5);
  video.currentTime = 40;
  assert.equal(video.currentTime, 5);
  assert.equal(skips.length, 1);
  assert.equal(watcher.furthest, 5);
});

test("skipping ahead claims nothing in between", () => {
  const { video, played } = setUp();
  video.play();
  video.runTo(5);
  video.currentTime = 40;
  video.runTo(6);
  assert.deepEqual(played(), [[0, 5], [5, 6]]);
});

test("going back is free, and so is the way to the furthest point again", () => {
  const { video, skips } = setUp();
  video.play();
  video.runTo(30);
  video.currentTime = 10;
  video.currentTime = 29;
  assert.deepEqual(skips, []);
});

test("a finished lesson may be watched in any order", () => {
  const { video, watcher } = setUp();
  watcher.free = true;
  video.currentTime = 50;
  assert.equal(video.currentTime, 50);
});

test("claims taken while it plays leave no gap", () => {
  const { video, played } = setUp();
  video.play();
  video.runTo(15);
  assert.deepEqual(played(), [[0, 15]]);
  video.runTo(30);
  assert.deepEqual(played(), [[15, 30]]);
});

test("a rate above the permitted one is put back", () => {
  const { video } = setUp();
  video.playbackRate = 16;
  video.say("ratechange");
  assert.equal(video.playbackRate, 1);
});

test("a permitted change of rate begins a new claim", () => {
  const { video, watcher } = setUp({ maxRate: 2 });
  video.play();
  video.runTo(5);
  video.playbackRate = 1.5;
  video.say("ratechange");
  video.runTo(8);
  assert.deepEqual(watcher.claims().map(({ played, rate }) => [played, rate]), [[[0, 5], 1], [[5, 8], 1.5]]);
});

test("a stall in the middle breaks nothing", () => {
  const { video, played } = setUp();
  video.play();
  video.runTo(5);
  video.say("waiting");
  video.say("playing");
  video.runTo(9);
  assert.deepEqual(played(), [[0, 9]]);
});
