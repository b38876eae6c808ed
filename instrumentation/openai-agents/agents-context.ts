import type { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context } from '@opentelemetry/api';
import { guarded } from '../core/guard.ts';
import { wrapMethod } from '../core/patch.ts';
import { asDictionary, asString } from '../../providers/read.ts';

/**
 * The SDK keeps its own current span, in a storage that all of its copies share.
 * @see https://github.com/openai/openai-agents-js/blob/main/packages/agents-core/src/tracing/context.ts
 */
const STORAGE: unique symbol = Symbol.for('openai.agents.core.asyncLocalStorage');

type Storage = AsyncLocalStorage<unknown>;

/** Gives the context of what the SDK says is current: a span's id, else the trace's. */
export type ContextOf = (id: string) => Context | undefined;

/**
 * OpenTelemetry's context inside the SDK: asked for a value, it looks up which agent or tool is the
 * current one by then, since agents follow each other within one function.
 */
class AgentsContext implements Context {
  readonly base: Context;
  readonly #storage: Storage;
  readonly #contextOf: ContextOf;

  constructor(base: Context, storage: Storage, contextOf: ContextOf) {
    this.base = base;
    this.#storage = storage;
    this.#contextOf = contextOf;
  }

  getValue(key: symbol): unknown {
    return this.#current().getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#current().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#current().deleteValue(key);
  }

  #current(): Context {
    return guarded('agents-context', () => this.#find(), undefined) ?? this.base;
  }

  #find(): Context | undefined {
    const store = asDictionary(this.#storage.getStore());
    if (store?.['active'] !== true) return undefined;
    const span = asString(asDictionary(store['span'])?.['spanId']);
    const found = span === undefined ? undefined : this.#contextOf(span);
    if (found !== undefined) return found;
    const trace = asString(asDictionary(store['trace'])?.['traceId']);
    return trace === undefined ? undefined : this.#contextOf(trace);
  }
}

/** What runs inside the SDK's storage runs in an {@link AgentsContext} from now on. */
export function followAgents(contextOf: ContextOf): boolean {
  const storage = (globalThis as { [STORAGE]?: Storage })[STORAGE];
  if (storage === undefined) return false;
  return wrapMethod(
    storage,
    'run',
    (run) =>
      function (this: Storage, store: unknown, ...rest: unknown[]): unknown {
        const active = context.active();
        if (active instanceof AgentsContext) return run.call(this, store, ...rest);
        const inside = new AgentsContext(active, storage, contextOf);
        return context.with(inside, () => run.call(this, store, ...rest) as unknown);
      },
  );
}

/** The context around the SDK. */
export function outsideContext(): Context {
  const active = context.active();
  return active instanceof AgentsContext ? active.base : active;
}
