import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ownRoot } from '../conventions/own-root.ts';

/** The version of this package, read from the package.json above the sources or above `dist`. */
export function ownVersion(): string {
  const { version } = JSON.parse(readOwnFile('package.json')) as { readonly version: string };
  return version;
}

/** A file at the root of the package. */
export function readOwnFile(name: string): string {
  return readFileSync(ownPath(name), 'utf8');
}

/** Absolute path of a file or folder in the package, from the sources or from `dist`. */
export function ownPath(name: string): string {
  const root = import.meta.url.endsWith('.ts') ? './' : '../';
  return fileURLToPath(new URL(root + name, ownRoot()));
}
