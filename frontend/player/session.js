// One playback as the server sees it: opened, fed with beats, ended.
//
// Knows the interface's calls and what their answers mean; knows no video and no
// page. What happens is told through `heard` (an object of callbacks), so that
// it can be tested without a browser.

import { BeatQueue } from "./beat_queue.js";

// Play goes on that long after the last beat the server took. Past 120 s it would
// count nothing of what waits, so there must be time left for the way there.
const GIVE_UP_MS = 90_000;

export class Session {
  #queue = new BeatQueue();
  #draining = null;
  #retryTimer = null;
  #giveUpTimer = null;
  #troubled = false;
  #over = false;
  #generation = 0; // an answer to an earlier playback must not touch this one

  constructor({ api, playbacksUrl, lessonId, heard, now = () => performance.now(), later = setTimeout, cancel = clearTimeout }) {
    Object.assign(this, { api, playbacksUrl, lessonId, heard, now });
    this.later = (deed, ms) => later(deed, ms);
    this.cancel = (timer) => cancel(timer);
    this.playback = null;
    this.acceptedUntil = 0;
    this.acceptedAt = 0;
  }

  /** Open a playback (which takes the person's one lease) and return the server's answer. */
  async open() {
    const answer = await this.api.post(this.playbacksUrl, { lesson_id: this.lessonId });
    this.#generation += 1;
    this.#draining = null;
    this.#queue = new BeatQueue();
    this.#over = false;
    this.#quiet();
    this.playback = answer;
    this.acceptedUntil = answer.resume_at;
    this.acceptedAt = this.now();
    return answer;
  }

  get isOpen() {
    return this.playback !== null && !this.#over;
  }

  /** Seconds since the server last took a beat: past its longest gap, the next claim would count nothing. */
  get silentSeconds() {
    return (this.now() - this.acceptedAt) / 1000;
  }

  /** Take claims over and send them, with whatever still waits. Resolves when this round is through. */
  async beat(claims) {
    if (!this.isOpen) return;
    this.#queue.add(claims);
    await this.flush();
  }

  /** Send what waits. One post at a time, so that beats arrive in their order. */
  async flush() {
    if (!this.isOpen || this.#queue.empty) return;
    this.#draining ??= this.#drain();
    await this.#draining;
  }

  /** Post until nothing waits (what is added meanwhile goes with the next round) or a post fails. */
  async #drain() {
    const generation = this.#generation;
    try {
      while (this.isOpen && !this.#queue.empty && (await this.#send()));
    } finally {
      if (generation === this.#generation) this.#draining = null;
    }
  }

  async #send() {
    const generation = this.#generation;
    const beats = this.#queue.batch();
    this.cancel(this.#retryTimer);
    try {
      const answer = await this.api.post(`${this.#url}/beats`, this.#body(beats), { keepalive: true });
      if (generation !== this.#generation || this.#over) return false;
      this.#settled(beats, answer);
      return true;
    } catch (error) {
      if (generation === this.#generation && !this.#over) this.#failed(error);
      return false;
    }
  }

  #settled(beats, answer) {
    this.#queue.settle(beats);
    this.acceptedAt = this.now();
    const codes = answer.codes || [];
    const played = beats.filter((beat) => beat.played[1] > beat.played[0]);
    if (played.length && !codes.includes("SEEK_FORWARD_REJECTED") && !codes.includes("HEARTBEAT_GAP")) {
      this.acceptedUntil = played[played.length - 1].played[1];
    }
    if (this.#quiet()) this.heard.recovered();
    this.heard.settled(answer, played);
    if (answer.challenge) this.heard.challenge(answer.challenge);
  }

  #failed(error) {
    if (!error.passing) {
      this.#end();
      this.heard.refused(error);
      return;
    }
    if (!this.#troubled) {
      this.#troubled = true;
      const left = GIVE_UP_MS - (this.now() - this.acceptedAt);
      this.#giveUpTimer = this.later(() => this.heard.trouble(true), Math.max(0, left));
    }
    this.heard.trouble(this.now() - this.acceptedAt >= GIVE_UP_MS);
    const wait = Math.max(this.#queue.failed(), (error.retryAfterSeconds || 0) * 1000);
    this.#retryTimer = this.later(() => this.flush(), wait);
  }

  /** Try at once, because the network may be back. */
  retryNow() {
    if (!this.#troubled) return Promise.resolve();
    this.cancel(this.#retryTimer);
    return this.flush();
  }

  /** The page may be gone in a moment: hand everything that waits to the browser. Repeats are harmless. */
  beacon(claims, send = (url, body) => navigator.sendBeacon(url, body)) {
    if (!this.isOpen) return;
    this.#queue.add(claims);
    const beats = this.#queue.batch();
    if (!beats.length) return;
    send(`${this.#url}/beacon`, new Blob([JSON.stringify(this.#body(beats))], { type: "application/json" }));
  }

  /** Forget beats that were not sent: they played after a check was issued. */
  dropUnsent() {
    this.#queue.dropUnsent();
  }

  /** Whether beats wait that the server has not settled. */
  get hasUnsent() {
    return !this.#queue.empty;
  }

  /** What was played and is not settled, as [from, to) pairs: for showing, not for counting. */
  unsettled() {
    return this.#queue.spans();
  }

  /** Return the server's present view of this playback. */
  state() {
    return this.api.get(this.#url);
  }

  /** Ask for a check of what is pending now; null when nothing waits. */
  async endCheck() {
    return (await this.api.post(`${this.#url}/end-check`, {})).challenge;
  }

  /** End the playback; what is still pending is discarded. */
  async close() {
    if (!this.isOpen) return;
    const url = this.#url;
    this.#end();
    await this.api.post(`${url}/close`, {}, { keepalive: true });
  }

  get #url() {
    return `${this.playbacksUrl}/${encodeURIComponent(this.playback.id)}`;
  }

  #body(beats) {
    return { ticket: this.playback.ticket, beats };
  }

  #end() {
    this.#over = true;
    this.#quiet();
  }

  /** Stop worrying; return whether there was something to worry about. */
  #quiet() {
    const worried = this.#troubled;
    this.#troubled = false;
    this.cancel(this.#retryTimer);
    this.cancel(this.#giveUpTimer);
    return worried;
  }
}
