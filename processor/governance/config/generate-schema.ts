import { toJsonSchema } from '@valibot/to-json-schema';
import { settleGeneratedFiles } from '../../../scripts/generated-files.ts';
import { configSchema } from './schema.ts';

/**
 * Writes `costspan.schema.json`, the JSON Schema that editors check `costspan.yaml` with. With
 * `--check` it writes nothing and exits 1 when the file is stale. Not part of the package.
 */

/** The schema as text. Rules that JSON Schema cannot say are left to the loader. */
export function generateSchema(): string {
  const schema = toJsonSchema(configSchema, { target: 'draft-07', errorMode: 'ignore' });
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

if (import.meta.main) {
  const file = { path: 'costspan.schema.json', text: generateSchema() };
  settleGeneratedFiles([file], { command: 'npm run schema' });
}
