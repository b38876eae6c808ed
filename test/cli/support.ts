import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CommandIo } from '../../cli/command-io.ts';
import { run } from '../../cli/main.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

/** Runs one command as a script would: no terminal, 100 columns, the given folder and variables. */
export async function runCommand(
  args: readonly string[],
  options: Partial<Pick<CommandIo, 'cwd' | 'env' | 'now' | 'isColored' | 'columns'>> = {},
): Promise<CommandResult> {
  let out = '';
  let error = '';
  const exitCode = await run(args, {
    cwd: options.cwd ?? appFolder({}),
    env: options.env ?? {},
    now: options.now ?? Date.UTC(2026, 9, 1),
    columns: options.columns ?? 100,
    isColored: options.isColored ?? false,
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  return { exitCode, out, error };
}

/** A folder with these files, removed after the test. */
export function appFolder(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'costspan-cli-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** The package.json of an installed package. */
export function manifest(name: string, version: string): string {
  return JSON.stringify({ name, version });
}
