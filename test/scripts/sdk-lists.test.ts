import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SdkMetadata } from '../../instrumentation/core/sdk.ts';
import { sdkListFiles } from '../../scripts/generate-sdk-lists.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { repositoryRoot, runChild } from '../support/run-child.ts';

const SOURCES = ['conventions', 'instrumentation', 'processor', 'providers', 'scripts'];
const FILES = ['docs/prices.md', 'README.md', 'knip.ts', 'package.json'];

/** What a stranger writes for a new SDK. */
const FOLDER = {
  'metadata.ts': `import type { SdkMetadata } from '../core/sdk.ts';

export const packages: readonly [SdkMetadata] = [
  {
    packageName: 'brand-new-sdk',
    testedVersions: '1 to 2',
    covers: ['asking'],
    modules: ['lib/client.js'],
  },
];
`,
  'index.ts': `import { instrumentPlainClient, patchPlainSdk } from '../core/plain/plain-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { packages } from './metadata.ts';

const sdk = {
  packageName: packages[0].packageName,
  endpointOf: () => ({ provider: 'brand', address: undefined, port: undefined, isKnown: true }),
  isClient: (client) => 'ask' in client,
  methods: [
    {
      classPath: ['Brand'],
      method: 'ask',
      shape: {
        operation: 'chat',
        readRequest: () => undefined,
        readResponse: ({ call }) => {
          call.usage = { input: 3, output: 4, total: 7 };
        },
        requestText: () => undefined,
      },
    },
  ],
};

export const brandNew: SdkInstrumentation = {
  ...packages[0],
  patch: (loaded) => patchPlainSdk(sdk, loaded),
  instrumentClient: (client) => instrumentPlainClient(sdk, client),
};
`,
};

const PACKAGE = {
  'node_modules/brand-new-sdk/package.json': `{"name":"brand-new-sdk","version":"1.0.0","type":"module","exports":"./index.js"}`,
  'node_modules/brand-new-sdk/index.js': `export { Brand } from './lib/client.js';`,
  'node_modules/brand-new-sdk/lib/client.js': `export class Brand { async ask() { return {}; } }`,
};

describe("a new SDK's folder", () => {
  let copy: string;
  let sink: OtlpSink;

  const run = (...args: readonly string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });

  beforeAll(async () => {
    sink = await startOtlpSink();
    copy = mkdtempSync(join(tmpdir(), 'costspan-new-sdk-'));
    for (const path of [...SOURCES, ...FILES]) {
      cpSync(join(repositoryRoot, path), join(copy, path), { recursive: true });
    }
    symlinkSync(join(repositoryRoot, 'node_modules'), join(copy, 'node_modules'));
    mkdirSync(join(copy, 'instrumentation/brand-new'));
    for (const [name, text] of Object.entries(FOLDER)) {
      writeFileSync(join(copy, 'instrumentation/brand-new', name), text);
    }
    const manifest = readFileSync(join(copy, 'package.json'), 'utf8');
    writeFileSync(
      join(copy, 'package.json'),
      manifest.replace('"devDependencies": {', '"devDependencies": { "brand-new-sdk": "1.0.0",'),
    );
  });

  afterAll(async () => {
    rmSync(copy, { recursive: true, force: true });
    await sink.close();
  });

  it('makes the lists stale, and is all that they are written from', () => {
    const before = run('scripts/generate-sdk-lists.ts', '--check');
    expect(before.status).toBe(1);
    expect(before.stderr).toContain('instrumentation/generated/sdks.ts is stale');
    expect(before.stderr).toContain('instrumentation/generated/sdk-names.ts is stale');
    expect(run('scripts/readme-tables.ts', '--check').status).toBe(1);

    expect(run('scripts/generate-sdk-lists.ts').stderr).toBe('');
    expect(run('scripts/readme-tables.ts').stderr).toBe('');
    expect(run('scripts/generate-sdk-lists.ts', '--check').status).toBe(0);
    expect(readFileSync(join(copy, 'README.md'), 'utf8')).toContain(
      '| `brand-new-sdk` | 1 to 2 | asking |',
    );
    const knip = `const { default: { ignoreDependencies } } = await import('./knip.ts');
      console.log(ignoreDependencies.includes('brand-new-sdk'))`;
    expect(run('--input-type=module', '--eval', knip).stdout).toBe('true\n');
  });

  it('is watched by `register` when its package loads, and by `instrument`', async () => {
    const register = join(copy, 'instrumentation/register.ts');
    const { stderr } = await runChild(
      `import '${register}'; import { Brand } from 'brand-new-sdk'; await new Brand().ask({});`,
      { files: PACKAGE, env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url } },
    );
    expect(stderr).toMatch(/^costspan: watching brand-new-sdk 1\.0\.0[^\n]*\n$/);
    expect(sink.spans.map(({ attributes }) => attributes['gen_ai.provider.name'])).toEqual([
      'brand',
    ]);
    expect(sink.metricValue('costspan.calls')).toBe(1);

    const byHand = `import { sdks } from './instrumentation/generated/sdks.ts';
      console.log(sdks.find((sdk) => sdk.instrumentClient({ ask() {} })).packageName)`;
    expect(run('--input-type=module', '--eval', byHand).stdout).toBe('brand-new-sdk\n');
  });

  it('says what is missing of it', () => {
    rmSync(join(copy, 'instrumentation/brand-new/metadata.ts'));
    const { status, stderr } = run('scripts/generate-sdk-lists.ts', '--check');
    expect(status).toBe(1);
    expect(stderr).toContain(
      'instrumentation/brand-new watches an SDK without naming it: export `packages` from its metadata.ts (docs/adding-an-sdk.md).',
    );
  });
});

/** The lists of a folder with one package and of another, as text. */
function listsOf(folder: string, metadata: Partial<SdkMetadata>): string {
  const sdk = { packageName: folder, testedVersions: '1', covers: [], ...metadata };
  const other = { packageName: 'zebra', testedVersions: '1', covers: [] };
  return sdkListFiles([
    { folder, packages: [sdk] },
    { folder: 'zebra', packages: [other] },
  ])
    .map((file) => file.text)
    .join('\n');
}

function orderWith(metadata: Partial<SdkMetadata>): readonly string[] {
  const lists = listsOf('brand-new', metadata);
  return [...lists.matchAll(/Object\.values\((\w+)\)/gu)].map(([, name]) => name ?? '');
}

describe('sdkListFiles', () => {
  it.each([
    ['@brand/sdk', 'brand'],
    ['@brand/model-client', 'client'],
    ['br', String.raw`[\\/]br\d*[\\/]`],
  ])('knows the path of a copy of %s by %s', (packageName, word) => {
    expect(listsOf('folder', { packageName })).toContain(`/${word}|zebra/u`);
  });

  it('takes a word that the folder names, letter by letter', () => {
    const sdk = { packageName: '@brand/inference', pathWord: 'brand.ai' };
    expect(listsOf('folder', sdk)).toContain(String.raw`/brand\.ai|zebra/u`);
  });

  it('asks folders that take lookalikes after all others', () => {
    expect(orderWith({})).toEqual(['brandNew', 'zebra']);
    expect(orderWith({ takesLookalikes: true })).toEqual(['zebra', 'brandNew']);
  });
});
