/**
 * Writes the constants and the documentation of every name on our telemetry. `node
 * conventions/generate.ts` writes; with `--check` it writes nothing, names each stale file and exits
 * with 1. Not part of the published package.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadConventions } from './generator/sources.ts';
import { RegistryError } from './generator/shape.ts';
import { writeAttributes, writeEvents, writeMetrics } from './generator/write-constants.ts';
import { writeDocs } from './generator/write-docs.ts';

const ROOT: URL = new URL('../', import.meta.url);

interface Output {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly text: string;
}

function outputs(): readonly Output[] {
  const conventions = loadConventions();
  return [
    { path: 'conventions/generated/attributes.ts', text: writeAttributes(conventions) },
    { path: 'conventions/generated/metrics.ts', text: writeMetrics(conventions) },
    { path: 'conventions/generated/events.ts', text: writeEvents(conventions) },
    { path: 'docs/telemetry.md', text: writeDocs(conventions) },
  ];
}

function isStale({ path, text }: Output): boolean {
  try {
    return readFileSync(new URL(path, ROOT), 'utf8') !== text;
  } catch {
    return true;
  }
}

function write({ path, text }: Output): void {
  const file = new URL(path, ROOT);
  mkdirSync(new URL('./', file), { recursive: true });
  writeFileSync(file, text);
}

function main(check: boolean): void {
  const stale = outputs().filter(isStale);
  for (const output of stale) {
    if (check) {
      console.error(`${output.path} is stale: run \`npm run generate\`.`);
    } else {
      write(output);
      console.log(`${output.path} written.`);
    }
  }
  process.exitCode = check && stale.length > 0 ? 1 : 0;
}

try {
  main(process.argv.includes('--check'));
} catch (error) {
  if (!(error instanceof RegistryError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}
