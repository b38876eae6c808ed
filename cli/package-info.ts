import { readFileSync } from 'node:fs';

/** The version of this package, read from the package.json above the sources or above `dist`. */
export function ownVersion(): string {
  const { version } = JSON.parse(readOwnFile('package.json')) as { readonly version: string };
  return version;
}

/** A file at the root of the package. */
export function readOwnFile(name: string): string {
  const fromDist = import.meta.url.endsWith('.ts') ? '..' : '../..';
  return readFileSync(new URL(`${fromDist}/${name}`, import.meta.url), 'utf8');
}
