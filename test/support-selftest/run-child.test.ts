import { existsSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { runChild, startChild } from '../support/run-child.ts';

describe('runChild', () => {
  it.each([
    ['module', `import OpenAI from 'openai'; console.log(typeof OpenAI, import.meta.filename)`],
    ['commonjs', `const OpenAI = require('openai'); console.log(typeof OpenAI, __filename)`],
  ] as const)('runs a %s app that finds the installed packages', async (type, source) => {
    const result = await runChild(source, { type });
    expect(result.stderr).toBe('');
    expect(result.stdout).toMatch(/^function .*costspan-app-.*main\.[mc]js\n$/);
    expect([result.code, result.signal]).toEqual([0, null]);
  });

  it('gives the app the sources of costspan, other files, another major and a clean environment', async () => {
    const result = await runChild(
      `import * as conventions from 'costspan/conventions';
       import { other } from './lib/other.mjs';
       import { VERSION } from 'openai/version';
       console.log(JSON.stringify({
         names: Object.keys(conventions).length > 0, other, VERSION,
         set: process.env.SET, otel: process.env.OTEL_SDK_DISABLED ?? null,
       }));
       console.error('to stderr');
       process.exitCode = 3;`,
      {
        links: { openai: 'openai4' },
        files: { 'lib/other.mjs': 'export const other = 42;' },
        env: { SET: 'yes' },
      },
    );
    expect(JSON.parse(result.stdout)).toEqual({
      names: true,
      other: 42,
      VERSION: expect.stringMatching(/^4\./) as string,
      set: 'yes',
      otel: null,
    });
    expect([result.stderr, result.code]).toEqual(['to stderr\n', 3]);
  });

  it('lets a running child be watched and signalled, and removes its folder', async () => {
    const child = startChild(`console.log('up'); setInterval(() => {}, 1000);`);
    await child.printed('up');
    const folder = child.app?.path ?? '';
    expect(existsSync(folder)).toBe(true);
    child.process.kill('SIGTERM');
    expect(await child.done).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(existsSync(folder)).toBe(false);
    await expect(child.printed('never')).rejects.toThrow();
  });

  it('shows what a child printed that had to be killed', async () => {
    const abort = new AbortController();
    const child = startChild(`console.log('stuck'); setInterval(() => {}, 1000);`, {
      signal: abort.signal,
    });
    await child.printed('stuck');
    abort.abort();
    expect(await child.done).toMatchObject({ stdout: 'stuck\n', signal: 'SIGKILL' });
  });
});
