// Leaving in an orderly way: what is still unconfirmed is offered a check first.
//
// Covers the button "end this session" and every link of our own pages. Closing
// the tab or losing power cannot be asked; the beacon saves the evidence then.

/** Call ask(href) instead of following a link of this site, while waits() says something is pending. */
export function guardLinks(waits, ask) {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[href]");
    if (!link || link.target || link.hasAttribute("download") || link.closest("[data-leaves]")) return;
    const url = new URL(link.href, location.href);
    const samePage = url.pathname === location.pathname && url.search === location.search;
    if (url.origin !== location.origin || samePage || !waits()) return;
    event.preventDefault();
    ask(url.href);
  });
}

/** The dialog's three ways: "check", "leave", "stay". Escape stays. */
export class LeaveDialog {
  constructor(dialog, words) {
    Object.assign(this, { dialog, words });
    dialog.addEventListener("close", () => {
      this.resolve?.(dialog.returnValue || "stay");
      this.resolve = null;
    });
  }

  ask(left) {
    this.dialog.querySelector('[data-part="leave-text"]').textContent = this.words.leaveMore(left);
    this.dialog.returnValue = "";
    this.dialog.showModal();
    return new Promise((resolve) => (this.resolve = resolve));
  }
}
