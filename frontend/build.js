// Builds every file a browser loads and writes it where Flask serves it.
//
// Knows file names and the order of the steps; knows nothing of what is inside.
// The output is committed, so that installing Anxue needs no Node.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { tablerCss } from "./build/tabler.js";
import { iconNames, iconSprite } from "./build/icons.js";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const DIST = path.join(ROOT, "app/web/static/dist");
const PLAYER = path.join(ROOT, "plugins/video_progress/static/video_progress");

// Old Android web views are common on mine sites; nothing newer is assumed.
const BROWSERS = ["chrome87", "safari15", "firefox91"];

async function emptied(folder) {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) await rm(path.join(folder, name), { recursive: true });
}

/** Write a file under a name that holds its own digest, and return that name. */
async function writeHashed(folder, name, content) {
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const { name: stem, ext } = path.parse(name);
  const hashed = `${stem}-${digest}${ext}`;
  await writeFile(path.join(folder, hashed), content);
  return hashed;
}

async function bundled(entry, format) {
  const result = await esbuild.build({
    entryPoints: [path.join(ROOT, entry)],
    bundle: true,
    minify: true,
    write: false,
    format,
    target: BROWSERS,
    charset: "utf8",
    legalComments: "none",
  });
  return result.outputFiles[0].text;
}

async function minifiedCss(text) {
  const result = await esbuild.transform(text, {
    loader: "css",
    minify: true,
    target: BROWSERS,
    legalComments: "none",
  });
  return result.code;
}

async function buildShell() {
  const own = await bundled("frontend/shell/app.css");
  const files = {
    "app.css": (await minifiedCss(await tablerCss(ROOT))) + own,
    "theme.js": await bundled("frontend/shell/theme.js", "iife"),
    "shell.js": await bundled("frontend/shell/shell.js", "iife"),
    "icons.svg": await iconSprite(ROOT, await iconNames(ROOT)),
    "brand.svg": await readFile(path.join(ROOT, "frontend/shell/brand.svg"), "utf8"),
  };
  await emptied(DIST); // only now: a build that fails leaves the last good files alone
  const manifest = {};
  for (const [name, content] of Object.entries(files)) {
    manifest[name] = `dist/${await writeHashed(DIST, name, content)}`;
  }
  await writeFile(path.join(DIST, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function buildPlayer() {
  const player = await esbuild.build({
    write: false,
    entryPoints: { player: path.join(ROOT, "frontend/player/player.js") },
    outdir: PLAYER,
    bundle: true,
    splitting: true, // hls.js is a chunk of its own: the page is readable before it arrives
    chunkNames: "[name]-[hash]",
    minify: true,
    format: "esm",
    target: BROWSERS,
    charset: "utf8",
    legalComments: "none",
  });
  const css = await bundled("frontend/player/player.css");
  await emptied(PLAYER);
  for (const file of player.outputFiles) await writeFile(file.path, file.contents);
  await writeFile(path.join(PLAYER, "player.css"), css);
}

await buildShell();
await buildPlayer();
for (const folder of [DIST, PLAYER]) {
  for (const name of (await readdir(folder)).sort()) {
    const size = (await readFile(path.join(folder, name))).length;
    console.log(`${String(size).padStart(8)}  ${path.relative(ROOT, path.join(folder, name))}`);
  }
}
