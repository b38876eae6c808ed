import type { LoadedSdk, PatchReport } from '../core/sdk.ts';
import { fitRange } from '../core/version-range.ts';
import { loadSdkFolder } from './load-own.ts';
import { installModuleHooks } from './module-hooks.ts';
import { reportLoadedSdks } from './loaded-sdks.ts';
import { sdkFolders, transports } from '../generated/sdk-names.ts';
import { messageOf } from '../../conventions/error-text.ts';

/** What became of every SDK copy that was met in this process. */
export interface SdkFindings {
  readonly reports: readonly PatchReport[];
  readonly notes: readonly string[];
}

const reports: PatchReport[] = [];
const notes: string[] = [];
/** Every exports object that was patched, because CommonJS is reachable as itself and by `import`. */
const seen = new WeakSet<object>();
let beforeFirst: (() => void) | undefined;
let afterEach: (() => void) | undefined;
let installed = false;
/** Transports that were loaded while nothing told of an LLM; `undefined` once something has. */
let waiting: LoadedSdk[] | undefined = [];

export interface SdkWatch {
  /** Runs once, before the first SDK is patched: the time to load what calls need. */
  readonly beforeFirstSdk: () => void;
  /** Runs after every patched copy. */
  readonly afterSdk?: (() => void) | undefined;
}

/** Patches the SDKs of this process: those that are loaded and those to come. Never throws. */
export function watchSdks(watch: SdkWatch): void {
  if (installed) return;
  installed = true;
  beforeFirst = watch.beforeFirstSdk;
  afterEach = watch.afterSdk;
  try {
    installModuleHooks(sdkLoaded);
    notes.push(...reportLoadedSdks(sdkLoaded));
  } catch (error) {
    notes.push(`Module hooks failed, so SDKs may go unseen: ${messageOf(error)}`);
  }
}

export function sdkFindings(): SdkFindings {
  return { reports: [...reports], notes: [...notes] };
}

function sdkLoaded(sdk: LoadedSdk): void {
  try {
    if (wasSeen(sdk.moduleExports)) return;
    if (transports.has(sdk.packageName)) {
      if (waiting === undefined) patch(sdk);
      else waiting.push(sdk);
      return;
    }
    beforeFirst?.();
    beforeFirst = undefined;
    reports.push(patch(sdk));
    afterEach?.();
  } catch (error) {
    notes.push(`${sdk.packageName} in ${sdk.path} is not watched: ${messageOf(error)}`);
  }
}

/** Calls are watched from now on, also those that go over what carries anything. Never throws. */
export function patchTransports(): void {
  const loaded = waiting ?? [];
  waiting = undefined;
  for (const sdk of loaded) {
    try {
      patch(sdk);
    } catch (error) {
      notes.push(`${sdk.packageName} in ${sdk.path} is not watched: ${messageOf(error)}`);
    }
  }
}

function patch(sdk: LoadedSdk): PatchReport {
  const folder = sdkFolders.get(sdk.packageName);
  const known = folder === undefined ? [] : loadSdkFolder(folder);
  const instrumentation = known.find(({ packageName }) => packageName === sdk.packageName);
  if (instrumentation !== undefined) {
    return withVersionNote(instrumentation.patch(sdk), instrumentation.testedVersions);
  }
  const { packageName, version, path, format } = sdk;
  return { packageName, version, path, format, patched: [], notes: ['No instrumentation for it.'] };
}

/** A newer version is watched by the shape of its methods, and said so; it is never skipped. */
function withVersionNote(report: PatchReport, testedVersions: string): PatchReport {
  if (report.patched.length === 0) return report;
  if (fitRange(report.version, testedVersions) !== 'newer') return report;
  const note = `this version is newer than what costspan is tested with (${testedVersions}); it is watched by the shape of its methods.`;
  return { ...report, notes: [...report.notes, note] };
}

function wasSeen(moduleExports: unknown): boolean {
  const known = [moduleExports, readOwn(moduleExports, 'default')].filter(isReference);
  if (known.some((reference) => seen.has(reference))) return true;
  if (isReference(moduleExports)) seen.add(moduleExports);
  return false;
}

function isReference(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function readOwn(value: unknown, key: string): unknown {
  return isReference(value) ? (value as Record<string, unknown>)[key] : undefined;
}
