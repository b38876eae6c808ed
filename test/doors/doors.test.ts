import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { CallPrice, LlmCall } from '../../conventions/index.ts';
import { createPricer } from '../../processor/engine/pricing/index.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { askByAiSdk } from './ai-sdk.ts';
import { ANSWERS, type RawAnswer } from './answers.ts';
import { askDirectly, watchSdks } from './direct.ts';
import { streamed } from './streamed.ts';

type Ask = (answer: RawAnswer, url: string, stream: boolean) => Promise<void>;

const pricer = createPricer();
const NOW = Date.parse('2026-11-01T12:00:00Z');

let server: ProviderServer;
let recorder: Recorder;
beforeAll(async () => {
  // Some SDKs warn of old models.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  server = await startProviderServer();
  recorder = await startRecorder();
  watchSdks();
});
afterAll(async () => {
  await recorder.close();
  await server.close();
});

/** What a call says of its money, and what it costs. */
interface Told {
  readonly provider: string;
  readonly usage: LlmCall['usage'];
  readonly others: LlmCall['otherModelUsage'];
  readonly stated: LlmCall['providerCost'];
  readonly alsoBilled: LlmCall['alsoBilled'];
  readonly tier: LlmCall['servedTier'];
  readonly speed: LlmCall['speed'];
  readonly geo: LlmCall['inferenceGeo'];
  readonly finish: LlmCall['finishReasons'];
  readonly model: LlmCall['responseModel'];
  readonly price: CallPrice;
}

async function toldBy(ask: Ask, answer: RawAnswer, stream: boolean): Promise<Told> {
  await recorder.start();
  server.reset();
  server.next(stream ? { sse: streamed(answer) } : { json: answer.body });
  await ask(answer, server.url, stream);
  expect(recorder.calls).toHaveLength(1);
  const { call } = recorder.calls[0]!;
  call.endTimeMs = NOW;
  return {
    provider: call.provider,
    usage: call.usage,
    others: call.otherModelUsage,
    stated: call.providerCost,
    alsoBilled: call.alsoBilled,
    tier: call.servedTier,
    speed: call.speed,
    geo: call.inferenceGeo,
    finish: call.finishReasons,
    model: call.responseModel ?? call.requestModel,
    price: pricer.price(call),
  };
}

describe.each([
  ['whole', false],
  ['streamed', true],
] as const)('%s', (_form, stream) => {
  it.each(ANSWERS.map((answer) => [answer.name, answer] as const))('%s', async (_name, answer) => {
    const direct = await toldBy(askDirectly, answer, stream);
    expect(direct.price.state).not.toBe('unpriced');
    expect(await toldBy(askByAiSdk, answer, stream)).toEqual(direct);
  });
});
