import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** One copy of a package on disk. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string | undefined;
  /** Real path of its folder. */
  readonly folder: string;
  /** Whether the application's own `import` finds this copy. */
  readonly isTopLevel: boolean;
}

export interface PackageScan {
  /** Folder of the nearest package.json; the start folder where there is none. */
  readonly appFolder: string;
  readonly packages: readonly InstalledPackage[];
  /** Why the list may be incomplete, one sentence each. */
  readonly notes: readonly string[];
}

/** Larger trees are cut, and the scan says so. */
const MOST_FOLDERS = 50_000;

/**
 * Every copy of the packages whose name `isWanted`, in the `node_modules` folders that code of the
 * application at `start` can reach. Reads package.json files only; runs nothing of theirs.
 */
export function scanPackages(start: string, isWanted: (name: string) => boolean): PackageScan {
  const appFolder = nearestPackageFolder(start);
  const packages: InstalledPackage[] = [];
  const notes: string[] = [];
  const seen = new Set<string>();
  const resolved = new Set<string>();
  const waiting: { folder: string; isTopLevel: boolean }[] = [];
  for (const folder of folderAndAbove(appFolder)) {
    waiting.push({ folder: join(folder, 'node_modules'), isTopLevel: true });
    if (existsSync(join(folder, '.pnp.cjs'))) {
      notes.push('Yarn Plug’n’Play keeps packages in archives, which are not looked into.');
    }
  }

  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const folder of packageFolders(next.folder)) {
      const real = realPath(folder);
      if (real === undefined || seen.has(real)) continue;
      if (seen.size >= MOST_FOLDERS) {
        notes.push(`More than ${MOST_FOLDERS} packages are installed; the rest was not looked at.`);
        return { appFolder, packages, notes };
      }
      seen.add(real);
      const { name, version } = readManifest(real);
      if (name !== undefined && isWanted(name)) {
        const isTopLevel =
          next.isTopLevel && folder === join(next.folder, name) && !resolved.has(name);
        if (isTopLevel) resolved.add(name);
        packages.push({ name, version, folder: real, isTopLevel });
      }
      waiting.push({ folder: join(real, 'node_modules'), isTopLevel: false });
    }
    // pnpm keeps what others depend on here.
    const store = join(next.folder, '.pnpm');
    for (const entry of next.isTopLevel ? listFolder(store) : []) {
      waiting.push({ folder: join(store, entry, 'node_modules'), isTopLevel: false });
    }
  }
  packages.sort(
    (a, b) =>
      a.name.localeCompare(b.name) ||
      Number(b.isTopLevel) - Number(a.isTopLevel) ||
      a.folder.localeCompare(b.folder),
  );
  return { appFolder, packages, notes };
}

function nearestPackageFolder(start: string): string {
  const folder = folderAndAbove(start).find((candidate) =>
    existsSync(join(candidate, 'package.json')),
  );
  return folder ?? resolve(start);
}

function folderAndAbove(start: string): string[] {
  const folders = [resolve(start)];
  for (let folder = resolve(start); dirname(folder) !== folder;) {
    folder = dirname(folder);
    folders.push(folder);
  }
  return folders;
}

/** The packages of one `node_modules` folder, scoped ones included. */
function packageFolders(modules: string): string[] {
  return listFolder(modules).flatMap((entry) => {
    if (entry.startsWith('.')) return [];
    const folder = join(modules, entry);
    return entry.startsWith('@') ? listFolder(folder).map((name) => join(folder, name)) : [folder];
  });
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function readManifest(folder: string): { name: string | undefined; version: string | undefined } {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as unknown;
    const { name, version } = (manifest ?? {}) as { name?: unknown; version?: unknown };
    return {
      name: typeof name === 'string' ? name : undefined,
      version: typeof version === 'string' ? version : undefined,
    };
  } catch {
    return { name: undefined, version: undefined };
  }
}
