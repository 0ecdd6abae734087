// What is confirmed and what waits, as the server last said it, drawn and written out.
//
// Seconds always come from the server. Where its answer tells the stretches too
// (checked, pending: lists of [from, to]) they are drawn as told; otherwise they
// are drawn from the beats it accepted, which shows where, not how much.

import { added, gaps, total, union } from "./spans.js";
import { clockText } from "./time_text.js";

// A lesson is complete at 98 %, or when it misses no more than a second and a half.
const ENOUGH = 0.98;
const SMALLEST_HOLE = 1.5;

export class Progress {
  constructor(part) {
    this.part = part;
    this.checked = [];
    this.pending = [];
    this.checkedSeconds = 0;
    this.pendingSeconds = 0;
    this.chapters = [...document.querySelectorAll("[data-chapter]")];
  }

  /** A playback was opened. */
  begin(playback) {
    this.checked = playback.resume_at > 0 ? [[0, playback.resume_at]] : [];
    this.pending = [];
    this.#take({ pending_seconds: 0, checked_seconds: playback.resume_at, ...playback });
  }

  /** The server has taken beats. */
  settle(answer, beats) {
    for (const { played, visible } of beats) if (visible) this.pending = added(this.pending, played);
    this.#take(answer);
  }

  /** Show what plays just now as waiting too; the next answer of the server puts it right. */
  live(playing) {
    const known = union(this.checked, this.pending);
    const fresh = total(union(known, playing)) - total(known);
    this.part("pending").textContent = clockText(this.pendingSeconds + fresh);
    return { checked: this.checked, pending: union(this.pending, playing) };
  }

  /** A check was passed: what waited is confirmed. */
  confirm() {
    this.checked = union(this.checked, this.pending);
    this.pending = [];
    this.#take({ pending_seconds: 0, checked_seconds: this.checkedSeconds + this.pendingSeconds });
  }

  /** Take the server's whole view. */
  adopt(state) {
    if (state.pending_seconds === 0) this.pending = [];
    this.#take(state);
  }

  /** Return where the first stretch begins that was not confirmed, null if there is none. */
  firstHole(length) {
    if (this.checkedSeconds >= ENOUGH * length) return null;
    const hole = gaps(this.checked, length, SMALLEST_HOLE)[0];
    return hole ? hole[0] : null;
  }

  /** Mark the chapter that position lies in. */
  chapter(position) {
    const now = this.chapters.filter((chapter) => Number(chapter.dataset.chapter) <= position + 0.1).pop();
    for (const chapter of this.chapters) {
      if (chapter === now) chapter.setAttribute("aria-current", "true");
      else chapter.removeAttribute("aria-current");
    }
  }

  #take(answer) {
    this.checked = answer.checked ?? this.checked;
    this.pending = answer.pending ?? this.pending;
    this.checkedSeconds = answer.checked_seconds ?? this.checkedSeconds;
    this.pendingSeconds = answer.pending_seconds ?? this.pendingSeconds;
    this.part("confirmed").textContent = clockText(this.checkedSeconds);
    this.part("pending").textContent = clockText(this.pendingSeconds);
  }
}
