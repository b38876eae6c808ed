import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

function generate(root: string, ...args: readonly string[]) {
  const script = join(root, 'conventions/generate.ts');
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  return { status, stderr: stderr.trim() };
}

describe('the generated files', () => {
  it('are those that the registry gives', () => {
    expect(generate(ROOT, '--check')).toEqual({ status: 0, stderr: '' });
  });
});

describe('generate --check', () => {
  let copy: string;

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'costspan-generate-'));
    mkdirSync(join(copy, 'docs'));
    mkdirSync(join(copy, 'scripts'));
    const helper = 'scripts/generated-files.ts';
    cpSync(join(ROOT, helper), join(copy, helper));
    cpSync(join(ROOT, 'conventions'), join(copy, 'conventions'), { recursive: true });
    cpSync(join(ROOT, 'docs/telemetry.md'), join(copy, 'docs/telemetry.md'));
    cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  });

  afterEach(() => {
    rmSync(copy, { recursive: true, force: true });
  });

  it('names each stale file, which writing mends', () => {
    appendFileSync(join(copy, 'conventions/generated/attributes.ts'), '// by hand\n');
    rmSync(join(copy, 'docs/telemetry.md'));

    expect(generate(copy, '--check')).toEqual({
      status: 1,
      stderr:
        'conventions/generated/attributes.ts is stale: run `npm run generate`.\n' +
        'docs/telemetry.md is stale: run `npm run generate`.',
    });
    expect(generate(copy).status).toBe(0);
    expect(generate(copy, '--check')).toEqual({ status: 0, stderr: '' });
  });

  it('says what is wrong in the registry in one sentence', () => {
    appendFileSync(join(copy, 'conventions/registry/signals.yaml'), '    surprise: true\n');

    expect(generate(copy, '--check')).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^registry\/signals\.yaml: .*the key `surprise` is not known/),
    });
  });
});
