// The seconds a check still allows: a ring, a figure, and a few spoken reminders.

const SPOKEN = new Set([30, 10, 5]);

export class Countdown {
  #timer = null;

  constructor({ ring, figure, spoken, say, onOver }) {
    Object.assign(this, { ring, figure, spoken, say, onOver });
    this.over = false;
    this.around = Number(ring.getAttribute("r")) * 2 * Math.PI;
    ring.setAttribute("stroke-dasharray", String(this.around));
  }

  /** Count down from seconds; whole is what a full ring stands for. */
  start(seconds, whole) {
    this.stop();
    this.over = false;
    const endsAt = performance.now() + seconds * 1000;
    let shown = null;
    const show = () => {
      const left = Math.max(0, (endsAt - performance.now()) / 1000);
      this.ring.setAttribute("stroke-dashoffset", String(this.around * (1 - left / whole)));
      const rounded = Math.ceil(left);
      if (rounded !== shown) {
        shown = rounded;
        this.figure.textContent = String(rounded);
        this.ring.classList.toggle("is-short", rounded <= 10);
        if (SPOKEN.has(rounded)) this.spoken.textContent = this.say(rounded);
      }
      if (left > 0) return;
      this.stop();
      this.over = true;
      this.onOver();
    };
    this.#timer = setInterval(show, 200);
    show();
  }

  stop() {
    clearInterval(this.#timer);
  }
}
