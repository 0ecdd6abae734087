// From the video's events to the play log, and the guard against skipping ahead.
//
// The guard is a courtesy that explains the rule; the server decides what counts.

const SLACK_SECONDS = 0.3; // a frame's rounding is no skip

export class Watcher {
  #position = 0; // the last tick at which the video was not jumping

  constructor(video, log, { maxRate, onSkip, onPlay, onPause, onTick, onEnded }) {
    Object.assign(this, { video, log, maxRate, onSkip });
    this.furthest = 0;
    this.free = false; // a finished lesson may be watched in any order
    video.addEventListener("timeupdate", () => {
      this.#tick();
      onTick();
    });
    video.addEventListener("playing", () => this.#playing());
    video.addEventListener("seeking", () => this.#seeking());
    video.addEventListener("seeked", () => this.#seeked());
    video.addEventListener("ratechange", () => this.#rate());
    video.addEventListener("play", onPlay);
    video.addEventListener("pause", () => {
      this.#tick();
      this.log.close();
      onPause();
    });
    video.addEventListener("ended", () => {
      this.#tick();
      this.log.close();
      onEnded();
    });
  }

  /** Go to position, which lies no further than was reached. */
  place(position) {
    this.log.close();
    this.#position = position;
    this.video.currentTime = position;
  }

  /** Take claims up to this moment, leaving an interval open if the video plays. */
  claims() {
    this.#tick();
    this.log.cut();
    return this.log.take();
  }

  #tick() {
    if (this.video.seeking) return; // currentTime already shows where the jump goes
    const now = this.video.currentTime;
    // The first tick may come before the event "playing": what ran until now began at the last position.
    if (!this.log.playing && !this.video.paused && now > this.#position) this.#open();
    this.#position = now;
    this.log.tick(now);
    if (this.log.playing) this.furthest = Math.max(this.furthest, now);
  }

  #playing() {
    if (!this.video.paused && !this.video.seeking && !this.log.playing) this.#open();
  }

  #open() {
    this.log.open(this.#position, {
      rate: this.video.playbackRate,
      visible: document.visibilityState === "visible",
    });
  }

  #seeking() {
    this.log.close(); // at the last tick before the jump
    if (!this.free && this.video.currentTime > this.furthest + SLACK_SECONDS) {
      this.place(Math.min(this.#position, this.furthest));
      this.onSkip();
    }
  }

  #seeked() {
    this.#position = this.video.currentTime;
    this.#playing();
  }

  #rate() {
    if (this.video.playbackRate > this.maxRate) {
      this.video.playbackRate = this.maxRate;
      return;
    }
    this.#tick();
    if (this.log.playing) this.#open(); // closes what ran at the old rate
  }
}
