// The part of Tabler that Anxue's pages use, cut out of its 650 kB style sheet.
//
// Knows which templates exist and which class families a page may use without a
// rebuild; knows nothing of Anxue's own look (frontend/shell/*.css).

import { readFile } from "node:fs/promises";
import path from "node:path";
import { PurgeCSS } from "purgecss";

const SOURCES = [
  "app/web/templates/**/*.html",
  "plugins/*/templates/**/*.html",
  "frontend/shell/*.js",
  "frontend/player/*.js",
];

// Families that every plugin's template may use, whether or not one does today.
const ALWAYS = [
  /^(m|p)[tbsexy]?-[0-5]$/,
  /^(m[tbsexy]?-auto|g[xy]?-[0-4]|gap-[0-4])$/,
  /^(row|col|col-(auto|\d+)|col-(sm|md|lg)(-(auto|\d+))?|container(-tight|-narrow)?)$/,
  /^d-(none|block|flex|inline|inline-flex|grid)$/,
  /^d-(sm|md|lg)-(none|block|flex|inline-flex|table-cell)$/,
  /^(flex-(column|wrap|fill|grow-1|shrink-0)|align-items-\w+|justify-content-\w+|w-100|h-100)$/,
  /^btn(-(primary|secondary|danger|link|lg|sm|icon|ghost-secondary|outline-(primary|secondary|danger)|list))?$/,
  /^card(-(body|header|footer|title|subtitle|link|actions|table))?$/,
  /^alert(-(success|info|warning|danger|title|icon|description|link))?$/,
  /^badge(-(outline))?$/,
  /^bg-(green|yellow|red|blue|azure|secondary|primary)-lt$/,
  /^form-(control|label|select|check|check-input|check-label|hint|fieldset|text)$/,
  /^(input-group|input-group-text|input-icon|is-invalid|invalid-feedback|required)$/,
  /^table(-(responsive|vcenter|striped|sm))?$/,
  /^text-(secondary|success|danger|warning|center|end|start|nowrap|truncate|break|reset)$/,
  /^(fw-(bold|medium|normal)|fs-[2-5]|h[1-5]|small|lead|visually-hidden|visually-hidden-focusable)$/,
  /^(list-unstyled|list-group|list-group-item|datagrid|datagrid-(item|title|content)|hr|empty\S*)$/,
  /^(spinner-border|spinner-border-sm|disabled|active|show|ratio|img-fluid|rounded|progress|progress-bar)$/,
];

/** Return Tabler's rules without those that no page can need. */
export async function tablerCss(root) {
  const sheet = path.join(root, "node_modules/@tabler/core/dist/css/tabler.css");
  const [result] = await new PurgeCSS().purge({
    content: SOURCES.map((pattern) => path.join(root, pattern)),
    css: [{ raw: await readFile(sheet, "utf8") }],
    safelist: { standard: ALWAYS, greedy: [/data-bs-theme/] },
    variables: true,
    keyframes: true,
    fontFace: true,
  });
  // The default stack names a web font that Anxue does not ship.
  return result.css.replace(/@import[^;]+;/g, "").replace(/"?Inter( Var)?"?,\s*/g, "");
}
