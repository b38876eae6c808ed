import { readFileSync, writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { configSchema } from './schema.ts';

/**
 * Writes `costspan.schema.json`, the JSON Schema that editors check `costspan.yaml` with. With
 * `--check` it writes nothing and exits 1 when the file is stale. Not part of the package.
 */

const target = new URL('../../costspan.schema.json', import.meta.url);

/** The schema as text. Rules that JSON Schema cannot say are left to the loader. */
export function generateSchema(): string {
  const schema = toJsonSchema(configSchema, { target: 'draft-07', errorMode: 'ignore' });
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  const generated = generateSchema();
  if (!process.argv.includes('--check')) {
    writeFileSync(target, generated);
  } else if (readFileSync(target, 'utf8') !== generated) {
    process.stderr.write('costspan.schema.json is stale: run "npm run schema".\n');
    process.exitCode = 1;
  }
}
