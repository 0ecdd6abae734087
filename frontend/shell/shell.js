// What every page does in the browser: theme switch, menus, notices, forms.
//
// Pages work without it; nothing here decides anything about learning.

import { fillSamples } from "./samples.js";
import { toast } from "./toast.js";

const root = document.documentElement;

function themeSwitch(button) {
  const show = () => {
    const dark = root.getAttribute("data-bs-theme") === "dark";
    button.setAttribute("aria-label", dark ? button.dataset.toLight : button.dataset.toDark);
  };
  button.addEventListener("click", () => {
    const next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", next);
    try {
      localStorage.setItem("anxue.theme", next);
    } catch {
      // Without storage the choice lasts for this page only.
    }
    show();
  });
  button.hidden = false;
  show();
}

/** A <details> menu closes on Escape, on a click elsewhere and when focus leaves it. */
function menu(details) {
  document.addEventListener("click", (event) => {
    if (!details.contains(event.target)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
  details.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !details.contains(event.relatedTarget)) details.open = false;
  });
}

/** A button beside a password field shows what was typed. */
function passwordReveal(button) {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    field.focus();
  });
}

/** A second press of a submit button does nothing while the first is under way. */
function sendOnce(form) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button[type=submit]")) {
      button.setAttribute("aria-disabled", "true");
      button.classList.add("is-busy");
    }
  });
  form.addEventListener("click", (event) => {
    if (event.target.closest?.('button[type=submit][aria-disabled="true"]')) event.preventDefault();
  });
  // Back from the next page with the page kept alive: the button must work again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const button of form.querySelectorAll("button[type=submit]")) {
      button.removeAttribute("aria-disabled");
      button.classList.remove("is-busy");
    }
  });
}

document.querySelectorAll("[data-theme-switch]").forEach(themeSwitch);
document.querySelectorAll("details[data-menu]").forEach(menu);
document.querySelectorAll("[data-reveal]").forEach(passwordReveal);
document.querySelectorAll("form[data-once]").forEach(sendOnce);
document.querySelectorAll("[data-sample-login]").forEach(fillSamples);
document.addEventListener("anxue:toast", (event) => toast(event.detail));
