// Full screen: the real one where elements may have it, otherwise a page-filling one.
//
// iPhones give only the bare video full screen, with their own bar, on which
// skipping cannot be forbidden; there the stage fills the page by CSS instead.

export class Screen {
  constructor(stage, button, words) {
    Object.assign(this, { stage, button, words });
    this.real = typeof stage.requestFullscreen === "function" && !matchMedia("(pointer: coarse)").matches;
    button.addEventListener("click", () => this.toggle());
    document.addEventListener("fullscreenchange", () => this.#show());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.real && this.on && !document.querySelector("dialog[open]")) this.toggle();
    });
  }

  get on() {
    return this.real ? document.fullscreenElement === this.stage : this.stage.classList.contains("is-full");
  }

  async toggle() {
    if (!this.real) {
      this.stage.classList.toggle("is-full");
      document.documentElement.classList.toggle("has-full", this.on);
      this.#show();
      return;
    }
    try {
      await (this.on ? document.exitFullscreen() : this.stage.requestFullscreen());
    } catch {
      this.real = false; // refused by policy: the page-filling way works everywhere
      await this.toggle();
    }
  }

  #show() {
    this.button.setAttribute("aria-label", this.on ? this.words.leaveFullScreen : this.words.fullScreen);
    this.button.setAttribute("aria-pressed", String(this.on));
  }
}
