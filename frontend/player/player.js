// The player of a lesson: puts video, bar, session and dialogs together.
//
// Reads what it needs from the page's data attributes (templates/video_progress/
// player.html) and starts by itself. Nothing is opened on the server before the
// first press of play: looking at the page must not end a session elsewhere.

import { Api } from "./api.js";
import { Bar } from "./bar.js";
import { CheckDialog } from "./check_dialog.js";
import { Checks } from "./checks.js";
import { Ending } from "./ending.js";
import { listenToKeys } from "./keyboard.js";
import { guardLinks, LeaveDialog } from "./leaving.js";
import { attachSource } from "./media.js";
import { Panel } from "./panel.js";
import { PlayLog } from "./play_log.js";
import { Progress } from "./progress.js";
import { refusalPanel } from "./refusals.js";
import { Screen } from "./screen.js";
import { Session } from "./session.js";
import { clockText } from "./time_text.js";
import { Watcher } from "./watcher.js";
import { WORDS } from "./words.js";

const BACK_SECONDS = 10;
const SILENCE_SECONDS = 45; // a sign of life after that long a pause, so that the next claim counts

class Player {
  constructor(root) {
    this.root = root;
    this.settings = root.dataset;
    this.part = (name) => document.querySelector(`[data-part="${name}"]`);
    this.video = this.part("video");
    this.api = new Api({ csrfToken: document.querySelector("meta[name=csrf-token]").content });
    this.log = new PlayLog();
    this.panel = new Panel(this.part);
    this.progress = new Progress(this.part);
    this.session = new Session({
      api: this.api,
      playbacksUrl: this.settings.playbacksUrl,
      lessonId: this.settings.lessonId,
      heard: {
        settled: (answer, beats) => this.settled(answer, beats),
        challenge: (check) => this.checks.meet(check),
        refused: (error) => this.refused(error),
        trouble: (long) => this.trouble(long),
        recovered: () => this.recovered(),
      },
    });
    const { challengesUrl } = this.settings;
    this.checks = new Checks(this, new CheckDialog(this.part("check"), { api: this.api, challengesUrl }));
    this.ending = new Ending(this, new LeaveDialog(this.part("leave"), WORDS));
    this.watcher = new Watcher(this.video, this.log, {
      maxRate: Number(this.settings.maxRate) || 1,
      onSkip: () => this.say(WORDS.noSkipping),
      onPlay: () => this.bar.showPlaying(true),
      onPause: () => this.paused(),
      onTick: () => this.drawn(),
      onEnded: () => this.ending.reached(),
    });
    this.bar = new Bar(this.part, this.video, this.actions());
    this.bar.length = Number(this.settings.mediaSeconds) || 0;
    this.screen = new Screen(this.part("stage"), this.part("full"), WORDS);
    this.beatTimer = null;
    this.stateUnknown = false; // a check ended and the server's view of it could not be had
    this.wanted = false; // whether the trainee wants it to play, whatever stops it for a moment
    this.listen();
  }

  actions() {
    return {
      togglePlay: () => (this.video.paused ? this.play() : this.pause()),
      back: () => this.seek(this.video.currentTime - BACK_SECONDS),
      seek: (to) => this.seek(to),
      toggleMute: () => (this.video.muted = !this.video.muted),
      volume: (level) => Object.assign(this.video, { volume: level, muted: level === 0 }),
      rate: (rate) => (this.video.playbackRate = rate),
      quality: (index) => this.source?.setLevel(index),
      toggleCaptions: () => this.toggleCaptions(),
      toggleFullScreen: () => this.screen.toggle(),
      help: () => this.part("help").toggleAttribute("open"),
    };
  }

  listen() {
    const actions = this.actions();
    listenToKeys(actions);
    this.part("big").addEventListener("click", actions.togglePlay);
    this.video.addEventListener("click", actions.togglePlay);
    this.video.addEventListener("contextmenu", (event) => event.preventDefault());
    this.part("finish").addEventListener("click", () => this.ending.leave(this.settings.courseUrl));
    for (const chapter of document.querySelectorAll("[data-chapter]")) {
      chapter.addEventListener("click", () => this.seek(Number(chapter.dataset.chapter)));
    }
    guardLinks(() => this.session.isOpen && this.progress.pendingSeconds >= 1, (href) => this.ending.leave(href));
    document.addEventListener("visibilitychange", () => this.visibility());
    addEventListener("pagehide", () => this.session.beacon(this.watcher.claims()));
    addEventListener("pageshow", (event) => event.persisted && this.resync());
    addEventListener("online", () => this.session.retryNow());
    const captions = this.video.textTracks[0];
    this.bar.showCaptions(captions?.mode === "showing", Boolean(captions));
    this.bar.showPlaying(false);
    for (const control of this.root.querySelectorAll("[data-needs-script]")) control.disabled = false;
    this.root.dataset.ready = "yes";
  }

  // ---- playing ----

  async play() {
    this.wanted = true;
    if (this.checks.open || this.opening) return;
    if (!this.session.isOpen) {
      await this.open();
      return;
    }
    this.panel.hide();
    if (this.stateUnknown && !(await this.resync())) return;
    if (this.session.silentSeconds > SILENCE_SECONDS) await this.session.beat([this.life()]);
    if (this.checks.open || !this.session.isOpen || !this.wanted) return;
    try {
      await this.video.play();
    } catch {
      this.bar.showPlaying(false); // the browser wants a press of its own; the big button is there
    }
  }

  pause() {
    this.wanted = false;
    this.video.pause();
  }

  async open() {
    this.opening = true;
    this.wanted = true;
    this.panel.hide();
    this.say(WORDS.opening);
    // Within the press, so that phones let the video play when the answer has come.
    if (!this.source) this.video.play().catch(() => {});
    try {
      const playback = await this.session.open();
      this.say("");
      this.source?.detach();
      this.log.discard();
      this.progress.begin(playback);
      this.watcher.furthest = Math.max(playback.furthest, playback.resume_at);
      this.watcher.free = playback.complete === true;
      this.watcher.place(playback.resume_at);
      this.source = await attachSource(this.video, {
        manifestUrl: playback.manifest_url,
        start: playback.resume_at,
        onLevels: (heights) => this.bar.showLevels(heights),
        onFailed: () => this.mediaFailed(),
      });
      clearInterval(this.beatTimer);
      this.beatTimer = setInterval(() => this.beat(), playback.beat_seconds * 1000);
    } catch (error) {
      this.say("");
      this.openFailed(error);
      return;
    } finally {
      this.opening = false;
    }
    await this.play();
  }

  seek(to) {
    const target = Math.max(0, Math.min(to, this.video.duration || Infinity));
    if (!this.session.isOpen || this.video.readyState === 0) {
      this.say(WORDS.noSkipping, to > 0);
      this.drawn();
      return;
    }
    this.video.currentTime = target; // the watcher refuses what lies ahead
  }

  paused() {
    this.bar.showPlaying(false);
    if (!this.video.ended) this.beat();
  }

  beat() {
    if (this.checks.open) return; // nothing plays, and the check's own calls are sign of life enough
    const claims = this.watcher.claims();
    const silent = !claims.length && !this.session.hasUnsent && this.session.silentSeconds > SILENCE_SECONDS;
    if (claims.length || silent) this.session.beat(claims.length ? claims : [this.life()]);
  }

  /** An empty claim: the player is paused, not gone. */
  life() {
    const position = Math.round(this.video.currentTime * 1000) / 1000;
    return { played: [position, position], rate: this.video.playbackRate, visible: document.visibilityState === "visible" };
  }

  drawn() {
    this.bar.showPosition(this.video.currentTime, this.watcher.furthest);
    this.bar.showSpans(this.progress.live([...this.log.spans(), ...this.session.unsettled()]));
    this.progress.chapter(this.video.currentTime);
  }

  // ---- what the server says ----

  settled(answer, beats) {
    this.progress.settle(answer, beats);
    this.drawn();
    const codes = answer.codes || [];
    if (answer.challenge) return;
    if (codes.includes("SEEK_FORWARD_REJECTED")) this.sayAndReturn(WORDS.seekRefused);
    else if (codes.includes("HEARTBEAT_GAP") && beats.length) {
      this.backTo(this.session.acceptedUntil);
      this.say(WORDS.gap(clockText(this.session.acceptedUntil)));
    } else if (codes.includes("DAILY_CAP")) this.say(WORDS.dailyCap);
  }

  async sayAndReturn(sentence) {
    this.say(sentence);
    await this.resync();
  }

  /** Read the server's view; null if it cannot be had (what to do then has been shown). */
  async refresh() {
    try {
      const state = await this.session.state();
      if (state.state !== "open") {
        this.refused({ status: 409, code: state.state === "replaced" ? "lease_lost" : "playback_closed" });
        return null;
      }
      this.progress.adopt(state);
      this.drawn();
      return state;
    } catch (error) {
      if (error.passing) this.say(WORDS.weak);
      else this.refused(error);
      return null;
    }
  }

  /** Do as the server's view demands; return whether it could be had. */
  async resync() {
    if (!this.session.isOpen) return false;
    const state = await this.refresh();
    if (!state) return false;
    this.stateUnknown = false;
    this.watcher.furthest = state.furthest;
    if (state.challenge) this.checks.meet(state.challenge);
    else if (this.video.currentTime > state.furthest) this.backTo(state.furthest);
    return true;
  }

  backTo(position) {
    this.watcher.place(position);
    this.log.discard();
  }

  refused(error) {
    clearInterval(this.beatTimer);
    this.wanted = false;
    this.video.pause();
    this.log.discard();
    const { kind, ...shown } = refusalPanel(error, {
      loginUrl: this.settings.loginUrl,
      reopen: () => this.open(),
    });
    this.panel.show(kind, shown);
  }

  openFailed(error) {
    this.video.pause();
    if (!error.passing) {
      this.refused(error);
      return;
    }
    this.panel.show("open", {
      title: WORDS.openFailed,
      text: error.status ? error.message : WORDS.mediaFailedMore,
      actions: [{ label: WORDS.retry, act: () => this.open(), testid: "retry" }],
    });
  }

  trouble(long) {
    if (!long) {
      this.say(WORDS.weak);
      return;
    }
    if (this.panel.kind === "offline") return;
    this.stoppedByTrouble = this.wanted;
    this.video.pause();
    this.panel.show("offline", {
      title: WORDS.offline,
      text: WORDS.offlineMore,
      actions: [{ label: WORDS.retry, act: () => this.session.retryNow(), testid: "retry" }],
    });
  }

  recovered() {
    this.say(WORDS.recovered);
    this.panel.hide("offline");
    if (this.video.ended) this.ending.reached();
    else if (this.stoppedByTrouble && document.visibilityState === "visible") this.play();
    this.stoppedByTrouble = false;
  }

  mediaFailed() {
    this.video.pause();
    this.panel.show("media", {
      title: WORDS.mediaFailed,
      text: WORDS.mediaFailedMore,
      actions: [{ label: WORDS.retry, act: () => this.retryMedia(), testid: "retry" }],
    });
  }

  retryMedia() {
    this.panel.hide();
    this.source.reload();
    this.play();
  }

  // ---- hiding, ending, leaving ----

  visibility() {
    if (document.visibilityState !== "hidden") {
      if (this.pausedByHiding) this.say(WORDS.hiddenPause);
      this.pausedByHiding = false;
      this.session.flush(); // what the beacon carried is settled; sending it twice is harmless
      return;
    }
    this.pausedByHiding = !this.video.paused;
    this.session.beacon(this.watcher.claims()); // what played so far was seen
    this.wanted = this.checks.open && this.wanted;
    this.video.pause();
  }

  toggleCaptions() {
    const track = this.video.textTracks[0];
    if (!track) return;
    track.mode = track.mode === "showing" ? "hidden" : "showing";
    this.bar.showCaptions(track.mode === "showing", true);
  }

  /** Say one sentence on the stage, where a screen reader hears it too; it fades by itself. */
  say(sentence, yes = true) {
    if (!yes) return;
    const place = this.part("notice");
    place.textContent = sentence;
    place.hidden = !sentence;
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => (place.hidden = true), 8000);
  }
}

const root = document.querySelector("[data-player]");
if (root) new Player(root);
