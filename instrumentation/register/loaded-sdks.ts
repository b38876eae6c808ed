import { existsSync, realpathSync } from 'node:fs';
import nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { MAIN_MODULE, sdkFolders, sdkModules, transports } from '../generated/sdk-names.ts';
import { findInstalled } from './find-installed.ts';
import { loadSync } from './load-sync.ts';
import { ifAlreadyLoaded, type SdkListener } from './module-hooks.ts';
import { mayBeSdk, readManifest, sdkInFolder, sdkOfEntry } from './sdk-files.ts';
import { messageOf } from '../../conventions/error-text.ts';

/**
 * Reports SDKs that came before us: CommonJS copies that were required, and ES modules that are
 * evaluated or, as in `import 'costspan/register'; import OpenAI from 'openai'`, linked and about
 * to be. Those are found from the application's own folder and from its dependencies that name an
 * SDK. An SDK that is installed but not loaded stays unloaded. Returns notes on what failed.
 */
export function reportLoadedSdks(listener: SdkListener): string[] {
  const notes: string[] = [];
  reportRequired(listener);
  for (const [folder, specifiers] of placesToLook(applicationFolder())) {
    for (const specifier of specifiers) reportLinked(specifier, folder, listener, notes);
  }
  return notes;
}

function reportRequired(listener: SdkListener): void {
  const cache = (nodeModule as unknown as { _cache: Record<string, NodeJS.Module> })._cache;
  for (const [file, module] of Object.entries(cache)) {
    const sdk = mayBeSdk(file) && module.loaded ? sdkOfEntry(file) : undefined;
    if (sdk !== undefined) {
      listener({ ...sdk, path: file, format: 'commonjs', moduleExports: module.exports });
    }
  }
}

function reportLinked(
  specifier: string,
  folder: string,
  listener: SdkListener,
  notes: string[],
): void {
  const installed = findInstalled(specifier, folder);
  if (installed === undefined) return;
  try {
    const path = realpathSync(installed);
    const sdk = sdkInFolder(path);
    if (sdk === undefined) return;
    const modules = (sdkModules[sdk.packageName] ?? [MAIN_MODULE])
      .filter((module) => module === MAIN_MODULE || existsSync(join(path, module)))
      .map((module) =>
        module === MAIN_MODULE ? specifier : pathToFileURL(join(path, module)).href,
      );
    for (const module of modules) {
      const moduleExports = ifAlreadyLoaded(() => loadSync(module, folder));
      if (moduleExports !== undefined) listener({ ...sdk, path, format: 'esm', moduleExports });
    }
  } catch (error) {
    const reason = messageOf(error);
    notes.push(`${specifier} was loaded before costspan and could not be reached: ${reason}`);
  }
}

/** The folder of the program's first file; the working directory where there is none (`-e`). */
export function applicationFolder(): string {
  const main = process.argv[1];
  try {
    return main === undefined ? process.cwd() : dirname(realpathSync(main));
  } catch {
    return process.cwd();
  }
}

/** Folders to resolve from, each with the specifiers to try there. */
function placesToLook(folder: string): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>([[folder, new Set(sdkFolders.keys())]]);
  const manifest = nearestManifest(folder);
  for (const [name, range] of Object.entries(dependenciesOf(manifest))) {
    if (sdkFolders.has(name)) continue;
    if (isAliasOfSdk(range)) {
      places.get(folder)?.add(name);
      continue;
    }
    const installed = findInstalled(name, folder);
    if (installed === undefined) continue;
    const named = Object.keys(dependenciesOf(readManifest(join(installed, 'package.json'))));
    const sdks = named.filter((dependency) => sdkFolders.has(dependency));
    if (sdks.length > 0) places.set(realpathSync(installed), new Set(sdks));
  }
  return places;
}

/** Whether the application's own package.json names an SDK that is watched, under any name. */
export function applicationNamesSdk(): boolean {
  const dependencies = Object.entries(dependenciesOf(nearestManifest(applicationFolder())));
  return dependencies.some(
    ([name, range]) => (sdkFolders.has(name) && !transports.has(name)) || isAliasOfSdk(range),
  );
}

/** Whether a dependency's range names an SDK that is watched: `npm:openai@4`. */
function isAliasOfSdk(range: unknown): boolean {
  const alias = /^npm:(.+)@/u.exec(String(range))?.[1];
  return alias !== undefined && sdkFolders.has(alias);
}

function dependenciesOf(manifest: Record<string, unknown> | undefined): Record<string, unknown> {
  return {
    ...(manifest?.['peerDependencies'] as object | undefined),
    ...(manifest?.['dependencies'] as object | undefined),
  };
}

function nearestManifest(folder: string): Record<string, unknown> | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const manifest = readManifest(join(at, 'package.json'));
    if (manifest !== undefined || dirname(at) === at) return manifest;
  }
}
