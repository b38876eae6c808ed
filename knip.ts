import type { KnipConfig } from 'knip';
import manifest from './package.json' with { type: 'json' };
import { sdkFolders } from './instrumentation/generated/sdk-names.ts';

/** SDKs, and older majors as `openai4`, which tests load by names that stand in tables. */
const loadedByName = Object.entries(manifest.devDependencies)
  .filter(([name, range]) => sdkFolders.has(name) || range.startsWith('npm:'))
  .map(([name]) => name);

const config: KnipConfig = {
  entry: [
    'bench/*.ts',
    'bench/variants/*.ts',
    'examples/**/*.{ts,mjs,cjs,js}',
    '!examples/dashboard-preview/**',
    'scripts/*.ts',
    'test/**/*.test.ts',
    'test/support/*.ts',
  ],
  project: ['**/*.ts', '!examples/dashboard-preview/**'],
  // tsx is run, not imported; the schema is imported by a file that a test writes.
  ignoreDependencies: [...loadedByName, 'tsx', '@grafana/schema'],
  ignoreBinaries: ['mkfifo'],
  rules: { types: 'off' },
};

export default config;
