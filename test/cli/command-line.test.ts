import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCommand } from './support.ts';

const bin = fileURLToPath(new URL('../../cli/costspan.ts', import.meta.url));

test.each([
  [['doctr'], "costspan: unknown command 'doctr' (Did you mean doctor?)\n"],
  [['prices'], "costspan: missing required argument 'provider'.\n"],
  [['prices', 'openai'], "costspan: missing required argument 'model'.\n"],
  [['doctor', '--jsn'], "costspan: unknown option '--jsn' (Did you mean --json?)\n"],
  [
    ['doctor', 'now'],
    "costspan: too many arguments for 'doctor'. Expected 0 arguments but got 1: now.\n",
  ],
  [['config'], "costspan: 'config' needs one of: check, schema.\n"],
  [['config', 'chek'], "costspan: unknown command 'chek' (Did you mean check?)\n"],
  [
    ['prices', 'openai', 'gpt-5', '--at', 'yesterday'],
    'costspan: --at must be an ISO 8601 date or instant, such as 2026-12-01.\n',
  ],
])('%j is one sentence and exit code 2', async (args, sentence) => {
  expect(await runCommand(args)).toEqual({ exitCode: 2, out: '', error: sentence });
});

test('without a command the help is shown, as a mistake', async () => {
  const { exitCode, out, error } = await runCommand([]);
  expect([exitCode, out]).toEqual([2, '']);
  expect(error).toContain('doctor');
});

test('help and version are no mistakes', async () => {
  const help = await runCommand(['--help']);
  expect([help.exitCode, help.error]).toEqual([0, '']);
  for (const command of ['doctor', 'prices', 'config']) expect(help.out).toContain(command);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await runCommand(['--version'])).toEqual({ exitCode: 0, out: `${version}\n`, error: '' });
});

test('the bin runs a command and hands its exit code on', () => {
  const schema = execFileSync(process.execPath, [bin, 'config', 'schema'], { encoding: 'utf8' });
  expect(schema).toBe(readFileSync('costspan.schema.json', 'utf8'));
  expect(spawnSync(process.execPath, [bin, 'nonsense']).status).toBe(2);
});

test.each([
  ['18.20.8', false],
  ['20.19.0', false],
  ['22.14.0', false],
  ['22.15.0', true],
  ['23.4.0', false],
  ['23.5.0', true],
  ['24.0.0', true],
  ['26.1.0', true],
])('under Node %s the bin works: %s', (version, works) => {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${version}'})`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', pretend, bin, '--version'],
    { encoding: 'utf8' },
  );
  if (works) {
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
  } else {
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`costspan needs Node.js 22.15 or newer, and this is ${version}.\n`);
  }
});

test('the bin’s entry imports nothing before it has looked at the version', () => {
  const source = readFileSync(bin, 'utf8');
  expect(source.startsWith('#!/usr/bin/env node\n')).toBe(true);
  expect(source).not.toMatch(/^import\b/m);
});
