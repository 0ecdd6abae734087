// The player's own bar: real buttons, a position slider, and what they show.
//
// Knows the controls; what a press means is decided by whoever made it (actions).

import { clockText } from "./time_text.js";
import { WORDS } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

export class Bar {
  constructor(part, video, actions) {
    Object.assign(this, { part, video, actions });
    this.length = 0;
    this.furthest = 0;
    this.dragging = false;
    part("play").addEventListener("click", actions.togglePlay);
    part("back").addEventListener("click", actions.back);
    part("mute").addEventListener("click", actions.toggleMute);
    part("captions").addEventListener("click", actions.toggleCaptions);
    const position = part("position");
    position.addEventListener("input", () => {
      this.dragging = true;
      this.#times(Number(position.value));
    });
    position.addEventListener("change", () => {
      this.dragging = false;
      actions.seek(Number(position.value));
    });
    part("volume").addEventListener("input", () => actions.volume(Number(part("volume").value) / 100));
    part("rate")?.addEventListener("change", () => actions.rate(Number(part("rate").value)));
    part("quality").addEventListener("change", () => actions.quality(Number(part("quality").value)));
    video.addEventListener("volumechange", () => this.showVolume());
    this.showVolume();
  }

  /** Show whether the video plays. */
  showPlaying(playing) {
    const button = this.part("play");
    button.setAttribute("aria-label", playing ? WORDS.pause : WORDS.play);
    button.classList.toggle("is-on", playing);
    this.part("big").hidden = playing;
  }

  /** Show where the video is, and how far one may go. */
  showPosition(position, furthest) {
    const length = this.video.duration || this.length;
    if (!(length > 0)) return;
    this.length = length;
    this.furthest = furthest;
    const slider = this.part("position");
    slider.max = String(Math.floor(length));
    if (this.dragging) return;
    slider.value = String(Math.floor(position));
    this.#times(position);
  }

  /** Draw what is confirmed, what waits, and how far was watched. */
  showSpans({ checked, pending }) {
    if (!(this.length > 0)) return;
    const bars = this.part("spans");
    bars.replaceChildren(
      this.#span("span-reached", [0, this.furthest]),
      ...checked.map((span) => this.#span("span-checked", span)),
      ...pending.map((span) => this.#span("span-pending", span)),
    );
  }

  showVolume() {
    const silent = this.video.muted || this.video.volume === 0;
    const button = this.part("mute");
    button.setAttribute("aria-label", silent ? WORDS.unmute : WORDS.mute);
    button.classList.toggle("is-on", silent);
    this.part("volume").value = String(silent ? 0 : Math.round(this.video.volume * 100));
  }

  showCaptions(on, there) {
    const button = this.part("captions");
    button.hidden = !there;
    button.setAttribute("aria-label", on ? WORDS.captionsOff : WORDS.captionsOn);
    button.setAttribute("aria-pressed", String(on));
  }

  /** Offer qualities if there is a choice. */
  showLevels(heights) {
    const choice = this.part("quality");
    choice.replaceChildren(
      ...[-1, ...heights.keys()].map((index) => new Option(WORDS.quality(heights[index]), String(index))),
    );
    choice.closest("label").hidden = heights.length < 2;
  }

  #times(position) {
    const [at, all] = [clockText(position), clockText(this.length)];
    this.part("time").textContent = `${at} / ${all}`;
    this.part("position").setAttribute("aria-valuetext", WORDS.position(at, all, clockText(this.furthest)));
    this.part("knob").setAttribute("cx", `${(100 * position) / this.length}%`);
  }

  #span(kind, [from, to]) {
    const rect = document.createElementNS(SVG, "rect");
    const percent = (seconds) => `${(100 * Math.min(seconds, this.length)) / this.length}%`;
    rect.setAttribute("class", kind);
    rect.setAttribute("x", percent(from));
    rect.setAttribute("width", percent(Math.max(0, to - from)));
    rect.setAttribute("height", "100%");
    if (kind === "span-pending") rect.setAttribute("fill", "url(#ax-hatch-stage)");
    return rect;
  }
}
