import { type Context, ROOT_CONTEXT, type Span, createContextKey, trace } from '@opentelemetry/api';
import { CALL_CONTEXT_KEY } from '../../../conventions/index.ts';
import type { CallRecord } from './call-record.ts';

const CALL_KEY: symbol = createContextKey(CALL_CONTEXT_KEY);
const SPAN_KEY: symbol = findSpanKey();

/** The key under which the API keeps the active span, learnt from the API itself. */
function findSpanKey(): symbol {
  let spanKey = CALL_KEY;
  const probe: Context = {
    getValue: () => undefined,
    setValue(key) {
      spanKey = key;
      return probe;
    },
    deleteValue: () => probe,
  };
  trace.setSpan(probe, trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }));
  return spanKey;
}

/**
 * The context that an SDK call runs in: `parent` with the call's span and record. The same as two
 * `setValue` calls, each of which would copy all values.
 */
export class CallContext implements Context {
  readonly #parent: Context;
  readonly #span: Span;
  readonly #record: CallRecord;

  constructor(parent: Context, span: Span, record: CallRecord) {
    this.#parent = parent;
    this.#span = span;
    this.#record = record;
  }

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return this.#span;
    if (key === CALL_KEY) return this.#record;
    return this.#parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#copy().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#copy().deleteValue(key);
  }

  #copy(): Context {
    return trace.setSpan(this.#parent, this.#span).setValue(CALL_KEY, this.#record);
  }
}

/** The call that `context` runs inside of, if any. */
export function callOf(context: Context): CallRecord | undefined {
  return context === ROOT_CONTEXT
    ? undefined
    : (context.getValue(CALL_KEY) as CallRecord | undefined);
}
