/**
 * Writes the constants and the documentation of every name on our telemetry. `node
 * conventions/generate.ts` writes; with `--check` it writes nothing, names each stale file and exits
 * with 1. Not part of the published package.
 */
import { settleGeneratedFiles } from '../scripts/generated-files.ts';
import { loadConventions } from './generator/sources.ts';
import { RegistryError } from './generator/yaml-shape.ts';
import { writeAttributes, writeEvents, writeMetrics } from './generator/write-constants.ts';
import { writeDocs } from './generator/write-docs.ts';

try {
  const conventions = loadConventions();
  settleGeneratedFiles([
    { path: 'conventions/generated/attributes.ts', text: writeAttributes(conventions) },
    { path: 'conventions/generated/metrics.ts', text: writeMetrics(conventions) },
    { path: 'conventions/generated/events.ts', text: writeEvents(conventions) },
    { path: 'docs/telemetry.md', text: writeDocs(conventions) },
  ]);
} catch (error) {
  if (!(error instanceof RegistryError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}
