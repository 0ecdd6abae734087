// Which media time really played: intervals that are opened and closed.
//
// Pure: it is told what the video does and keeps no clock. Deliberately not a
// high-water mark with a threshold ("a step above 2 s was a seek"): one missed
// tick would wedge that for ever. Here a late tick only makes an interval longer.

import { toMillis } from "./time_text.js";

export class PlayLog {
  #open = null;
  #closed = [];

  /** The video plays from position on. The rate is that of now: a later change opens anew. */
  open(position, { rate, visible }) {
    if (this.#open) this.close();
    this.#open = { from: position, to: position, rate, visible };
  }

  /** The video has come to position without a jump. */
  tick(position) {
    if (this.#open && position > this.#open.to) this.#open.to = position;
  }

  /** Play has stopped, or is about to jump: what was reached by the last tick is closed. */
  close() {
    const interval = this.#open;
    this.#open = null;
    if (interval && toMillis(interval.to) > toMillis(interval.from)) this.#closed.push(interval);
  }

  /** Close what is open and open again at the same point, so that claims join without a gap. */
  cut() {
    if (!this.#open) return;
    const { to, rate, visible } = this.#open;
    this.close();
    this.open(to, { rate, visible });
  }

  /** Forget everything that was not taken: what played after a check was issued. */
  discard() {
    this.#open = null;
    this.#closed = [];
  }

  /** Return the closed claims and keep only what is still open. */
  take() {
    const claims = this.#closed.map(({ from, to, rate, visible }) => ({
      played: [toMillis(from), toMillis(to)],
      rate,
      visible,
    }));
    this.#closed = [];
    return claims;
  }

  /** Return what ran and was not taken yet, as [from, to) pairs. */
  spans() {
    const open = this.#open ? [this.#open] : [];
    return [...this.#closed, ...open].filter((one) => one.visible).map((one) => [one.from, one.to]);
  }

  get playing() {
    return this.#open !== null;
  }
}
