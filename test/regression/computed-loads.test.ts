import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What an application's bundle can reach: `index.ts` and what it imports. */
const SOURCES = [
  'index.ts',
  'conventions/{*,generated/**/*}.ts',
  'instrumentation/**/*.ts',
  'processor/**/*.ts',
];

/** Run by us alone, and in no build. */
const TOOLS = /(?:^|\/)generate(?:-\w+)?\.ts$/;

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** A load whose target is worked out when it runs. */
const COMPUTED: readonly RegExp[] = [
  /\b(?:require|require\.resolve|import|createRequire\([^()]*\)(?:\.resolve)?)\(\s*(?!['"][^'"]*['"]\s*\))[^)]*/g,
  /\bnew URL\(\s*[^)]*,\s*import\.meta\.url/g,
];

/**
 * Loads in `source` that a bundler has to guess: it then takes every file that could be meant,
 * declarations included, and fails on one of them.
 */
function computedLoads(source: string): readonly string[] {
  const code = source.replaceAll(COMMENT, '');
  return COMPUTED.flatMap((pattern) => [...code.matchAll(pattern)].map(([found]) => found));
}

describe('computedLoads', () => {
  it.each([
    'const a = require(`./a.${ending}`);',
    'const a = createRequire(import.meta.url)(`./a.${ending}`);',
    "const a = createRequire(import.meta.url)('./a' + ending);",
    'const a = await import(name);',
    'const a = require.resolve(name);',
    'const a = new URL(name, import.meta.url);',
    "const a = new URL('./a.js', import.meta.url);",
  ])('finds %s', (source) => {
    expect(computedLoads(source)).not.toEqual([]);
  });

  it('finds nothing in literal ones, nor in a comment', () => {
    const source = `
      // const a = require(name);
      import type { A } from './a.ts';
      const require = createRequire(import.meta.url);
      const a = require('./a.ts') as typeof import('./a.ts');
      const yaml = createRequire(import.meta.url)('yaml');
      const redis = await import('redis');`;
    expect(computedLoads(source)).toEqual([]);
  });
});

it('no source of the package loads by a path that is worked out when it runs', () => {
  const files = globSync(SOURCES, { cwd: ROOT }).filter((file) => !TOOLS.test(file));
  expect(files.length).toBeGreaterThan(200);
  const found = files.flatMap((file) =>
    computedLoads(readFileSync(`${ROOT}${file}`, 'utf8')).map((load) => `${file}: ${load}`),
  );
  expect(found).toEqual([]);
});
