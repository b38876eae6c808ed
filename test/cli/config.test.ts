import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appFolder, runCommand } from './support.ts';

test('a valid file', async () => {
  const cwd = appFolder({ 'costspan.yaml': 'attribution: { defaults: { team: a } }' });
  expect(await runCommand(['config', 'check'], { cwd })).toEqual({
    exitCode: 0,
    out: `${join(cwd, 'costspan.yaml')} is valid.\n`,
    error: '',
  });
});

test('no file is no mistake', async () => {
  const { exitCode, out } = await runCommand(['config', 'check']);
  expect([exitCode, out]).toEqual([0, expect.stringContaining('the defaults apply')]);
});

test('every problem of a given file, and exit code 1', async () => {
  const cwd = appFolder({ 'etc/my.yaml': 'metrics:\n  maxSets: 0\nstore: 5\n' });
  const file = join(cwd, 'etc/my.yaml');
  const { exitCode, out } = await runCommand(['config', 'check', 'etc/my.yaml'], { cwd });
  expect(exitCode).toBe(1);
  expect(out.split('\n')).toEqual([
    `error: ${file}:2: metrics.maxSets must be at least 1, but is 0.`,
    `error: ${file}:3: store must be text: put it in quotes.`,
    `warning: ${file} is not used until that is mended: the defaults apply.`,
    '2 errors.',
    '',
  ]);
});

test('the overlay is checked with it', async () => {
  const cwd = appFolder({
    'costspan.yaml': 'pricing: { overlay: p.yaml }',
    'p.yaml': 'version: 1\nx: 1',
  });
  const { exitCode, out } = await runCommand(['config', 'check', '--json'], { cwd });
  expect(exitCode).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    ok: false,
    file: join(cwd, 'costspan.yaml'),
    problems: [
      { severity: 'error', path: 'pricing.overlay', message: expect.stringContaining('p.yaml') },
    ],
  });
});

test('a file that is not there', async () => {
  const { exitCode, out } = await runCommand(['config', 'check', 'gone.yaml']);
  expect(exitCode).toBe(1);
  expect(out).toContain('gone.yaml does not exist.');
});
