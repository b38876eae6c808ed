import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settleGeneratedFiles } from '../../scripts/generated-files.ts';

describe('settleGeneratedFiles', () => {
  let root: string;
  let said: string[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'costspan-generated-'));
    said = [];
    const say = (text: string | Uint8Array): boolean => said.push(String(text).trim()) > 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(say);
    vi.spyOn(process.stderr, 'write').mockImplementation(say);
  });

  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = 0;
    rmSync(root, { recursive: true, force: true });
  });

  const files = [
    { path: 'new/deep.json', text: '{}\n' },
    { path: 'kept.json', text: '[]\n' },
    {
      path: 'table.md',
      text: '|a|b|',
      isSame: (current: string, text: string) => current.replaceAll(' ', '') === text,
    },
  ];

  beforeEach(() => {
    writeFileSync(join(root, 'kept.json'), '[]\n');
    writeFileSync(join(root, 'left.json'), '1\n');
    writeFileSync(join(root, 'other.txt'), 'by hand\n');
    writeFileSync(join(root, 'table.md'), '| a | b |');
  });

  it('names what is stale or surplus, fails and writes nothing with --check', () => {
    settleGeneratedFiles(files, { root, surplus: '**/*.json', isCheck: true });
    expect(said).toEqual([
      'new/deep.json is stale: run `npm run generate`.',
      'left.json is no longer made: run `npm run generate`.',
    ]);
    expect(process.exitCode).toBe(1);
    expect(readdirSync(root).toSorted()).toEqual([
      'kept.json',
      'left.json',
      'other.txt',
      'table.md',
    ]);
  });

  it('writes and removes just that otherwise, after which nothing is left to say', () => {
    settleGeneratedFiles(files, { root, surplus: '**/*.json', isCheck: false });
    expect(said).toEqual(['new/deep.json written.', 'left.json removed.']);
    expect(readFileSync(join(root, 'new/deep.json'), 'utf8')).toBe('{}\n');
    expect(readFileSync(join(root, 'table.md'), 'utf8')).toBe('| a | b |');
    expect(readdirSync(root)).toContain('other.txt');

    settleGeneratedFiles(files, { root, surplus: '**/*.json', isCheck: true });
    expect(said).toHaveLength(2);
    expect(process.exitCode).toBe(0);
  });

  it('names the command that mends the file', () => {
    const file = { path: 'schema.json', text: '{}' };
    settleGeneratedFiles([file], { root, command: 'npm run schema', isCheck: true });
    expect(said).toEqual(['schema.json is stale: run `npm run schema`.']);
  });
});
