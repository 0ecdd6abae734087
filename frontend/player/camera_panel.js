// Answering a check with a picture: opens the camera, takes one frame.
//
// The camera's own module (openCamera, takeFrame) comes from the plugin that brings this way,
// and is loaded only when somebody chooses it.

import { CHECK_WORDS } from "./words.js";

export class CameraPanel {
  #camera = null;
  #opening = 0; // a slow camera may open after its panel was left

  constructor(part, { onFrame, onTrouble }) {
    Object.assign(this, { part, onTrouble, moduleUrl: null });
    part("picture-take").addEventListener("click", async () => {
      try {
        onFrame(await this.#camera.takeFrame(part("picture-video")));
      } catch (error) {
        onTrouble(error.message || CHECK_WORDS.cameraFailed);
      }
    });
  }

  async open() {
    const mine = ++this.#opening;
    this.ready(false);
    this.#blind(false);
    this.part("picture-hint").textContent = CHECK_WORDS.opening;
    try {
      this.#camera ??= await import(this.moduleUrl);
      await this.#camera.openCamera(this.part("picture-video"));
      if (mine !== this.#opening) return this.#stop();
      this.part("picture-hint").textContent = CHECK_WORDS.ready;
      this.ready(true);
    } catch (error) {
      if (mine !== this.#opening) return;
      this.#blind(true);
      this.onTrouble(error.kind ? error.message : CHECK_WORDS.cameraFailed);
    }
  }

  /** Without a camera there is no picture to frame and nothing to press. */
  #blind(yes) {
    this.part("way-snapshot").classList.toggle("is-blind", yes);
    this.part("picture-take").hidden = yes;
  }

  ready(yes) {
    this.part("picture-take").disabled = !yes;
  }

  close() {
    this.#opening += 1;
    this.#stop();
  }

  #stop() {
    const video = this.part("picture-video");
    for (const track of video.srcObject?.getTracks() || []) track.stop();
    video.srcObject = null;
  }
}
