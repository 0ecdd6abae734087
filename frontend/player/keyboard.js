// Keys that drive the player from anywhere on its page.

const KEYS = {
  " ": "togglePlay",
  k: "togglePlay",
  arrowleft: "back",
  m: "toggleMute",
  c: "toggleCaptions",
  f: "toggleFullScreen",
  "?": "help",
};

/** Call the action of a key, unless somebody is typing or the key belongs to the focused control. */
export function listenToKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const action = KEYS[event.key.toLowerCase()];
    if (!action || ownsKey(event.target, event.key)) return;
    event.preventDefault();
    actions[action]();
  });
}

function ownsKey(target, key) {
  if (target.matches("input:not([type=range]), textarea, select, [contenteditable]")) return true;
  if (target.matches("input[type=range]")) return key === "ArrowLeft";
  return key === " " && target.matches("button, a, summary");
}
