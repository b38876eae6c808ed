import { AsyncLocalStorage } from 'node:async_hooks';
import { context, createContextKey, type Context } from '@opentelemetry/api';
import type { AttributionLayer } from '../../engine/attribution/layer.ts';

// The number rises when the shape of a layer changes, so that two copies of this package either
// understand each other or do not meet.
const LAYER_KEY: symbol = createContextKey('costspan attribution 1');

/** Carries layers where no context manager does. Created when first needed. */
let ownStorage: AsyncLocalStorage<AttributionLayer> | undefined;

/** What `ctx` holds; where it holds nothing, what our own storage carries. */
export function layerOf(ctx: Context): AttributionLayer | undefined {
  const layer = ctx.getValue(LAYER_KEY);
  // Only this package sets the key.
  return layer === undefined ? ownStorage?.getStore() : (layer as AttributionLayer);
}

export function setLayer(ctx: Context, layer: AttributionLayer): Context {
  return ctx.setValue(LAYER_KEY, layer);
}

/**
 * Runs `fn` with `layer` in force. An application without OpenTelemetry has no context manager,
 * and then `context.with` carries nothing: our own storage steps in. Looking each time costs a
 * few nanoseconds, and notices a context manager that is registered later.
 */
export function runWithLayer<T>(layer: AttributionLayer, fn: () => T): T {
  const next = setLayer(context.active(), layer);
  return context.with(next, () => {
    if (context.active().getValue(LAYER_KEY) === layer) {
      return fn();
    }
    ownStorage ??= new AsyncLocalStorage();
    return ownStorage.run(layer, fn);
  });
}
