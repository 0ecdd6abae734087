// A check while a lesson plays: the pause before it, and what follows from how it ended.

import { total, union } from "./spans.js";
import { clockText } from "./time_text.js";
import { WORDS } from "./words.js";

const LAST_BLINK_SECONDS = 0.25; // at the very end, not worth playing again

export class Checks {
  #settled = null; // the id of the last check that is over: a late answer may name it again

  constructor(player, dialog) {
    Object.assign(this, { player, dialog });
  }

  get open() {
    return this.dialog.open;
  }

  /**
   * Pause, go back to what the server has heard, and ask. Return "passed", "failed" or "refused";
   * undefined when this check is already being shown or over.
   */
  async meet(check, { atEnd = false } = {}) {
    if (this.open || check.id === this.#settled) return undefined;
    const { player } = this;
    const confirmedBefore = player.progress.checkedSeconds;
    // A video that has run out while the server's answer was on its way wants to go on, too.
    const resume = (player.wanted || player.video.ended) && !atEnd;
    this.#standStill();
    const outcome = await this.dialog.show(check, { atEnd });
    this.#settled = check.id;
    if (outcome === "passed") return this.#passed(resume);
    if (outcome === "failed" || outcome === "over") return this.#judged(confirmedBefore, resume);
    player.refused(outcome);
    return "refused";
  }

  /** Play that the server has not heard yet would count nothing now: it is played again after the check. */
  #standStill() {
    const { player } = this;
    const unheard = total(union(player.log.spans(), player.session.unsettled()));
    const ran = !player.video.paused; // then it is ahead of the log by up to a tick
    player.video.pause();
    player.log.discard();
    player.session.dropUnsent();
    if (ran || unheard > (player.video.ended ? LAST_BLINK_SECONDS : 0)) player.backTo(player.session.acceptedUntil);
  }

  async #passed(resume) {
    const { player } = this;
    player.progress.confirm();
    player.say(WORDS.resumed);
    await player.refresh();
    if (player.video.ended) player.ending.showDone();
    else if (resume) await player.play();
    return "passed";
  }

  /** Over without a pass that we saw; only the server's view tells which way. */
  async #judged(confirmedBefore, resume) {
    const { player } = this;
    const state = await player.refresh();
    if (state === null) {
      // The network is away, or what to do has been shown: the view is asked for when play goes on.
      player.stateUnknown = true;
      player.wanted = false;
      return "refused";
    }
    if (state.challenge) return this.meet(state.challenge);
    if (state.checked_seconds > confirmedBefore) return this.#passed(resume); // only the answer was lost
    this.#showFailure(state);
    return "failed";
  }

  #showFailure(state) {
    const { player } = this;
    player.wanted = false;
    player.watcher.furthest = state.furthest;
    player.backTo(state.resume_at);
    player.panel.show("failed", {
      title: WORDS.checkFailed(clockText(state.resume_at)),
      text: WORDS.closedMore,
      actions: [{ label: WORDS.continue, act: () => player.play(), testid: "continue-after-failure" }],
    });
  }
}
