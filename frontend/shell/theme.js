// Chooses light or dark before the first paint; loaded in <head> without defer.

const root = document.documentElement;
const wished = () => {
  try {
    return localStorage.getItem("anxue.theme");
  } catch {
    return null; // storage may be forbidden; the system's wish then decides
  }
};
const dark = matchMedia("(prefers-color-scheme: dark)");
const apply = () => root.setAttribute("data-bs-theme", wished() || (dark.matches ? "dark" : "light"));

apply();
dark.addEventListener?.("change", apply);
