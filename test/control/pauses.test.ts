import OpenAI from 'openai';
import * as openaiModule from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelNotAllowedError, PausedError, withAttribution } from '../../index.ts';
import { type LivePipeline, startLivePipeline, watchCopy } from '../scenarios/live-pipeline.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';

let live: LivePipeline;
let provider: ProviderServer;
let openai: OpenAI;

beforeEach(async () => {
  live = await startLivePipeline();
  watchCopy('openai', 'openai', openaiModule);
  provider = await startProviderServer();
  openai = new OpenAI({ apiKey: 'sk-test', baseURL: provider.openaiUrl, maxRetries: 2 });
});
afterEach(async () => {
  await provider.close();
  await live.stop();
});

function ask(model = 'gpt-4o'): Promise<unknown> {
  return openai.chat.completions.create({ model, messages: [{ role: 'user', content: 'hi' }] });
}

function configure(
  config: Partial<Parameters<typeof live.pipeline.governance.control.configure>[0]>,
): void {
  live.pipeline.governance.control.configure({ paused: [], allowedModels: [], ...config });
}

const entry = { reason: 'it loops', actor: 'sre' };

describe('paused', () => {
  it.each([
    ['team', { team: 'support' }],
    ['workflow', { workflow: 'bug-triage' }],
    ['user', { userId: 'u-17' }],
    ['model', { model: 'gpt-4o' }],
    ['models of a kind', { model: 'gpt-4*' }],
    ['team and model together', { team: 'support', model: 'gpt-4o' }],
  ])('stops a %s before it is sent, and disturbs nothing else', async (_what, scope) => {
    configure({ paused: [{ ...scope, ...entry, until: '2099-01-01' }] });
    const whose = { team: 'support', workflow: 'bug-triage', userId: 'u-17' };
    const denied = withAttribution(whose, () => ask());
    await expect(denied).rejects.toBeInstanceOf(PausedError);
    await expect(denied).rejects.toMatchObject({
      code: 'costspan_paused',
      scope,
      reason: 'it loops',
      actor: 'sre',
      until: new Date('2099-01-01'),
    });
    expect(provider.requests).toHaveLength(0);
    await withAttribution({ team: 'search', workflow: 'rank', userId: 'u-1' }, () => ask('o3'));
    expect(provider.bill.calls).toBe(1);
  });

  it('stops a run and an agent', async () => {
    const runId = await live.tracer.startActiveSpan('job', async (span) => {
      await ask();
      span.end();
      return span.spanContext().spanId;
    });
    configure({ paused: [{ agent: 'researcher' }, { run: runId }] });
    const asAgent = (name: string) =>
      live.tracer.startActiveSpan(`invoke_agent ${name}`, async (span) => {
        try {
          return await live.tracer.startActiveSpan('invoke_agent helper', () => ask());
        } finally {
          span.end();
        }
      });
    await expect(asAgent('researcher')).rejects.toBeInstanceOf(PausedError);
    await asAgent('writer');
    expect(provider.bill.calls).toBe(2);
  });

  it('ends by itself, and when its entry is removed', async () => {
    configure({ paused: [{ model: 'gpt-4o', until: '2020-01-01' }] });
    await ask();
    configure({ paused: [{ model: 'gpt-4o' }] });
    await expect(ask()).rejects.toBeInstanceOf(PausedError);
    configure({});
    await ask();
    expect(provider.bill.calls).toBe(2);
  });

  it('shows as blocked, without money and without a depth of the run', async () => {
    configure({ paused: [{ workflow: 'bug-triage' }] });
    await withAttribution({ workflow: 'bug-triage' }, async () => {
      await expect(ask()).rejects.toBeInstanceOf(PausedError);
      await expect(ask()).rejects.toBeInstanceOf(PausedError);
    });
    await live.flush();
    const outcomes = live.sink.metrics
      .get('costspan.calls')
      ?.points.map(({ attributes }) => attributes['costspan.call.outcome']);
    expect(outcomes).toEqual(['blocked']);
    expect(live.sink.metrics.get('costspan.cost.usd')?.points ?? []).toEqual([]);
  });
});

describe('allowedModels', () => {
  it('lets only the models pass that it names', async () => {
    configure({ allowedModels: ['gpt-4o', 'o3-*'] });
    await ask('gpt-4o');
    await ask('o3-mini');
    const denied = ask('gpt-4o-mini');
    await expect(denied).rejects.toBeInstanceOf(ModelNotAllowedError);
    await expect(denied).rejects.toMatchObject({
      code: 'costspan_model_not_allowed',
      model: 'gpt-4o-mini',
      allowed: ['gpt-4o', 'o3-*'],
    });
    expect(provider.bill.calls).toBe(2);
  });
});
