import { defineConfig, type OxlintConfig, type OxlintOverride } from 'oxlint';

// Which folder may import which (docs/architecture.md). Each rule stands by shape: everything is
// refused but what is named, so that a new folder or a new SDK needs no entry here.

const API = '!@opentelemetry/api';
const NODE = ['!node:*', '!node:*/*'];

/** What a file `up` folders below `from` may import of ours. */
function ours(up: number, ...folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    ['/*', '/*/*', '/*/*/*', '/*/*/*/*'].map((rest) => `!${'../'.repeat(up)}${folder}${rest}`),
  );
}

/** What a file `depth` folders below the top of its area may import of the area itself. */
function ownArea(depth: number): string[] {
  const within = Array.from({ length: depth }, (_, above) => '../'.repeat(above + 1)).flatMap(
    (up) => ['*', '*/*', '*/*/*', '*/*/*/*'].map((rest) => `!${up}${rest}`),
  );
  const outside = '../'.repeat(depth + 1);
  const beyond = ['*', '*/*', '*/*/*', '*/*/*/*', '*/*/*/*/*'].map((rest) => outside + rest);
  return ['!./*', '!./*/*', '!./*/*/*', ...within, ...beyond];
}

interface Area {
  readonly folder: string;
  /** How deep its folders go, itself included. */
  readonly levels: number;
  /** Folders of ours that it may import, by how far above its top they stand. */
  readonly sees?: Readonly<Record<number, readonly string[]>>;
  /** Imports of others that it may use. */
  readonly uses?: readonly string[];
  /** Whether `import type` may name anything. */
  readonly seesTypes?: boolean;
  readonly message: string;
}

function area({
  folder,
  levels,
  sees = {},
  uses = [],
  seesTypes = false,
  message,
}: Area): OxlintOverride[] {
  return Array.from({ length: levels }, (_, depth) => ({
    files: [`${folder}/${'*/'.repeat(depth)}*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                '*',
                ...ownArea(depth),
                ...Object.entries(sees).flatMap(([up, folders]) =>
                  ours(depth + Number(up), ...folders),
                ),
                ...uses,
              ],
              allowTypeImports: seesTypes,
              message,
            },
          ],
        },
      ],
    },
  }));
}

const config: OxlintConfig = defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'node'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  rules: {
    'import/no-cycle': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': 'error',
    'eslint/no-console': 'error',
    'eslint/no-await-in-loop': 'off',
    'import/no-unassigned-import': 'off',
    'unicorn/no-array-sort': 'off',
    'oxc/no-map-spread': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/unbound-method': 'off',
    'eslint/no-underscore-dangle': 'off',
  },
  overrides: [
    ...area({
      folder: 'conventions',
      levels: 2,
      uses: [API],
      message: "conventions imports nothing of ours, and of others OpenTelemetry's API alone.",
    }),
    {
      files: ['conventions/generate.ts', 'conventions/generator/**'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                group: ['**/instrumentation/**', '**/processor/**', '**/providers/**', '**/cli/**'],
                message: 'The generator of conventions sees conventions and scripts only.',
              },
            ],
          },
        ],
      },
    },
    ...area({
      folder: 'providers',
      levels: 2,
      sees: { 1: ['conventions'] },
      message: 'providers imports conventions only: no SDK, no OpenTelemetry, no Node.',
    }),
    ...area({
      folder: 'processor',
      levels: 1,
      message: 'processor/index.ts is the face of its three folders.',
    }),
    ...area({
      folder: 'processor/engine',
      levels: 4,
      sees: { 2: ['conventions', 'providers'] },
      message:
        'The engine imports conventions and providers only: no Node, no OpenTelemetry, nothing of its hosts.',
    }),
    ...area({
      folder: 'processor/governance',
      levels: 5,
      sees: { 1: ['engine'], 2: ['conventions', 'providers', 'scripts'] },
      uses: [API, ...NODE, '!valibot', '!@valibot/to-json-schema', '!yaml', '!redis', '!ioredis'],
      message:
        "governance stands on the engine, conventions and providers; it sees no SDK, no instrumentation and nothing of the process' host.",
    }),
    ...area({
      folder: 'processor/node',
      levels: 2,
      sees: { 1: ['engine', 'governance'], 2: ['conventions', 'providers'] },
      uses: [API, ...NODE, '!yaml'],
      message:
        'processor/node stands on the engine, governance, conventions and providers; it sees no SDK and no instrumentation.',
    }),
    ...area({
      folder: 'instrumentation/*',
      levels: 2,
      sees: { 1: ['core'], 2: ['conventions', 'providers'] },
      uses: [API, ...NODE],
      seesTypes: true,
      message:
        'An SDK folder imports core, conventions and providers, never a sibling; an SDK by `import type` alone.',
    }),
    ...area({
      folder: 'instrumentation/core',
      levels: 2,
      sees: { 2: ['conventions', 'providers'] },
      uses: [API, ...NODE],
      message: 'instrumentation/core imports conventions and providers only and knows no SDK.',
    }),
    { files: ['instrumentation/register/**'], rules: { 'no-restricted-imports': 'off' } },
    ...area({
      folder: 'grafana',
      levels: 3,
      sees: { 1: ['conventions', 'scripts'] },
      uses: ['!@grafana/*/*', '!yaml', ...NODE],
      message: 'grafana imports conventions (names) only.',
    }),
    {
      files: [
        'test/**',
        'bench/**',
        'grafana/build.ts',
        'examples/**',
        'cli/**',
        'conventions/generate.ts',
        'conventions/generator/**',
        'scripts/**',
      ],
      rules: { 'eslint/no-console': 'off' },
    },
  ],
  ignorePatterns: [
    'dist',
    'out',
    '**/generated/**',
    'examples/dashboard-preview',
    'test/hosts/app-*',
  ],
});

export default config;
