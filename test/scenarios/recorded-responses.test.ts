import * as anthropicModule from '@anthropic-ai/sdk';
import * as anthropic027 from 'anthropic027';
import * as openaiModule from 'openai';
import * as openai4 from 'openai4';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { withAttribution } from '../../processor/node/attribution/index.ts';
import { anthropicFixtures } from '../support/fixtures/anthropic/expected.ts';
import type { FixtureCase, FixtureFolder } from '../support/fixtures/fixture-case.ts';
import { openaiFixtures } from '../support/fixtures/openai/expected.ts';
import type { SinkSpan } from '../support/otlp-sink.ts';
import { bookPrice, tokenClasses, usageAttributes, usageOf } from './expected-telemetry.ts';
import {
  assertKnownTelemetry,
  type LivePipeline,
  startLivePipeline,
  watchCopy,
} from './live-pipeline.ts';
import { contentOf, PROMPT, replay, type SdkMajor } from './replay.ts';

/** Oldest majors replay these; the newest replay everything. */
const SAMPLE: ReadonlySet<string> = new Set([
  'chat-plain.json',
  'chat-cached.json',
  'chat-stream-usage.jsonl',
  'chat-stream-tool-calls.jsonl',
  'chat-content-filter.json',
  'xai-chat.json',
  'responses-completed.json',
  'responses-stream-completed.jsonl',
  'embeddings.json',
  'transcription-tokens.json',
  'message-plain.json',
  'message-cache.json',
  'message-tool-use.json',
  'stream-cache.jsonl',
  'stream-several-deltas.jsonl',
]);

const newest: SdkMajor = { ...openaiModule, Anthropic: anthropicModule.Anthropic };
const oldest = { ...openai4, Anthropic: anthropic027.Anthropic } as unknown as SdkMajor;

interface Played {
  /** The workflow that the call is made for, which tells its span and metrics apart. */
  readonly workflow: string;
  readonly folder: FixtureFolder;
  readonly fixture: FixtureCase;
  readonly sdk: SdkMajor;
}

function playsOf(folder: FixtureFolder, fixtures: readonly FixtureCase[]): readonly Played[] {
  return fixtures.flatMap((fixture) => {
    const play = { workflow: fixture.file, folder, fixture, sdk: newest };
    const sampled = { ...play, workflow: `oldest ${fixture.file}`, sdk: oldest };
    return SAMPLE.has(fixture.file) ? [play, sampled] : [play];
  });
}

const plays = [...playsOf('openai', openaiFixtures), ...playsOf('anthropic', anthropicFixtures)];
/** Counting tokens is no call of a model. */
const calls = plays.filter(({ fixture }) => fixture.api !== 'count_tokens');
const billed = calls.filter(
  ({ fixture }) => fixture.expected !== undefined && fixture.usageIncomplete !== true,
);
const unbilled = calls.filter((play) => !billed.includes(play));
const named = <Play extends Played>(list: readonly Play[]) =>
  list.map((play) => [play.workflow, play] as const);

const INFERENCE = new Set(['chat', 'generate_content', 'text_completion']);
const NANO_USD = 1e-9;

describe('recorded responses, through the SDK and the pipeline to a Collector', () => {
  let live: LivePipeline;
  const spans = new Map<string, SinkSpan>();
  beforeAll(async () => {
    // Old models make the SDK warn, on each call.
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    live = await startLivePipeline();
    for (const [specifier, module] of Object.entries({ openai: openaiModule, openai4 })) {
      watchCopy('openai', specifier, module);
    }
    for (const [specifier, module] of Object.entries({ anthropicModule, anthropic027 })) {
      watchCopy('anthropic', specifier, module);
    }
    for (const { workflow, folder, fixture, sdk } of plays) {
      await withAttribution({ team: 'replay', workflow }, async () => {
        const played = replay(folder, fixture, sdk);
        if (fixture.fails === true) await expect(played).rejects.toThrow();
        else await played.catch(() => undefined);
      });
    }
    await live.flush();
    for (const span of live.sink.spans)
      spans.set(String(span.attributes['costspan.workflow']), span);
  });
  afterAll(() => live.stop());
  afterAll(() => vi.restoreAllMocks());

  function spanOf(workflow: string): SinkSpan {
    const span = spans.get(workflow);
    if (span === undefined) throw new Error(`no span for ${workflow}`);
    return span;
  }

  function metricOf(workflow: string, name: string, attributes = {}): number | undefined {
    return live.sink.metricValue(name, { 'costspan.workflow': workflow, ...attributes });
  }

  it('are one span and one booked call each', () => {
    const own = live.sink.spans.filter(({ scope }) => scope.name === 'costspan');
    expect(own.map(({ attributes }) => attributes['costspan.workflow'])).toEqual(
      calls.map(({ workflow }) => workflow),
    );
    // Anthropic's SDK traces what is no call of a model.
    expect(live.sink.spans.filter((span) => !own.includes(span)).map(({ name }) => name)).toEqual([
      'anthropic.messages.count_tokens',
    ]);
    for (const { workflow } of calls)
      expect(metricOf(workflow, 'costspan.calls'), workflow).toBe(1);
  });

  it.each(named(billed))('%s has the tokens of the table', (workflow, { fixture }) => {
    const { attributes } = spanOf(workflow);
    const usage = Object.entries(attributes).filter(([name]) =>
      /^gen_ai\.usage\..*tokens$/.test(name),
    );
    expect(Object.fromEntries(usage)).toEqual(usageAttributes(usageOf(fixture)));
    expect(attributes['gen_ai.provider.name']).toBe(fixture.provider);
    expect(attributes['costspan.usage.source']).toBe('provider');
    const points = live.sink.metrics.get('costspan.tokens')?.points ?? [];
    const classes = points.flatMap((point) =>
      point.attributes['costspan.workflow'] === workflow && 'value' in point
        ? [[String(point.attributes['costspan.token.class']), point.value]]
        : [],
    );
    expect(Object.fromEntries(classes)).toEqual(tokenClasses(usageOf(fixture)));
  });

  it.each(named(billed))('%s costs what the price book says', (workflow, { fixture }) => {
    const { attributes } = spanOf(workflow);
    const { model } = fixture;
    const served = attributes['gen_ai.response.model'];
    // Bedrock's request names the profile that sets the price.
    const byRequest = fixture.provider === 'aws.bedrock' || typeof served !== 'string';
    const priced = byRequest ? model : served;
    const stated = fixture.call?.providerCost?.amount;
    const expected = stated ?? bookPrice(fixture, priced);
    expect(attributes['gen_ai.usage.cost.source']).toBe(
      expected === undefined ? undefined : stated === undefined ? 'local' : 'provider',
    );
    const amount = attributes['gen_ai.usage.cost.amount'];
    if (expected === undefined) expect(amount).toBeUndefined();
    else expect(Math.abs(Number(amount) - expected)).toBeLessThanOrEqual(NANO_USD);
  });

  it.each(named(unbilled))('%s has no usage that is called the provider’s', (workflow) => {
    expect(spanOf(workflow).attributes['costspan.usage.source']).not.toBe('provider');
  });

  it.each(named(calls))('%s has metrics equal to its span', (workflow) => {
    const { attributes } = spanOf(workflow);
    const cost = Number(attributes['gen_ai.usage.cost.amount'] ?? 0);
    for (const name of ['costspan.cost.usd', 'gen_ai.client.operation.cost']) {
      expect(Math.abs((metricOf(workflow, name) ?? 0) - cost)).toBeLessThanOrEqual(NANO_USD);
    }
    const isInference = INFERENCE.has(String(attributes['gen_ai.operation.name']));
    for (const kind of [
      'input',
      'output',
      'cache_read.input',
      'cache_write.input',
      'reasoning.output',
    ]) {
      const counted = metricOf(workflow, `gen_ai.client.inference.usage.${kind}_tokens`) ?? 0;
      const shown = isInference ? (attributes[`gen_ai.usage.${kind}_tokens`] ?? 0) : 0;
      expect([kind, counted]).toEqual([kind, shown]);
    }
  });

  it('use no name that the registries do not know', () => {
    assertKnownTelemetry(live.sink);
  });

  it.each(['openai', 'anthropic'] as const)('leave no text in the telemetry: %s', (folder) => {
    const exported = JSON.stringify(live.sink.exports.map(({ body }) => body));
    const texts = plays
      .filter((play) => play.folder === folder)
      .flatMap(({ fixture }) => [...contentOf(folder, fixture.file)]);
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.filter((text) => exported.includes(JSON.stringify(text).slice(1, -1)))).toEqual(
      [],
    );
    expect(exported).not.toContain(PROMPT);
  });
});
