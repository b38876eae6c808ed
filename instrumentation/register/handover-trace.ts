import type { Context, Span, SpanOptions, Tracer, TracerProvider } from '@opentelemetry/api';

export interface HandoverTracerOptions {
  /** The provider to use now. A different answer than before makes every tracer change over. */
  readonly current: () => TracerProvider;
  /** Called for every span, so that an exit flush knows whether anything happened since. */
  readonly used: () => void;
}

/**
 * A tracer provider whose tracers always go to the current one, so that those handed out early
 * follow when the application registers its own provider later.
 */
export class HandoverTracerProvider implements TracerProvider {
  readonly #options: HandoverTracerOptions;
  readonly #tracers = new Map<string, HandoverTracer>();

  constructor(options: HandoverTracerOptions) {
    this.#options = options;
  }

  getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer {
    const key = `${name}@${version ?? ''}:${options?.schemaUrl ?? ''}`;
    let tracer = this.#tracers.get(key);
    if (tracer === undefined) {
      tracer = new HandoverTracer(this.#options, (provider) =>
        provider.getTracer(name, version, options),
      );
      this.#tracers.set(key, tracer);
    }
    return tracer;
  }

  /** As the API's own proxy has it: instrumentations look behind it. */
  getDelegate(): TracerProvider {
    return this.#options.current();
  }
}

class HandoverTracer implements Tracer {
  readonly #options: HandoverTracerOptions;
  readonly #create: (provider: TracerProvider) => Tracer;
  #provider: TracerProvider | undefined = undefined;
  #tracer: Tracer | undefined = undefined;

  constructor(options: HandoverTracerOptions, create: (provider: TracerProvider) => Tracer) {
    this.#options = options;
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
    this.#options.used();
    const provider = this.#options.current();
    if (this.#tracer === undefined || provider !== this.#provider) {
      this.#provider = provider;
      this.#tracer = this.#create(provider);
    }
    return this.#tracer;
  }
}
