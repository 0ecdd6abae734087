// Beats on their way: numbered once, sent until the server has settled them.
//
// Pure. A beat never changes after it got its number, because the server answers
// the same number with another body by a conflict. Nothing is dropped on failure.

const AT_MOST = 200; // some 15 kB: far below what a beacon may carry
const DELAYS_MS = [2000, 4000, 8000, 15000];

export class BeatQueue {
  #next = 1;
  #waiting = [];
  #failures = 0;

  /** Number claims and put them at the end. */
  add(claims) {
    for (const claim of claims) this.#waiting.push(Object.freeze({ seq: this.#next++, ...claim }));
  }

  /** Return what to send next, oldest first; the same beats again until they are settled. */
  batch() {
    return this.#waiting.slice(0, AT_MOST);
  }

  /** The server has answered for these beats. */
  settle(beats) {
    const done = new Set(beats.map((beat) => beat.seq));
    this.#waiting = this.#waiting.filter((beat) => !done.has(beat.seq));
    this.#failures = 0;
  }

  /** Drop what was never sent: play after a check was issued. */
  dropUnsent() {
    this.#waiting = [];
  }

  /** A post failed; return how long to wait before the next one. */
  failed() {
    return DELAYS_MS[Math.min(this.#failures++, DELAYS_MS.length - 1)];
  }

  /** Return the play that was seen and is not settled, as [from, to) pairs. */
  spans() {
    return this.#waiting.filter((beat) => beat.visible).map((beat) => beat.played);
  }

  get empty() {
    return this.#waiting.length === 0;
  }
}
