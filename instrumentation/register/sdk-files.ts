import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { MAIN_MODULE, sdkFolders, sdkModules, sdkPath } from '../generated/sdk-names.ts';

/** The package that an entry file belongs to. */
export interface SdkPackage {
  readonly packageName: string;
  readonly version: string | undefined;
}

interface PackageFacts extends SdkPackage {
  /** Absolute paths of the files that the package's main export can mean. */
  readonly entries: ReadonlySet<string>;
}

/** A package.json above an SDK's own may mark a folder as ESM or CommonJS and say no more. */
const MAX_FOLDERS_UP = 6;

const packages = new Map<string, PackageFacts | undefined>();

/** Whether `path` could be an SDK's, by its text alone. */
export function mayBeSdk(path: string): boolean {
  return sdkPath.test(path);
}

/** The SDK whose main module this file is; `undefined` for every other file. Never throws. */
export function sdkOfEntry(file: string): SdkPackage | undefined {
  if (!mayBeSdk(file)) return undefined;
  try {
    const facts = packageAbove(dirname(file));
    if (facts?.entries.has(file) !== true) return undefined;
    return { packageName: facts.packageName, version: facts.version };
  } catch {
    return undefined;
  }
}

/** The SDK installed in this folder; `undefined` when the folder holds something else. */
export function sdkInFolder(folder: string): SdkPackage | undefined {
  const facts = packageAbove(folder);
  return facts && { packageName: facts.packageName, version: facts.version };
}

function packageAbove(folder: string): PackageFacts | undefined {
  if (packages.has(folder)) return packages.get(folder);
  let facts: PackageFacts | undefined;
  let at = folder;
  for (let step = 0; step < MAX_FOLDERS_UP; step++) {
    const manifest = readManifest(join(at, 'package.json'));
    if (typeof manifest?.['name'] === 'string') {
      facts = readFacts(at, manifest['name'], manifest);
      break;
    }
    const above = dirname(at);
    if (above === at) break;
    at = above;
  }
  packages.set(folder, facts);
  return facts;
}

function readFacts(
  folder: string,
  packageName: string,
  manifest: Record<string, unknown>,
): PackageFacts | undefined {
  if (!sdkFolders.has(packageName)) return undefined;
  const modules = sdkModules[packageName] ?? [MAIN_MODULE];
  const targets = new Set(modules.filter((module) => module !== MAIN_MODULE));
  if (modules.includes(MAIN_MODULE)) collectMain(manifest, targets);
  const version = manifest['version'];
  return {
    packageName,
    version: typeof version === 'string' ? version : undefined,
    entries: new Set([...targets].map((target) => resolve(folder, target))),
  };
}

function collectMain(manifest: Record<string, unknown>, into: Set<string>): void {
  const found = new Set<string>();
  collectTargets(mainExport(manifest['exports']), found);
  for (const key of ['main', 'module']) collectTargets(manifest[key], found);
  if (found.size === 0) found.add('./index.js');
  for (const target of found) into.add(target);
}

function mainExport(exports: unknown): unknown {
  if (typeof exports !== 'object' || exports === null || Array.isArray(exports)) return exports;
  return '.' in exports ? exports['.'] : exports;
}

function collectTargets(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') {
    into.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) collectTargets(item, into);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, target] of Object.entries(value)) {
      if (key !== 'types') collectTargets(target, into);
    }
  }
}

/** A package.json as an object; `undefined` when there is none or it can't be read. */
export function readManifest(path: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof parsed === 'object' && parsed !== null
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
