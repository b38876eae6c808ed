import type { CallRecord } from '../../instrumentation/core/call/call-record.ts';
import type { PlainSdk } from '../../instrumentation/core/plain/plain-sdk.ts';
import type { CallShape } from '../../instrumentation/core/call/shape.ts';

/** A promise with a method of its own, as some SDKs return. */
export class RawPromise extends Promise<unknown> {
  raw(): string {
    return 'raw';
  }
}

/** The promise of the SDKs built by Fern: nothing of its own, all from the inner one. */
export class InnerPromise extends Promise<unknown> {
  innerPromise: Promise<{ data: unknown; rawResponse: string }>;

  constructor(inner: Promise<{ data: unknown; rawResponse: string }>) {
    super((resolve) => resolve(undefined));
    this.innerPromise = inner;
  }

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- as that SDK does
  override then<A = unknown, B = never>(
    onFulfilled?: ((value: unknown) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.innerPromise.then(({ data }) => data).then(onFulfilled, onRejected);
  }

  withRawResponse(): Promise<{ data: unknown; rawResponse: string }> {
    return this.innerPromise;
  }
}

export const ANSWER: object = { model: 'served', tokens: [7, 5] };
export const CHUNKS: readonly object[] = [{ text: 'Hel' }, { text: 'lo' }, { tokens: [7, 5] }];
export class FailedError extends Error {}

export async function* chunks(fails = false): AsyncGenerator<object, string> {
  for (const [index, chunk] of CHUNKS.entries()) {
    if (fails && index === 2) throw new FailedError('in the middle');
    yield await Promise.resolve(chunk);
  }
  return 'returned';
}

/** Makes an iterator that reads through a reader of the stream itself. */
class EventStream extends ReadableStream<object> {
  override async *[Symbol.asyncIterator](): AsyncGenerator<object, undefined> {
    const reader = this.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    return undefined;
  }
}

export function readable(): ReadableStream<object> {
  return new EventStream({
    start(controller) {
      for (const chunk of CHUNKS) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** An object with the methods of a model, which a client has. */
export interface Resource {
  sent: number;
  ask(request: object): unknown;
  iterate(request: object): unknown;
}

/** A client whose resources are made when asked for, or assigned, and one method assigned. */
export interface Client {
  readonly lazy: Resource;
  readonly eager: Resource;
  readonly arrow: (request: object) => unknown;
}

export interface MadeUpModule {
  readonly Client: new (answer: () => unknown) => Client;
}

/** A fresh copy of the SDK, whose methods give what `answer` gives. */
export function loadMadeUpSdk(): MadeUpModule {
  class OwnResource implements Resource {
    sent = 0;
    readonly #answer: () => unknown;

    constructor(answer: () => unknown) {
      this.#answer = answer;
    }

    ask(_request: object): unknown {
      this.sent += 1;
      return this.#answer();
    }

    iterate(_request: object): unknown {
      this.sent += 1;
      return this.#answer();
    }
  }

  class OwnClient {
    readonly #answer: () => unknown;
    #lazy: OwnResource | undefined;

    constructor(answer: () => unknown) {
      this.#answer = answer;
      // By assignment, as compiled SDKs have it, and no fields.
      Reflect.set(this, 'eager', new OwnResource(answer));
      Reflect.set(this, 'arrow', async () => answer());
    }

    get lazy(): Resource {
      return (this.#lazy ??= new OwnResource(this.#answer));
    }
  }
  return { Client: OwnClient as unknown as MadeUpModule['Client'] };
}

function read(record: CallRecord, value: unknown): void {
  const { model, tokens, text } = value as { model?: string; tokens?: number[]; text?: string };
  if (model !== undefined) record.call.responseModel = model;
  if (tokens !== undefined) record.call.usage = { input: tokens[0], output: tokens[1] };
  record.outputCharacters += text?.length ?? 0;
}

export const shape: CallShape = {
  operation: 'chat',
  readRequest: () => undefined,
  readResponse: read,
  readChunk: read,
  streamOf: (value) => (value as { stream?: unknown }).stream ?? value,
  requestText: (args) => args[0],
};

/** Where the whole answer is promised beside the stream. */
export const pairShape: CallShape = { ...shape, wholeField: 'response' };

const iterating: CallShape = { ...shape, returnsIterable: true };

export function sdkOf(answering: CallShape = shape): PlainSdk {
  return {
    packageName: 'made-up',
    endpointOf: () => ({ provider: 'x', address: undefined, port: undefined, isKnown: true }),
    isClient: (client) => 'eager' in client,
    methods: [
      { classPath: ['Client'], resourcePath: ['lazy'], method: 'ask', shape: answering },
      { classPath: ['Client'], resourcePath: ['lazy'], method: 'iterate', shape: iterating },
      { classPath: ['Client'], resourcePath: ['eager'], method: 'ask', shape: answering },
      { classPath: ['Client'], method: 'arrow', isAssigned: true, shape: answering },
    ],
  };
}
