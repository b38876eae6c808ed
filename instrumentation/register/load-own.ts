import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownRoot } from '../../conventions/own-root.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import type * as EarlyTracers from './early-tracers.ts';
import type * as Join from './join.ts';
import { loadSync } from './load-sync.ts';
import type * as NodeSdk from './node-sdk.ts';
import type * as NoopProviders from './noop-providers.ts';
import type * as OtlpExporters from './otlp-exporters.ts';
import type * as OwnContext from './own-context.ts';
import type * as OwnLogs from './own-logs.ts';
import type * as OwnMetrics from './own-metrics.ts';
import type * as OwnPropagation from './own-propagation.ts';
import type * as OwnTraces from './own-traces.ts';
import type * as Start from './start.ts';
import type * as WorkerPlace from './worker-place.ts';

/** Our modules that an application without LLM calls should not pay for, by their path from here. */
interface LazyModules {
  'early-tracers': typeof EarlyTracers;
  join: typeof Join;
  'node-sdk': typeof NodeSdk;
  'noop-providers': typeof NoopProviders;
  'otlp-exporters': typeof OtlpExporters;
  'own-context': typeof OwnContext;
  'own-logs': typeof OwnLogs;
  'own-metrics': typeof OwnMetrics;
  'own-propagation': typeof OwnPropagation;
  'own-traces': typeof OwnTraces;
  start: typeof Start;
  'worker-place': typeof WorkerPlace;
}

/**
 * One of our own modules, loaded the first time it is asked for. The build makes a file of each
 * whose name is given as it stands (`scripts/bundle.ts`). Throws what loading throws.
 */
export function loadOwn<Path extends keyof LazyModules>(path: Path): LazyModules[Path] {
  const folder = ownFolder();
  if (folder === undefined) throw new Error('costspan is part of a bundle');
  return loadSync(`./${path}${ending()}`, folder) as LazyModules[Path];
}

/** What a folder of `instrumentation/` exports: what watches its SDKs. Throws what loading throws. */
export function loadSdkFolder(folder: string): readonly SdkInstrumentation[] {
  const from = ownFolder();
  if (from === undefined) throw new Error('costspan is part of a bundle');
  const exports = loadSync(`../${folder}/index${ending()}`, from) as Readonly<
    Record<string, SdkInstrumentation | readonly SdkInstrumentation[]>
  >;
  return Object.values(exports).flat();
}

let found: { readonly folder: string | undefined } | undefined;

/** The folder of these modules; `undefined` in a bundle, where they are no files any more. */
export function ownFolder(): string | undefined {
  found ??= { folder: findOwnFolder() };
  return found.folder;
}

function findOwnFolder(): string | undefined {
  const root = ownRoot();
  if (root?.startsWith('file:') !== true) return undefined;
  const folder = fileURLToPath(new URL('instrumentation/register', root));
  return existsSync(join(folder, `start${ending()}`)) ? folder : undefined;
}

function ending(): string {
  return import.meta.url.endsWith('.ts') ? '.ts' : '.js';
}
