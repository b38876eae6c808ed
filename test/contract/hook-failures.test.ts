import { type Span, type Tracer, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { anthropic } from '../../instrumentation/anthropic/index.ts';
import { anthropicSdk } from '../../instrumentation/anthropic/instrumentation.ts';
import type { GeneratedSdk } from '../../instrumentation/core/stainless/generated-sdk.ts';
import { resetGuards } from '../../instrumentation/core/guard.ts';
import { setCallObserver } from '../../instrumentation/core/observer.ts';
import { openCallCount, sweepOpenCalls } from '../../instrumentation/core/call/open-calls.ts';
import type { CallShape } from '../../instrumentation/core/call/shape.ts';
import { openai } from '../../instrumentation/openai/index.ts';
import { openaiSdk } from '../../instrumentation/openai/instrumentation.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { messagesApi } from './anthropic-fixtures.ts';
import type { ContractApi } from './api.ts';
import { BROKEN_OBSERVERS, QUIET, fail } from './broken-observers.ts';
import { patchCopy } from './copies.ts';
import { chatCompletions } from './openai-fixtures.ts';
import { SCENARIOS } from './scenarios.ts';
import { type Outcome, outcomeOf } from './transcript.ts';

const NAMES: ReadonlySet<string> = new Set([
  'awaited',
  'withResponse',
  'asResponse and json',
  '_thenUnwrap',
  'a stream read to its end',
  'a raw stream as text',
  'an early break',
  'a tee, both read',
  'an error event in the middle',
  'status 400',
  '429, then 200',
]);
const scenarios = SCENARIOS.filter(({ name }) => NAMES.has(name));

const SHAPE_METHODS = [
  'readRequest',
  'prepare',
  'readResponse',
  'readChunk',
  'hides',
  'requestText',
] as const satisfies readonly (keyof CallShape)[];

/** A span that can do nothing but fail. */
const BROKEN_SPAN: Span = new Proxy(
  trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }),
  {
    get: () => fail,
  },
);

function tracerThat(startSpan: () => Span): Tracer {
  return { startSpan, startActiveSpan: fail };
}

interface Client {
  readonly label: string;
  readonly specifier: string;
  readonly api: ContractApi;
  readonly sdk: GeneratedSdk;
  readonly instrumentation: typeof openai;
  create(moduleExports: unknown, baseURL: string): object;
}

interface Modules {
  readonly OpenAI: new (options: object) => object;
  readonly Anthropic: new (options: object) => object;
}

const CLIENTS: readonly Client[] = [
  {
    label: 'openai',
    specifier: 'openai',
    api: chatCompletions,
    sdk: openaiSdk,
    instrumentation: openai,
    create: (moduleExports, baseURL) =>
      new (moduleExports as Modules).OpenAI({ apiKey: 'sk-test', baseURL }),
  },
  {
    label: 'anthropic',
    specifier: '@anthropic-ai/sdk',
    api: messagesApi('messages'),
    sdk: anthropicSdk,
    instrumentation: anthropic,
    create: (moduleExports, baseURL) =>
      new (moduleExports as Modules).Anthropic({ apiKey: 'sk-test', baseURL }),
  },
];

describe.each(CLIENTS)('$label', ({ specifier, api, sdk, instrumentation, create }) => {
  let server: ProviderServer;
  let moduleExports: unknown;
  const bare: Outcome[] = [];

  /** Every scenario, as the application sees it. */
  async function everything(): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const scenario of scenarios) {
      server.reset();
      server.next(...scenario.replies(api));
      const client = create(moduleExports, server.url + api.path);
      outcomes.push(
        await outcomeOf(moduleExports, () => scenario.run({ api, client, moduleExports, server })),
      );
    }
    return outcomes;
  }

  beforeAll(async () => {
    server = await startProviderServer();
    moduleExports = await import(specifier);
    bare.push(...(await everything()));
    patchCopy(instrumentation, { label: '', major: 0, specifier, format: 'esm' }, moduleExports);
  });
  afterAll(async () => {
    setCallObserver(undefined);
    await server.close();
  });
  beforeEach(() => {
    resetGuards();
    vi.restoreAllMocks();
    sweepOpenCalls(Infinity);
    setCallObserver(QUIET);
  });

  /** Twice: the second time the hooks that failed often are switched off. */
  async function expectUnharmed(): Promise<void> {
    expect(await everything()).toEqual(bare);
    expect(await everything()).toEqual(bare);
    expect(openCallCount()).toBe(0);
  }

  it('is what it is without us when nothing fails', expectUnharmed);

  it.each(BROKEN_OBSERVERS)('goes on unharmed when of the observer %s', async (_, broken) => {
    setCallObserver({ ...QUIET, ...broken });
    await expectUnharmed();
  });

  it.each(SHAPE_METHODS)('goes on unharmed when %s throws', async (method) => {
    let replaced = 0;
    for (const { shape } of sdk.methods) {
      if (shape[method] === undefined) continue;
      vi.spyOn(shape as Required<CallShape>, method).mockImplementation(fail);
      replaced += 1;
    }
    expect(replaced > 0 || method === 'prepare' || method === 'hides').toBe(true);
    await expectUnharmed();
  });

  it.each([
    ['the tracer', tracerThat(fail)],
    ['everything on the span', tracerThat(() => BROKEN_SPAN)],
  ])('goes on unharmed when %s throws', async (_, tracer) => {
    trace.disable();
    trace.setGlobalTracerProvider({ getTracer: () => tracer });
    try {
      await expectUnharmed();
    } finally {
      trace.disable();
    }
  });

  it('goes on unharmed when the client cannot say where it sends', async () => {
    const read = vi.spyOn(sdk, 'endpointOf').mockImplementation(fail);
    await expectUnharmed();
    expect(read).toHaveBeenCalled();
  });
});
