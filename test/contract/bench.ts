import { expect } from 'vitest';

import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { TRACER_NAME } from '../../instrumentation/core/call/start-call.ts';
import type { ProviderServer } from '../support/provider-server.ts';
import type { Recorder } from './recorder.ts';
import { type ExpectedCall, SAME_ID } from './scenario.ts';
import type { Special } from './special.ts';
import { type Outcome, outcomeOf } from './transcript.ts';

/** What happened, as the application and the provider saw it. */
export interface Observed {
  readonly outcome: Outcome;
  readonly requests: readonly object[];
}

/** One thing that an application does, and what the provider answers. */
export interface Run {
  readonly moduleExports: unknown;
  readonly replies: Special['replies'];
  createClient(): object;
  act(client: object): Promise<unknown>;
}

/** Some SDKs hand the headers of the answer to the application. */
const FIXED: Readonly<Record<string, string>> = { ...SAME_ID, date: new Date(0).toUTCString() };

/** Headers that name the span, or the attempt of a request that nothing else changes. */
const TRACE_HEADERS: ReadonlySet<string> = new Set(['traceparent', 'tracestate', 'host']);

/** A provider and a recorder, with what every contract needs of them. */
export class ContractBench {
  readonly server: ProviderServer;
  readonly recorder: Recorder;
  /** Headers of the SDK's that differ from call to call. */
  readonly #varyingHeaders: ReadonlySet<string>;

  constructor(server: ProviderServer, recorder: Recorder, varyingHeaders: readonly string[] = []) {
    this.server = server;
    this.recorder = recorder;
    this.#varyingHeaders = new Set([...TRACE_HEADERS, ...varyingHeaders]);
  }

  async observe({ moduleExports, replies, createClient, act }: Run): Promise<Observed> {
    const { server } = this;
    server.reset();
    // What would differ from one answer to the next.
    server.next(...replies.map((reply) => ({ ...reply, headers: { ...FIXED, ...reply.headers } })));
    const client = createClient();
    const outcome = await outcomeOf(moduleExports, () => act(client));
    const requests = server.requests.map(({ method, path: at, headers, body }) => ({
      method,
      at,
      body,
      headers: Object.fromEntries(
        Object.entries(headers)
          .filter(([name]) => !this.#varyingHeaders.has(name))
          .map(([name, value]) => [name, value.replace(/(boundary=).*/, '$1…')]),
      ),
    }));
    expect(server.pendingReplies, JSON.stringify(outcome)).toBe(0);
    return { outcome, requests };
  }

  async expectCalls(
    expected: readonly ExpectedCall[],
    sdkSpans: readonly string[] = [],
  ): Promise<void> {
    const { recorder } = this;
    expect(recorder.calls.map(({ call }) => factsOf(call))).toEqual(
      expected.map(({ outcome, errorType, usage, retries = 0 }) => ({
        outcome,
        errorType: errorType instanceof RegExp ? expect.stringMatching(errorType) : errorType,
        usage,
        retries,
      })),
    );
    for (const [index, { counts }] of expected.entries()) {
      if (counts !== undefined) expect(recorder.calls[index]?.call.usage).toEqual(counts);
    }
    const spans = await recorder.spans();
    const ours = spans.filter(({ scope }) => scope.name === TRACER_NAME);
    expect(ours.map(({ spanId }) => spanId).sort()).toEqual(
      recorder.calls.map(({ spanId }) => spanId).sort(),
    );
    const others = spans.filter(({ scope }) => scope.name !== TRACER_NAME);
    expect(others.map(({ name }) => name).sort()).toEqual(sdkSpans);
    expect(openCallCount()).toBe(0);
    expect(recorder.internalErrors).toEqual([]);
  }

  /** All attributes of the only span; those of time say no more than that they are there. */
  async onlyAttributes(): Promise<object> {
    const spans = await this.recorder.spans();
    expect(spans.length).toBe(1);
    const [span] = spans;
    expect(span).toMatchObject({ kind: 'client', status: { code: 'unset' } });
    const attributes = { ...span?.attributes };
    const first = attributes['gen_ai.response.time_to_first_chunk'];
    if (typeof first === 'number' && first > 0) {
      attributes['gen_ai.response.time_to_first_chunk'] = 'a number';
    }
    return attributes;
  }

  /** The attributes that say where the server is. */
  get serverAttributes(): object {
    const url = new URL(this.server.url);
    return { 'server.address': url.hostname, 'server.port': Number(url.port) };
  }
}

interface CallFacts {
  readonly outcome: string;
  readonly errorType: string | undefined;
  readonly usage: string | undefined;
  readonly retries: number;
}

function factsOf(call: {
  outcome: string;
  errorType: string | undefined;
  usageSource: string | undefined;
  retries: number;
}): CallFacts {
  const { outcome, errorType, usageSource, retries } = call;
  return { outcome, errorType, usage: usageSource, retries };
}
