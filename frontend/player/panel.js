// A sentence laid over the video with one or two ways on; play waits meanwhile.

export class Panel {
  constructor(part) {
    this.part = part;
    this.kind = null;
  }

  /** Show title and text; actions are {label, act} or {label, href}, the first is the main one. */
  show(kind, { title, text, actions }) {
    this.kind = kind;
    this.part("panel-title").textContent = title;
    this.part("panel-text").textContent = text;
    this.part("panel-actions").replaceChildren(...actions.map(asControl));
    const panel = this.part("panel");
    panel.dataset.kind = kind;
    panel.hidden = false;
    this.part("notice").hidden = true;
    this.part("panel-title").focus();
  }

  /** Take the panel away; with a kind, only if it shows that. */
  hide(kind) {
    if (kind && kind !== this.kind) return;
    this.kind = null;
    this.part("panel").hidden = true;
  }
}

function asControl({ label, act, href, testid }, index) {
  const control = document.createElement(href ? "a" : "button");
  control.className = index === 0 ? "btn btn-primary" : "btn";
  control.textContent = label;
  if (testid) control.dataset.testid = testid;
  if (href) control.href = href;
  else {
    control.type = "button";
    control.addEventListener("click", act);
  }
  return control;
}
