// How a lesson and a session end: the end of the video, the end check, leaving.

import { clockText } from "./time_text.js";
import { WORDS } from "./words.js";

export class Ending {
  constructor(player, dialog) {
    Object.assign(this, { player, dialog });
  }

  /** The video has come to its end. */
  async reached() {
    const { player } = this;
    player.wanted = false;
    player.bar.showPlaying(false);
    await player.session.beat(player.watcher.claims());
    if (player.checks.open || !player.session.isOpen) return;
    if (player.session.hasUnsent) return; // the network is away; recovery leads here again
    if (player.progress.pendingSeconds > 0) this.#offerCheck();
    else this.showDone();
  }

  #offerCheck() {
    const { panel, progress } = this.player;
    panel.show("ended", {
      title: WORDS.ended,
      text: WORDS.endedMore(clockText(progress.pendingSeconds)),
      actions: [
        { label: WORDS.confirmNow, act: () => this.#confirm(), testid: "confirm-now" },
        { label: WORDS.later, act: () => panel.hide() },
      ],
    });
  }

  async #confirm() {
    if ((await this.check()) === "passed") this.showDone();
  }

  /** Ask for a check of what waits; return how it ended ("passed" when nothing waits any more). */
  async check() {
    const { player } = this;
    player.panel.hide();
    await player.session.beat(player.watcher.claims());
    try {
      const check = await player.session.endCheck();
      return check ? await player.checks.meet(check, { atEnd: true }) : "passed";
    } catch (error) {
      if (error.code === "nothing_pending") return "passed";
      if (error.passing) player.say(WORDS.weak);
      else if (error.code === "no_presence_method") player.say(error.message);
      else player.refused(error);
      return "refused";
    }
  }

  /** Say that the lesson is done, or where it still has a hole; nothing while something waits. */
  showDone() {
    const { panel, checks, video, progress, watcher, settings } = this.player;
    if (panel.kind || checks.open || !video.ended || progress.pendingSeconds > 0) return;
    const hole = progress.firstHole(video.duration);
    const back = { label: WORDS.backToCourse, href: settings.courseUrl, testid: "back-to-course" };
    if (hole !== null) {
      const watch = { label: WORDS.watchHole, act: () => this.#watchFrom(hole), testid: "watch-hole" };
      panel.show("hole", { title: WORDS.ended, text: WORDS.holes(clockText(hole)), actions: [watch, back] });
      return;
    }
    watcher.free = true;
    const again = { label: WORDS.replay, act: () => this.#watchFrom(0) };
    const text = WORDS.doneMore(clockText(progress.checkedSeconds));
    panel.show("done", { title: WORDS.done, text, actions: [back, again] });
  }

  #watchFrom(position) {
    this.player.backTo(position);
    this.player.play();
  }

  /** End the session and go to href, after an end check if something waits for one. */
  async leave(href) {
    const { player } = this;
    if (player.session.isOpen && !(await this.#ended())) return;
    location.assign(href);
  }

  /** End the session in an orderly way; return false if the trainee would rather stay. */
  async #ended() {
    const { player } = this;
    player.pause();
    await player.session.beat(player.watcher.claims());
    if (player.checks.open) return false; // that beat met a check: it comes first
    if (player.progress.pendingSeconds > 0) {
      const way = await this.dialog.ask(clockText(player.progress.pendingSeconds));
      if (way === "stay") return false;
      if (way === "check" && (await this.check()) !== "passed") return false;
    }
    player.say(WORDS.left);
    try {
      await player.session.close();
    } catch {
      // Gone or unreachable: the server ends playbacks that fall silent.
    }
    return true;
  }
}
