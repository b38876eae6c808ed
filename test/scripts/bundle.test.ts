import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runChild } from '../support/run-child.ts';
import { repositoryRoot, type TempApp, tempApp } from '../support/temp-app.ts';

/** Tells at the end which files of ours the process has loaded. */
const TELL_LOADED = `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({
  load(url, context, next) {
    const [, file] = /node_modules\\/costspan\\/dist\\/(.+)/.exec(url) ?? [];
    if (file !== undefined) loaded.push(file);
    return next(url, context);
  },
});
process.on('exit', () => console.log('LOADED ' + loaded.join(' ')));
`;

let app: TempApp;
let dist: string;

beforeAll(() => {
  app = tempApp({
    'node_modules/costspan/package.json': readFileSync(
      join(repositoryRoot, 'package.json'),
      'utf8',
    ),
    'hooks.mjs': TELL_LOADED,
    'register.mjs': `import 'costspan/register';`,
    'openai.mjs': `import 'costspan/register'; import 'openai';`,
    'openai.cjs': `require('costspan/register'); require('openai');`,
    'engine.mjs': `import 'costspan/engine';`,
    'conventions.mjs': `import 'costspan/conventions';`,
  });
  dist = app.file('node_modules/costspan/dist');
  execFileSync(process.execPath, [join(repositoryRoot, 'scripts/bundle.ts'), dist]);
}, 60_000);

async function loadedBy(file: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runChild(app.file(file), {
    cwd: app.path,
    execArgv: ['--import', './hooks.mjs'],
  });
  expect(code, stderr).toBe(0);
  return (/LOADED (.*)/.exec(stdout)?.[1] ?? '').split(' ');
}

/** Files of the build that `file` imports, or requires by a literal. */
function importsOf(file: string): string[] {
  const code = readFileSync(join(dist, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const statements = code.matchAll(/^(?:import|export)\b[^'"\n]*?["']([^'"]+)["'];?$/gm);
  return Array.from(statements, ([, to = '']) => to).filter((to) => to.startsWith('.'));
}

const files = (): string[] => globSync('**/*.{js,cjs}', { cwd: dist });

describe('the built package', () => {
  it('loads a few files in an application without SDKs', async () => {
    const loaded = await loadedBy('register.mjs');
    expect(loaded).toContain('instrumentation/register.js');
    expect(loaded.length).toBeLessThanOrEqual(4);
  });

  it.each(['openai.mjs', 'openai.cjs'])('loads what openai has need of in %s', async (file) => {
    const loaded = await loadedBy(file);
    expect(loaded).toContain('instrumentation/openai/index.js');
    expect(loaded.length).toBeLessThanOrEqual(24);
    expect(loaded.filter((one) => /anthropic|ledger|budgets|parse-config|cli\//.test(one))).toEqual(
      [],
    );
  });

  it('loads nothing of Node, OpenTelemetry or the SDKs for the engine and for the names', async () => {
    expect(await loadedBy('conventions.mjs')).toEqual(['conventions/index.js', 'chunks/names.js']);
    const engine = await loadedBy('engine.mjs');
    for (const file of engine) {
      expect(readFileSync(join(dist, file), 'utf8'), file).not.toMatch(/from "(node:|@)/);
    }
    expect(engine.length).toBeLessThanOrEqual(4);
  });

  it('imports and requires only files that are there, in one direction', () => {
    const imports = new Map(
      files().map((file) => [
        file,
        importsOf(file).map((to) => relative(dist, join(dist, dirname(file), to))),
      ]),
    );
    for (const [file, to] of imports)
      expect([...imports.keys()], file).toEqual(expect.arrayContaining(to));
    const settled = new Set<string>();
    const visit = (file: string, above: readonly string[]): void => {
      expect(above, [...above, file].join(' → ')).not.toContain(file);
      if (settled.has(file)) return;
      for (const to of imports.get(file) ?? []) visit(to, [...above, file]);
      settled.add(file);
    };
    for (const file of imports.keys()) visit(file, []);
  });

  it('leads each literal require to its file', () => {
    const required = files().flatMap((file) => {
      const path = join(dist, file);
      const code = readFileSync(path, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
      // Nothing that the tools of bundlers would not follow.
      expect(code, file).not.toMatch(/createRequire\([^)]*\)\(["'][.d]/);
      return Array.from(code.matchAll(/\brequire\(["']([^"']+)["']\)/g), ([, to = '']) =>
        relative(dist, createRequire(path).resolve(to)),
      );
    });
    expect(required).toEqual(
      expect.arrayContaining([
        'processor/governance/config/parse-config.js',
        'processor/governance/ledger/index.js',
        'instrumentation/register/register-process.js',
      ]),
    );
  });
});
