import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const SOURCES = [
  'index.ts',
  'instrumentation/**/*.ts',
  'processor/**/*.ts',
  'providers/**/*.ts',
  'cli/**/*.ts',
];

/** A comment or a string; comments are matched so that what they quote is not taken for a string. */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

/** Keys of symbols and of the context: they stay inside the process. */
const IN_PROCESS_KEY = /(?:Symbol\.for|createContextKey)\(\s*$/;

const ALLOWED: readonly RegExp[] = [
  // The bare namespace, to tell our names from others.
  /^(?:costspan|gen_ai)\.$/,
  // The configuration file and its schema.
  /^costspan\.(?:schema\.)?(?:yaml|yml|json)\b/,
];

/** Names of telemetry written out in `source` where a constant belongs. */
function literalNames(source: string): readonly string[] {
  return [...source.matchAll(TOKEN)].flatMap((match) => {
    const [token] = match;
    const text = token.slice(1, -1);
    const isName = !token.startsWith('/') && /^(?:costspan|gen_ai)\./.test(text);
    const isAllowed =
      ALLOWED.some((allowed) => allowed.test(text)) ||
      IN_PROCESS_KEY.test(source.slice(0, match.index));
    return isName && !isAllowed ? [text] : [];
  });
}

describe('literalNames', () => {
  it('finds names in every kind of string and in no comment', () => {
    const source = [
      "const a = 'costspan.team'; // 'costspan.comment'",
      'const b = "gen_ai.system"; /* "gen_ai.comment" */',
      'const c = `costspan.${key}`;',
      "const d = Symbol.for('costspan.error'); const e = 'costspan.yaml'; const f = 'costspan.';",
    ].join('\n');

    expect(literalNames(source)).toEqual(['costspan.team', 'gen_ai.system', 'costspan.${key}']);
  });
});

describe('the sources', () => {
  const files = globSync(SOURCES, { cwd: ROOT });

  it('are found', () => {
    expect(files).toContain('instrumentation/core/call/call-attributes.ts');
  });

  it('take names of telemetry from the generated constants', () => {
    const found = files.flatMap((file) =>
      literalNames(readFileSync(`${ROOT}${file}`, 'utf8')).map((name) => `${file}: ${name}`),
    );

    expect(found).toEqual([]);
  });
});
