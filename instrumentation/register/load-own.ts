import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Sdks from '../sdks.ts';
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

/** Our modules that an application without LLM calls should not pay for, by their path from here. */
interface LazyModules {
  '../sdks': typeof Sdks;
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
}

const ownFile = fileURLToPath(import.meta.url);
const ending = ownFile.endsWith('.ts') ? '.ts' : '.js';

/** One of our own modules, loaded the first time it is asked for. Throws what loading throws. */
export function loadOwn<Path extends keyof LazyModules>(path: Path): LazyModules[Path] {
  return loadSync(`./${path}${ending}`, dirname(ownFile)) as LazyModules[Path];
}
