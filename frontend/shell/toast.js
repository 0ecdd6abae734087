// Short notices at the edge of the page, announced politely and gone by themselves.

const LASTS_MS = 7000;

/** Show detail.text; detail.kind is "info" (default), "success", "warning" or "danger". */
export function toast({ text, kind = "info" }) {
  const region = document.querySelector("[data-toasts]");
  if (!region) return;
  const note = document.createElement("div");
  note.className = `toast-note toast-note-${kind}`;
  note.textContent = text;
  region.append(note);
  setTimeout(() => note.remove(), LASTS_MS);
}
