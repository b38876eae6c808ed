import type { TracerProvider } from '@opentelemetry/api';
import { CostspanProcessor } from '../../processor/index.ts';

interface ListsProcessors {
  _spanProcessors: unknown[];
}

/**
 * Adds a `CostspanProcessor` to a tracer provider that the application built, ahead of its own so
 * that cost is on a span before an exporter sees it. Nothing else of the provider is touched, its
 * sampler included. Returns why not, in one sentence, when the provider does not let us in.
 */
export function joinTracerProvider(provider: TracerProvider): string | undefined {
  const active = (provider as { readonly _activeSpanProcessor?: unknown })._activeSpanProcessor;
  if (!listsProcessors(active)) {
    return "The application's tracer provider takes no processor from outside, so spans of other instrumentations stay unpriced: give it `spanProcessors: [new CostspanProcessor()]`.";
  }
  const present = active._spanProcessors;
  if (!present.some((processor) => nameOf(processor) === CostspanProcessor.name)) {
    // A new array: the old one may be the very array the application passed in.
    active._spanProcessors = [new CostspanProcessor(), ...present];
  }
  return undefined;
}

/** OpenTelemetry JS SDK 2.x and 3.x: a `MultiSpanProcessor` around the list. */
function listsProcessors(value: unknown): value is ListsProcessors {
  return (
    typeof value === 'object' &&
    value !== null &&
    Array.isArray((value as Partial<ListsProcessors>)._spanProcessors)
  );
}

/** By name, because another copy of this package may have added its own. */
function nameOf(processor: unknown): string | undefined {
  return (processor as object | undefined)?.constructor.name;
}
