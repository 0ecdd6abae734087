// The video's source: hls.js where it works, the browser's own HLS second.
//
// hls.js first, because Chromium says "maybe" to native HLS and then cannot play it.

// A minute ahead is plenty, and the server serves no segment far beyond what was seen.
const HLS_OPTIONS = {
  enableWorker: false, // a worker from a blob would need a wider content security policy
  maxBufferLength: 30,
  maxMaxBufferLength: 60,
  backBufferLength: 60,
  capLevelToPlayerSize: true,
};
const RELOAD_MS = 3000;
const MOST_RECOVERIES = 3;

/**
 * Attach manifestUrl to video, beginning at start seconds.
 * onLevels gets the heights once known; onFailed is called when nothing more can be tried.
 */
export async function attachSource(video, { manifestUrl, start, onLevels, onFailed }) {
  const { default: Hls } = await import("./hls_source.js");
  if (Hls.isSupported()) return attachHls(Hls, video, { manifestUrl, start, onLevels, onFailed });
  if (video.canPlayType("application/vnd.apple.mpegurl")) return attachNative(video, { manifestUrl, start, onFailed });
  onFailed();
  return noSource;
}

const noSource = { setLevel() {}, reload() {}, detach() {} };

function attachHls(Hls, video, { manifestUrl, start, onLevels, onFailed }) {
  const hls = new Hls({ ...HLS_OPTIONS, startPosition: start });
  let recoveries = 0;
  let timer = null;
  hls.on(Hls.Events.MANIFEST_PARSED, (_event, { levels }) => onLevels(levels.map((level) => level.height)));
  hls.on(Hls.Events.FRAG_BUFFERED, () => (recoveries = 0));
  hls.on(Hls.Events.ERROR, (_event, error) => {
    if (!error.fatal) return;
    recoveries += 1;
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR && recoveries <= MOST_RECOVERIES) hls.recoverMediaError();
    else if (error.type === Hls.ErrorTypes.NETWORK_ERROR && recoveries <= MOST_RECOVERIES) timer = setTimeout(again, RELOAD_MS);
    else onFailed();
  });
  function again() {
    if (hls.levels.length) hls.startLoad(video.currentTime);
    else hls.loadSource(manifestUrl);
  }
  hls.loadSource(manifestUrl);
  hls.attachMedia(video);
  return {
    setLevel: (index) => (hls.currentLevel = index),
    reload: () => {
      recoveries = 0;
      again();
    },
    detach: () => {
      clearTimeout(timer);
      hls.destroy();
    },
  };
}

function attachNative(video, { manifestUrl, start, onFailed }) {
  const place = () => (video.currentTime = start);
  video.src = manifestUrl;
  video.addEventListener("loadedmetadata", place, { once: true });
  video.addEventListener("error", onFailed);
  return {
    setLevel() {},
    reload: () => {
      const position = video.currentTime;
      video.addEventListener("loadedmetadata", () => (video.currentTime = position), { once: true });
      video.load();
    },
    detach: () => {
      video.removeEventListener("error", onFailed);
      video.removeAttribute("src");
      video.load();
    },
  };
}
