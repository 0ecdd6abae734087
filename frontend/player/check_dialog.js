// The dialog in which a trainee shows to be there: by picture, or by code and question.
//
// Knows attempts, windows and the two ways as the interface gives them; judges
// nothing. show() resolves with how it ended: "passed", "failed", "over" (the
// server has no such check any more) or the refusal that ended the session.

import { CameraPanel } from "./camera_panel.js";
import { Countdown } from "./countdown.js";
import { CHECK_WORDS as WORDS } from "./words.js";

const AFTER_WINDOW_MS = 400; // let the server's clock pass the end of the window too
const PASSED_SHOWS_MS = 700;
const RETRY_MS = 2000;

export class CheckDialog {
  #resolve = null;
  #check = null;
  #method = null; // the way chosen last, also for the next check
  #busy = false;
  #blind = false; // the camera failed: the next attempt begins with another way

  constructor(dialog, { api, challengesUrl }) {
    Object.assign(this, { dialog, api, challengesUrl });
    this.part = (name) => dialog.querySelector(`[data-part="${name}"]`);
    this.camera = new CameraPanel(this.part, {
      onFrame: (frame) => this.#answer("snapshot", { frame }),
      onTrouble: (sentence) => this.#cameraTrouble(sentence),
    });
    this.countdown = new Countdown({
      ring: this.part("check-ring"),
      figure: this.part("check-seconds"),
      spoken: this.part("check-spoken"),
      say: WORDS.secondsLeft,
      onOver: () => this.#windowOver(),
    });
    dialog.addEventListener("cancel", (event) => event.preventDefault()); // Escape is no answer
    this.part("quiz-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#answerQuiz();
    });
    this.part("check-tabs").addEventListener("keydown", (event) => this.#tabKeys(event));
  }

  get open() {
    return this.dialog.open;
  }

  /** Show the check that the server issued; atEnd chooses the wording. */
  show(check, { atEnd = false } = {}) {
    this.atEnd = atEnd;
    this.#say("");
    this.#loading(true);
    this.#count(check);
    if (!this.dialog.open) this.dialog.showModal();
    this.part("check-title").focus();
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#load(check.id);
    });
  }

  async #load(id, sentence = "") {
    try {
      this.#check = await this.api.get(`${this.challengesUrl}/${encodeURIComponent(id)}`);
    } catch (error) {
      this.#loadFailed(id, sentence, error);
      return;
    }
    this.#loading(false);
    this.#count(this.#check);
    this.camera.moduleUrl = this.#check.prompts?.snapshot?.camera_module;
    this.#quiz(this.#check.prompts?.otp_quiz);
    this.#tabs(this.#check.methods);
    this.#say(sentence);
  }

  #loadFailed(id, sentence, error) {
    if (error.passing) setTimeout(() => this.#resolve && this.#load(id, sentence), RETRY_MS);
    else if ([404, 409, 410].includes(error.status) && error.code !== "lease_lost") this.#finish("over");
    else this.#finish(error);
  }

  /** Show attempts and time of check; a window may be longer than 60 s for who needs it. */
  #count({ expires_in: seconds, attempts_left: attempts }) {
    const whole = Math.max(60, Math.ceil(seconds));
    this.part("check-lead").textContent = (this.atEnd ? WORDS.endLead : WORDS.lead)(whole);
    if (attempts !== undefined) this.part("check-attempts").textContent = WORDS.attempts(attempts);
    this.countdown.start(seconds, whole);
  }

  #windowOver() {
    if (this.#busy) return; // an answer is under way; its verdict decides
    this.#loading(true);
    const id = this.#check?.id;
    setTimeout(() => this.#resolve && id && this.#load(id, WORDS.expired), AFTER_WINDOW_MS);
  }

  #tabs(methods) {
    const shown = methods.filter(({ name }) => this.part(`way-${name}`));
    this.part("check-tabs").replaceChildren(
      ...shown.map(({ name, label, available }) => {
        const tab = document.createElement("button");
        Object.assign(tab, { type: "button", id: `tab-${name}`, textContent: label, disabled: !available });
        tab.setAttribute("role", "tab");
        tab.setAttribute("aria-controls", `way-${name}`);
        tab.dataset.method = name;
        tab.dataset.testid = `way-${name}`;
        tab.addEventListener("click", () => this.#choose(name));
        return tab;
      }),
    );
    const why = shown.filter(({ available, reason }) => !available && reason);
    this.part("check-closed").textContent = why.map(({ label, reason }) => `${label}：${reason}`).join(" ");
    this.openWays = shown.filter(({ available }) => available);
    this.part("check-none").hidden = this.openWays.length > 0;
    const names = this.openWays.map(({ name }) => name).filter((name) => !this.#blind || name !== "snapshot");
    const first = names.includes(this.#method) ? this.#method : (names[0] ?? this.openWays[0]?.name);
    if (first) this.#choose(first, false);
  }

  #choose(name, said = true) {
    this.#method = name;
    if (said) this.#say("");
    for (const tab of this.part("check-tabs").children) {
      const chosen = tab.dataset.method === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    for (const way of this.dialog.querySelectorAll("[role=tabpanel]")) way.hidden = way.id !== `way-${name}`;
    if (name === "snapshot") this.camera.open();
    else this.camera.close();
  }

  #tabKeys(event) {
    const tabs = [...this.part("check-tabs").children].filter((tab) => !tab.disabled);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || tabs.length < 2) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    event.preventDefault();
    this.#choose(next.dataset.method);
    next.focus();
  }

  #quiz(prompt) {
    this.part("quiz-form").hidden = !prompt;
    if (!prompt) return;
    this.part("quiz-code-shown").textContent = prompt.code;
    this.part("quiz-code").value = "";
    this.part("quiz-question").textContent = prompt.question;
    this.part("quiz-options").replaceChildren(...prompt.options.map(asOption));
  }

  #answerQuiz() {
    const form = this.part("quiz-form");
    const code = this.part("quiz-code").value.replace(/\s/g, "");
    const chosen = form.querySelector("input[name=answer]:checked");
    if (!code) return this.#missing(WORDS.enterCode, this.part("quiz-code"));
    if (!chosen) return this.#missing(WORDS.chooseAnswer, form.querySelector("input[name=answer]"));
    return this.#answer("otp_quiz", { code, answer: chosen.value });
  }

  #missing(sentence, control) {
    this.#say(sentence);
    control?.focus();
  }

  async #answer(method, fields) {
    if (this.#busy) return;
    this.#busy = true;
    this.#loading(true, WORDS.sending);
    const form = new FormData();
    form.append("method", method);
    form.append("nonce", this.#check.nonce);
    for (const [name, value] of Object.entries(fields)) {
      if (value instanceof Blob) form.append(name, value, `${name}.jpg`);
      else form.append(name, value);
    }
    try {
      const answer = await this.api.postForm(`${this.challengesUrl}/${encodeURIComponent(this.#check.id)}/answers`, form);
      this.#busy = false;
      this.#judged(answer);
    } catch (error) {
      this.#busy = false;
      this.#answerFailed(error);
    }
  }

  #judged({ result, reasons, attempts_left: left, nonce, expires_in: seconds }) {
    const sentence = (reasons || []).map(({ text }) => text).join(" ") || WORDS.again;
    if (result === "passed") return this.#passed();
    if (result === "failed" && left === 0) return this.#finish("failed");
    if (result === "failed") return this.#load(this.#check.id, sentence); // a new attempt has a new question
    if (nonce) this.#check.nonce = nonce;
    if (seconds) this.#count({ expires_in: seconds, attempts_left: left });
    return this.#again(sentence);
  }

  #answerFailed(error) {
    if (error.passing) {
      this.#again(WORDS.network);
    } else if ([400, 413, 415, 422].includes(error.status)) {
      this.#again(error.message);
    } else if (error.status === 401 || error.status === 403 || error.code === "lease_lost") {
      this.#finish(error);
    } else {
      this.#load(this.#check.id, error.message); // the attempt is over: show what is now
    }
  }

  /** The same attempt goes on, unless its window ended while the answer was under way. */
  #again(sentence) {
    if (this.countdown.over) return this.#windowOver();
    this.#loading(false);
    return this.#say(sentence);
  }

  #passed() {
    this.countdown.stop();
    this.#loading(true, WORDS.passed);
    this.dialog.classList.add("is-passed");
    setTimeout(() => this.#finish("passed"), PASSED_SHOWS_MS);
  }

  #cameraTrouble(sentence) {
    this.#blind = true;
    const other = this.openWays.find(({ name }) => name !== "snapshot");
    this.#say(sentence, other && { label: WORDS.otherWay(other.label), act: () => this.#choose(other.name) });
  }

  /** Say sentence where it is noticed, with one way on if there is one. */
  #say(sentence, way) {
    const place = this.part("check-said");
    place.replaceChildren();
    place.hidden = !sentence;
    if (!sentence) return;
    const words = document.createElement("p");
    words.textContent = sentence;
    place.append(words);
    if (!way) return;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn", textContent: way.label });
    button.dataset.testid = "other-way";
    button.addEventListener("click", way.act);
    place.append(button);
  }

  #loading(yes, sentence = WORDS.loading) {
    this.part("check-ways").classList.toggle("is-waiting", yes);
    this.part("check-ways").inert = yes;
    this.part("check-busy").textContent = yes ? sentence : "";
  }

  #finish(outcome) {
    this.countdown.stop();
    this.camera.close();
    this.dialog.classList.remove("is-passed");
    this.dialog.close();
    const resolve = this.#resolve;
    this.#resolve = null;
    resolve?.(outcome);
  }
}

function asOption({ key, text }) {
  const label = document.createElement("label");
  label.className = "check-option";
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name: "answer", value: key });
  const words = document.createElement("span");
  words.textContent = text;
  label.append(input, words);
  return label;
}
