import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file that stands in the repository though a program writes it. */
export interface GeneratedFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** Whether a text says the same; needed only where a formatter may differ with us. */
  readonly isSame?: (current: string, text: string) => boolean;
}

export interface GeneratedFilesOptions {
  /** All files that a generator of this kind could have left: the ones it no longer makes go. */
  readonly surplus?: string;
  /** What mends a stale file. */
  readonly command?: string;
  readonly root?: string;
  /** Whether to write nothing, name what is stale or surplus, and fail; by default on `--check`. */
  readonly isCheck?: boolean;
}

/** Writes the files that are not as they should be, or says with `--check` which those are. */
export function settleGeneratedFiles(
  files: readonly GeneratedFile[],
  {
    surplus,
    command = 'npm run generate',
    root = fileURLToPath(new URL('../', import.meta.url)),
    isCheck = process.argv.includes('--check'),
  }: GeneratedFilesOptions = {},
): void {
  const stale = files.filter((file) => isStale(root, file));
  const made = new Set(files.map(({ path }) => path));
  const extra =
    surplus === undefined ? [] : globSync(surplus, { cwd: root }).filter((path) => !made.has(path));
  if (isCheck) {
    for (const { path } of stale) complain(`${path} is stale: run \`${command}\`.`);
    for (const path of extra) complain(`${path} is no longer made: run \`${command}\`.`);
    return;
  }
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    process.stdout.write(`${path} written.\n`);
  }
  for (const path of extra) {
    rmSync(join(root, path));
    process.stdout.write(`${path} removed.\n`);
  }
}

function isStale(root: string, { path, text, isSame }: GeneratedFile): boolean {
  let current: string;
  try {
    current = readFileSync(join(root, path), 'utf8');
  } catch {
    return true;
  }
  return current !== text && isSame?.(current, text) !== true;
}

function complain(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
