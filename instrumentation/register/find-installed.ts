import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** Folders of packages above a folder, looked for once: most of the names are installed nowhere. */
const foldersAbove = new Map<string, readonly string[]>();

function packageFolders(folder: string): readonly string[] {
  let found = foldersAbove.get(folder);
  if (found === undefined) {
    const above = dirname(folder);
    const rest = above === folder ? [] : packageFolders(above);
    const own = join(folder, 'node_modules');
    found = existsSync(own) ? [own, ...rest] : rest;
    foldersAbove.set(folder, found);
  }
  return found;
}

/** The folder of an installed package as Node would find it from `folder`. Never throws. */
export function findInstalled(name: string, folder: string): string | undefined {
  const within = resolve(folder);
  const resolver = plugAndPlay(within);
  if (resolver !== undefined) return findPlugged(resolver, name, within);
  return packageFolders(within)
    .map((modules) => join(modules, name))
    .find((candidate) => existsSync(candidate));
}

/**
 * What Yarn's Plug'n'Play offers: packages are in archives there, and no folder leads to them.
 * @see https://yarnpkg.com/advanced/pnpapi
 */
interface PlugAndPlay {
  resolveToUnqualified(request: string, issuer: string): string | null;
}

function plugAndPlay(folder: string): PlugAndPlay | undefined {
  const { findPnpApi } = nodeModule as { findPnpApi?: (path: string) => PlugAndPlay | null };
  return findPnpApi?.(`${folder}/`) ?? undefined;
}

function findPlugged(resolver: PlugAndPlay, name: string, folder: string): string | undefined {
  try {
    return resolver.resolveToUnqualified(name, `${folder}/`) ?? undefined;
  } catch {
    // Nobody here depends on it.
    return undefined;
  }
}
