import { context } from '@opentelemetry/api';
import type { Attribution } from '../../../conventions/index.ts';
import { AttributionLayer } from '../../engine/attribution/layer.ts';
import { keepScope, type KeptScope } from './kept-scope.ts';
import { layerOf, runWithLayer } from './layer-context.ts';
import { isPlainPromise } from './plain-promise.ts';
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
 * A generator, iterator or stream that `fn` returns, or that its promise resolves to, keeps the
 * attribution for what is done while somebody reads it, to its end, `return` or `throw`.
 *
 * The outermost call, and a nested one that names another workflow, is a run of its own. A run
 * ends when `fn` has returned, the promise that it returned has settled, or what it returned has
 * been read. The promise or thenable of an SDK is returned as it is and never observed, so there
 * the run ends on return.
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
  return run === outer?.run
    ? keptResult(runWithLayer(layer, fn), { layer, over: nothing }, nothing)
    : runAsRun(run, layer, fn);
}

/** The run around, unless there is none, it is over, or this is another workflow. */
function runFor(code: Attribution, outer: AttributionLayer | undefined): RunScope {
  const around = outer?.run?.ended === false ? outer.run : undefined;
  return around !== undefined && code.workflow === outer?.code.workflow
    ? around
    : new RunScope(around);
}

function runAsRun<T>(run: RunScope, layer: AttributionLayer, fn: () => T): T {
  const over = (): void => {
    if (!run.ended) endRunScope(run);
  };
  let result: T;
  try {
    result = runWithLayer(layer, fn);
  } catch (error) {
    over();
    throw error;
  }
  return keptResult(result, { layer, over }, (value) => abandoned.register(value, run));
}

/** Ends runs whose results nobody read to their end. */
const abandoned = new FinalizationRegistry<RunScope>((run) => {
  if (!run.ended) endRunScope(run);
});

/**
 * The result of a function, whose scope is over now, or with its promise, or when what it returned
 * has been read.
 *
 * @param kept told of the generator or stream that will be read
 */
function keptResult<T>(result: T, scope: KeptScope, kept: (value: object) => void): T {
  const end = (value: unknown): void => {
    if (keepScope(value, scope)) kept(value as object);
    else scope.over();
  };
  if (!isPlainPromise(result)) {
    end(result);
    return result;
  }
  // T is a plain promise here, and what `then` derives is one of the same value.
  return result.then(
    (value) => {
      end(value);
      return value;
    },
    (error: unknown) => {
      scope.over();
      throw error;
    },
  ) as T;
}

function nothing(): void {
  // A run further out ends by itself.
}
