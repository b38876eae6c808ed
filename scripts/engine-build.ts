/**
 * Builds `costspan/engine` for no platform at all, from its sources and as it is published, and
 * follows its declarations: it fails when any of them reaches Node, OpenTelemetry or any other
 * package. Run after `npm run build`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build, type BuildFailure, type BuildResult } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(root, 'dist');
const ENTRY = 'processor/engine/index';

const ofSources = await neutral(path.join(root, `${ENTRY}.ts`));
const published = await neutral(path.join(dist, `${ENTRY}.js`));

const errors = new Set<string>();
for (const { text, location } of [...ofSources.errors, ...published.errors]) {
  errors.add(`The engine must run anywhere: ${text} (${location?.file ?? 'no file'})`);
}
const globals = ['process', 'Buffer', 'setTimeout', 'setInterval', 'setImmediate', 'globalThis'];
for (const file of Object.keys(ofSources.metafile?.inputs ?? {})) {
  const code = uncommented(file).replaceAll(/'[^'\n]*'/g, '');
  for (const name of globals) {
    if (new RegExp(`(?<![.\\w#])${name}\\b(?!\\s*:)`).test(code)) {
      errors.add(`The engine must run anywhere: it uses ${name} in ${file}`);
    }
  }
}

const declarations = new Set<string>();
follow(path.join(dist, `${ENTRY}.d.ts`));

for (const error of errors) console.error(error);
if (errors.size > 0) process.exit(1);
const kilobytes = Math.round((published.outputFiles?.[0]?.contents.length ?? 0) / 1000);
console.log(
  `engine: one file of ${kilobytes} kB for no platform, ${declarations.size} declarations`,
);

function neutral(entry: string): Promise<Partial<BuildResult> & Pick<BuildResult, 'errors'>> {
  return build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    logLevel: 'silent',
  }).catch((error: unknown) => error as BuildFailure);
}

function follow(file: string): void {
  if (declarations.has(file)) return;
  declarations.add(file);
  for (const [, from = ''] of uncommented(file).matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)) {
    if (!from.startsWith('.')) {
      const place = path.relative(dist, file);
      errors.add(`The engine's declarations must stand alone: ${place} names ${from}`);
    } else follow(path.join(path.dirname(file), from.replace(/\.[tj]s$/, '.d.ts')));
  }
}

function uncommented(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}
