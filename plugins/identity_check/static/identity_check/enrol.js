// Taking the reference face: opens the camera on request, takes three pictures a moment apart, sends them.

import { closeCamera, openCamera, takeFrame } from "./camera.js";

const PICTURES = 3;
const APART_MS = 700;
const NETWORK = "网络不通，照片没有送出，请稍后再试。";

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function prepare(box) {
  const part = (name) => box.querySelector(`[data-part="${name}"]`);
  const [video, open, take, off, words] = ["video", "open", "take", "off", "words"].map(part);

  const say = (sentence, kind = "") => {
    words.textContent = sentence;
    words.dataset.kind = kind;
  };
  const show = (live) => {
    video.hidden = take.hidden = off.hidden = !live;
    open.hidden = live;
  };
  const stop = () => {
    closeCamera(video);
    show(false);
  };

  open.addEventListener("click", async () => {
    open.disabled = true;
    say("正在打开摄像头…");
    try {
      await openCamera(video);
      show(true);
      say("请正对镜头，光线从前方来，画面里只有您本人。");
      take.focus();
    } catch (error) {
      stop();
      say(error.message, "error");
    }
    open.disabled = false;
  });

  take.addEventListener("click", async () => {
    take.disabled = true;
    try {
      const form = new FormData();
      for (let count = 1; count <= PICTURES; count += 1) {
        say(`正在拍摄第 ${count} 张，共 ${PICTURES} 张，请保持不动…`);
        form.append("frame", await takeFrame(video), `frame-${count}.jpg`);
        if (count < PICTURES) await wait(APART_MS);
      }
      say("正在检查照片…");
      await send(form);
    } catch (error) {
      say(error.message || NETWORK, "error");
    }
    take.disabled = false;
  });

  const send = async (form) => {
    const token = document.querySelector("meta[name=csrf-token]").content;
    let answer;
    try {
      answer = await fetch(box.dataset.url, { method: "POST", body: form, headers: { "X-CSRF-Token": token } });
    } catch {
      throw new Error(NETWORK);
    }
    const content = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(content.title || NETWORK);
    stop();
    location.reload();
  };

  off.addEventListener("click", stop);
  addEventListener("pagehide", stop);
  box.hidden = false;
}

for (const box of document.querySelectorAll("[data-enrol]")) prepare(box);
