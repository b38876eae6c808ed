import { context } from '@opentelemetry/api';
import type { Attribution } from '../../../conventions/index.ts';
import { AttributionLayer } from '../../engine/attribution/layer.ts';
import { layerOf, runWithLayer } from './layer-context.ts';
import { parseAttribution } from './refusals.ts';
import { RunScope } from '../../engine/attribution/run-scope.ts';
import { endRunScope } from './run-scope-end.ts';

/** What {@link withAttribution} takes: any of the keys, each 1 to 64 characters of text. */
export type AttributionInput = Attribution;

/**
 * Runs `fn` so that every model call it makes, however deep and however late, is attributed as
 * given, and returns what `fn` returns. Merges over the attribution already in force; a key that
 * is absent keeps its value. Values that cannot be used are left out and reported, never thrown.
 *
 * The outermost call, and a nested one that names another workflow, is a run of its own. A run
 * ends when `fn` has returned or the promise that it returned has settled. The promise or thenable
 * of an SDK is returned as it is and never observed, so there the run ends on return.
 *
 * ```ts
 * await withAttribution({ team: 'support', workflow: 'bug-triage' }, () => answer(ticket));
 * ```
 */
export function withAttribution<T>(attribution: AttributionInput, fn: () => T): T {
  const outer = layerOf(context.active());
  const given = parseAttribution(attribution, 'code');
  const code = outer === undefined ? given : { ...outer.code, ...given };
  const run = runFor(code, outer);
  const layer = new AttributionLayer(code, outer?.claims, run);
  return run === outer?.run ? runWithLayer(layer, fn) : runAsRun(run, layer, fn);
}

/** The run around, unless there is none, it is over, or this is another workflow. */
function runFor(code: Attribution, outer: AttributionLayer | undefined): RunScope {
  const around = outer?.run?.ended === false ? outer.run : undefined;
  return around !== undefined && code.workflow === outer?.code.workflow
    ? around
    : new RunScope(around);
}

function runAsRun<T>(run: RunScope, layer: AttributionLayer, fn: () => T): T {
  let result: T;
  try {
    result = runWithLayer(layer, fn);
  } catch (error) {
    endRunScope(run);
    throw error;
  }
  if (!isPlainPromise(result)) {
    endRunScope(run);
    return result;
  }
  // T is a plain promise here, and what `then` derives is one of the same value.
  return result.then(
    (value) => {
      endRunScope(run);
      return value;
    },
    (error: unknown) => {
      endRunScope(run);
      throw error;
    },
  ) as T;
}

/**
 * A promise of the language itself, with nothing added. SDKs return subclasses that do work in
 * `then` (a second call would read the response body twice), and some libraries hang methods on
 * a promise: those are handed back untouched.
 */
function isPlainPromise(value: unknown): value is Promise<unknown> {
  try {
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.getPrototypeOf(value) === Promise.prototype &&
      Object.keys(value).length === 0
    );
  } catch {
    return false; // a proxy of the host that will not be looked at
  }
}
