import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALL, CALL_LATER, callSpans, startServers } from '../register/harness.ts';
import { type ChildResult, runChild } from '../support/run-child.ts';
import {
  builtCostspan,
  hostsAreInstalled,
  packagesFor,
  sayWhatIsLeftOut,
  SET_UP_MS,
  yarnScript,
} from './host-app.ts';

sayWhatIsLeftOut();

const FILES: Readonly<Record<string, string>> = {
  'first.mjs': `import 'costspan/register'; import OpenAI from 'openai'; ${CALL}`,
  'later.mjs': `import 'costspan/register'; const { default: OpenAI } = await import('openai'); ${CALL}`,
  'alone.mjs': `import OpenAI from 'openai'; ${CALL}`,
  'first.cjs': `require('costspan/register'); const { OpenAI } = require('openai'); ${CALL_LATER}`,
  'alone.cjs': `const { OpenAI } = require('openai'); ${CALL_LATER}`,
};

/** An application installed by Yarn's Plug'n'Play, out of folders alone: nothing is fetched. */
function installByYarn(folder: string, costspan: string): void {
  const packages = packagesFor('openai');
  const files = (name: string): string => `file:${packages.get(name)}`;
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'app',
      private: true,
      dependencies: {
        costspan: `file:${costspan}`,
        openai: files('openai'),
        '@opentelemetry/api': files('@opentelemetry/api'),
      },
      resolutions: Object.fromEntries([...packages.keys()].map((name) => [name, files(name)])),
    }),
  );
  writeFileSync(
    join(folder, '.yarnrc.yml'),
    'enableTelemetry: false\nenableGlobalCache: false\nenableNetwork: false\nnodeLinker: pnp\n',
  );
  writeFileSync(join(folder, 'yarn.lock'), '');
  for (const [name, source] of Object.entries(FILES)) writeFileSync(join(folder, name), source);
  execFileSync(process.execPath, [yarnScript, 'install', '--no-immutable'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder },
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

describe.skipIf(!hostsAreInstalled)("Yarn's Plug'n'Play", () => {
  const servers = startServers();
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'costspan-yarn-'));
    installByYarn(folder, builtCostspan());
    expect(readdirSync(folder)).not.toContain('node_modules');
  }, SET_UP_MS);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function run(file: string, ...execArgv: readonly string[]): Promise<ChildResult> {
    return runChild(join(folder, file), { cwd: folder, execArgv, env: servers.env });
  }

  /** What `yarn node` adds. */
  function withLoader(...more: readonly string[]): readonly string[] {
    const loader = pathToFileURL(join(folder, '.pnp.loader.mjs')).href;
    return ['--require', join(folder, '.pnp.cjs'), '--experimental-loader', loader, ...more];
  }

  it.each([
    ['first.mjs', []],
    ['later.mjs', []],
    ['alone.mjs', ['--import', 'costspan/register']],
    ['first.cjs', []],
    ['alone.cjs', ['--require', 'costspan/register']],
  ] as const)('is watched with its loader: %s %s', async (file, more) => {
    const { code, stderr } = await run(file, ...withLoader(...more));
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^costspan: watching openai \d/m);
    expect(callSpans(servers.sink)).toEqual(['costspan chat gpt-4o']);
  });

  it.each([
    ['first.cjs', []],
    ['alone.cjs', ['--require', 'costspan/register']],
  ] as const)('is told what to do without its loader: %s %s', async (file, more) => {
    const before = servers.provider.requests.length;
    const { code, stdout, stderr } = await run(
      file,
      '--require',
      join(folder, '.pnp.cjs'),
      ...more,
    );
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^costspan: Yarn Plug'n'Play [^\n]*\.pnp\.loader\.mjs[^\n]*\n$/);
    expect(servers.provider.requests.length - before).toBe(1);
  });

  it('is told nothing where costspan is switched off', async () => {
    const off = await runChild(join(folder, 'first.cjs'), {
      cwd: folder,
      execArgv: ['--require', join(folder, '.pnp.cjs')],
      env: { ...servers.env, COSTSPAN_DISABLED: 'true' },
    });
    expect([off.code, off.stderr]).toEqual([0, '']);
  });
});
