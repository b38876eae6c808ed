/**
 * Builds `costspan/engine` for no platform at all, and follows its declarations: it fails when
 * either reaches Node, OpenTelemetry or any other package. Run after `npm run build`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const entry = path.join(dist, 'processor/engine/index.js');

const { outputFiles, errors, metafile } = await build({
  entryPoints: [entry],
  bundle: true,
  write: false,
  minify: true,
  metafile: true,
  format: 'esm',
  platform: 'neutral',
  logLevel: 'silent',
}).catch((error: unknown) => error as Awaited<ReturnType<typeof build>>);

for (const { text, location } of errors) {
  console.error(`The engine must run anywhere: ${text} (${location?.file ?? 'no file'})`);
}
const globals = ['process', 'Buffer', 'setTimeout', 'setInterval', 'setImmediate', 'globalThis'];
const reached = new Set<string>();
for (const file of Object.keys(metafile?.inputs ?? {})) {
  const code = uncommented(file).replaceAll(/'[^'\n]*'/g, '');
  for (const name of globals) {
    if (new RegExp(`(?<![.\\w#])${name}\\b(?!\\s*:)`).test(code)) reached.add(`${name} in ${file}`);
  }
}
for (const one of reached) console.error(`The engine must run anywhere: it uses ${one}`);

const declarations = new Set<string>();
const foreign: string[] = [];
follow(entry.replace(/\.js$/, '.d.ts'));
for (const one of foreign) console.error(`The engine's declarations must stand alone: ${one}`);

if (errors.length + reached.size + foreign.length > 0) process.exit(1);
const kilobytes = Math.round((outputFiles?.[0]?.contents.length ?? 0) / 1000);
console.log(
  `engine: one file of ${kilobytes} kB for no platform, ${declarations.size} declarations`,
);

function follow(file: string): void {
  if (declarations.has(file)) return;
  declarations.add(file);
  for (const [, from = ''] of uncommented(file).matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)) {
    if (!from.startsWith('.')) foreign.push(`${path.relative(dist, file)} names ${from}`);
    else follow(path.join(path.dirname(file), from.replace(/\.[tj]s$/, '.d.ts')));
  }
}

function uncommented(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}
