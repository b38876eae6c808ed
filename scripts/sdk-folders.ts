import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { SdkMetadata } from '../instrumentation/core/sdk.ts';

/** A folder of `instrumentation/` and the packages that it watches. */
export interface SdkFolder {
  readonly folder: string;
  readonly packages: readonly SdkMetadata[];
}

const REPOSITORY: string = fileURLToPath(new URL('../', import.meta.url));

/** Folders that watch no SDK. */
const OTHERS: ReadonlySet<string> = new Set(['core', 'register', 'generated']);

/**
 * The folders that watch SDKs, as their `metadata.ts` tells of them, in alphabetical order. Throws
 * when a folder says nothing, or when two watch one package.
 */
export async function readSdkFolders(root: string = REPOSITORY): Promise<SdkFolder[]> {
  const names = globSync('instrumentation/*/index.ts', { cwd: root })
    .map((path) => dirname(path).slice('instrumentation/'.length))
    .filter((name) => !OTHERS.has(name))
    .toSorted();
  const folders = await Promise.all(names.map((folder) => readSdkFolder(root, folder)));
  const owners = new Map<string, string>();
  for (const { folder, packages } of folders) {
    for (const { packageName } of packages) {
      const owner = owners.get(packageName);
      if (owner !== undefined) {
        throw new Error(`${packageName} is watched by instrumentation/${owner} and ${folder}.`);
      }
      owners.set(packageName, folder);
    }
  }
  return folders;
}

async function readSdkFolder(root: string, folder: string): Promise<SdkFolder> {
  const file = join(root, 'instrumentation', folder, 'metadata.ts');
  const { packages } = existsSync(file)
    ? ((await import(pathToFileURL(file).href)) as Partial<SdkFolder>)
    : {};
  if (packages === undefined || packages.length === 0) {
    throw new Error(
      `instrumentation/${folder} watches an SDK without naming it: export \`packages\` from its metadata.ts (docs/adding-an-sdk.md).`,
    );
  }
  return { folder, packages };
}
