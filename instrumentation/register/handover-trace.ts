import type { Context, Span, SpanOptions, Tracer, TracerProvider } from '@opentelemetry/api';

/** The provider to use now. A different answer than before makes every tracer change over. */
export type CurrentTracerProvider = () => TracerProvider;

/**
 * A tracer provider whose tracers always go to the current one, so that those handed out early
 * follow when the application registers its own provider later.
 */
export class HandoverTracerProvider implements TracerProvider {
  readonly #current: CurrentTracerProvider;
  readonly #tracers = new Map<string, HandoverTracer>();

  constructor(current: CurrentTracerProvider) {
    this.#current = current;
  }

  getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer {
    const key = `${name}@${version ?? ''}:${options?.schemaUrl ?? ''}`;
    let tracer = this.#tracers.get(key);
    if (tracer === undefined) {
      tracer = new HandoverTracer(this.#current, (provider) =>
        provider.getTracer(name, version, options),
      );
      this.#tracers.set(key, tracer);
    }
    return tracer;
  }

  /** As the API's own proxy has it: instrumentations look behind it. */
  getDelegate(): TracerProvider {
    return this.#current();
  }
}

class HandoverTracer implements Tracer {
  readonly #current: CurrentTracerProvider;
  readonly #create: (provider: TracerProvider) => Tracer;
  #provider: TracerProvider | undefined = undefined;
  #tracer: Tracer | undefined = undefined;

  constructor(current: CurrentTracerProvider, create: (provider: TracerProvider) => Tracer) {
    this.#current = current;
    this.#create = create;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): Span {
    return this.#now().startSpan(name, options, context);
  }

  startActiveSpan<F extends (span: Span) => unknown>(...args: unknown[]): ReturnType<F> {
    const tracer = this.#now();
    return Reflect.apply(tracer.startActiveSpan, tracer, args) as ReturnType<F>;
  }

  #now(): Tracer {
    const provider = this.#current();
    if (this.#tracer === undefined || provider !== this.#provider) {
      this.#provider = provider;
      this.#tracer = this.#create(provider);
    }
    return this.#tracer;
  }
}
