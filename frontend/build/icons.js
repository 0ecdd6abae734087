// One SVG file holding every icon that a page uses: a sprite, not a 505 kB font.
//
// An icon is used by naming it: {{ ui.icon("clock") }} in a template, icon="clock"
// in Python (navigation items), or a line in frontend/icons.txt.

import { readFile, readdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";

const USES = {
  ".html": /\b(?:icon\(\s*|icon_name=)["']([a-z0-9-]+)["']/g,
  ".py": /\bicon=["']([a-z0-9-]+)["']/g,
};
// ui.badge(text, "green", "check"), ui.empty(text, "clock"): any word there that is an icon's name.
const MACRO_CALL = /\bui\.(?:badge|empty)\(.*/g;
const WORD = /["']([a-z][a-z0-9-]+)["']/g;
const FOLDERS = ["app", "plugins"];

async function sources(root) {
  const found = [];
  for (const folder of FOLDERS) {
    for (const entry of await readdir(path.join(root, folder), { recursive: true })) {
      if (path.extname(entry) in USES) found.push(path.join(root, folder, entry));
    }
  }
  return found;
}

/** Return the names of all icons in use, sorted. */
export async function iconNames(root) {
  const listed = await readFile(path.join(root, "frontend/icons.txt"), "utf8");
  const names = new Set(listed.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#")));
  for (const file of await sources(root)) {
    const text = await readFile(file, "utf8");
    for (const [, name] of text.matchAll(USES[path.extname(file)])) names.add(name);
    if (path.extname(file) !== ".html") continue;
    for (const [call] of text.matchAll(MACRO_CALL)) {
      for (const [, word] of call.matchAll(WORD)) if (existsSync(iconFile(root, word))) names.add(word);
    }
  }
  return [...names].sort();
}

function iconFile(root, name) {
  return path.join(root, "node_modules/@tabler/icons/icons/outline", `${name}.svg`);
}

function asSymbol(name, svg) {
  const inner = svg
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/g, "")
    .replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
}

/** Return the sprite; an unknown name stops the build. */
export async function iconSprite(root, names) {
  const symbols = await Promise.all(
    names.map(async (name) => {
      const file = iconFile(root, name);
      if (!existsSync(file)) throw new Error(`no icon named ${name} in @tabler/icons`);
      return asSymbol(name, await readFile(file, "utf8"));
    }),
  );
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="2" ' +
    `stroke-linecap="round" stroke-linejoin="round">${symbols.join("")}</svg>\n`
  );
}
