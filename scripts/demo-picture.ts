/**
 * Runs the demo and keeps what it showed: `docs/demo.txt`, from the table to the self-check, and
 * `docs/demo.svg`, the same as a picture of a terminal. Needs a build.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);

const FONT_SIZE = 13;
/** Each line is set to this width a character, whatever the font's own is: columns stay in line. */
const CHARACTER_WIDTH = 7.8;
const LINE_HEIGHT = 18;
const MARGIN = 20;

const STYLE = `
  rect { fill: #161b22; }
  text { fill: #d0d7de; font: ${FONT_SIZE}px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; white-space: pre; }
  .branch { fill: #6e7681; }
  .head { fill: #8b949e; }
  .bar { fill: #3fb950; }
  .warn { fill: #d29922; }
  .team { fill: #58a6ff; }
  .check { fill: #3fb950; }`;

/** What stands out in a line: the first alternative that matches decides. */
const PARTS =
  /(?<bar>█+)|(?<branch>[│├└─]+)|(?<warn>no price)|(?<team>^(?:growth|search|support|total)\b)|(?<head>^(?:team, workflow|outcome|span) .*$)|(?<check>^Self-check.*$)/g;

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function* coloured(line: string): Generator<string> {
  let done = 0;
  for (const match of line.matchAll(PARTS)) {
    yield escapeText(line.slice(done, match.index));
    const [name] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? [];
    yield `<tspan class="${name}">${escapeText(match[0])}</tspan>`;
    done = match.index + match[0].length;
  }
  yield escapeText(line.slice(done));
}

function picture(text: string): string {
  const lines = text.trimEnd().split('\n');
  const columns = Math.max(...lines.map((line) => line.length));
  const width = Math.ceil(columns * CHARACTER_WIDTH + 2 * MARGIN);
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const rows = lines.flatMap((line, index) => {
    if (line === '') return [];
    const y = MARGIN + FONT_SIZE + index * LINE_HEIGHT;
    const length = (line.length * CHARACTER_WIDTH).toFixed(1);
    const content = [...coloured(line)].join('');
    return `<text x="${MARGIN}" y="${y}" xml:space="preserve" textLength="${length}">${content}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Output of npm run demo">
<style>${STYLE}
</style>
<rect width="${width}" height="${height}" rx="8"/>
${rows.join('\n')}
</svg>
`;
}

const shown = execFileSync(
  process.execPath,
  [fileURLToPath(new URL('examples/demo/main.ts', root))],
  {
    encoding: 'utf8',
  },
);
const end = shown.indexOf('\n', shown.indexOf('Self-check:'));
const text = `$ npm run demo\n\n${shown.slice(0, end + 1)}`;
writeFileSync(new URL('docs/demo.txt', root), text);
writeFileSync(new URL('docs/demo.svg', root), picture(text));
