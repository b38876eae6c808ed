import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { CallPrice, LlmCall } from '../../conventions/index.ts';
import { createPricer } from '../../processor/engine/pricing/index.ts';
import { COPIES } from '../ai/copies.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { askByAiSdk, byOlderAiSdk } from './ai-sdk.ts';
import { ANSWERS, type Ask, type RawAnswer } from './answers.ts';
import { askDirectly, watchSdks } from './direct.ts';
import { askByLangChain, askByLangChainEvents, watchLangChain } from './langchain.ts';
import { callOfSpan, RECORDERS } from './spans.ts';
import { streamed } from './streamed.ts';

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
  watchLangChain();
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
  return moneyOf(recorder.calls[0]!.call);
}

function moneyOf(call: LlmCall): Told {
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

interface Door {
  readonly name: string;
  readonly ask: Ask;
  readonly streamsOnly?: true;
  /** Whether such an answer can come through it. */
  opensTo(answer: RawAnswer): boolean;
}

const isOpenAi = ({ wire }: RawAnswer): boolean => wire === 'chat' || wire === 'responses';
const ofLangChain = (answer: RawAnswer): boolean => isOpenAi(answer) || answer.wire === 'gemini';

const DOORS: readonly Door[] = [
  { name: 'LangChain', ask: askByLangChain, opensTo: ofLangChain },
  {
    name: 'LangChain, its events',
    ask: askByLangChainEvents,
    streamsOnly: true,
    opensTo: ofLangChain,
  },
  { name: 'AI SDK 7', ask: askByAiSdk, opensTo: () => true },
  ...COPIES.filter(({ major }) => major < 7).map((copy): Door => ({
    name: `AI SDK ${copy.label}`,
    ask: byOlderAiSdk(copy),
    opensTo: isOpenAi,
  })),
];

describe.each(DOORS)('$name', ({ ask, opensTo, streamsOnly = false }) => {
  describe.each(streamsOnly ? [true] : [false, true])('streamed: %s', (stream) => {
    it.each(ANSWERS.filter(opensTo).map((answer) => [answer.name, answer] as const))(
      '%s',
      async (_name, answer) => {
        const direct = await toldBy(askDirectly, answer, stream);
        expect(direct.price.state).not.toBe('unpriced');
        expect(await toldBy(ask, answer, stream)).toEqual(direct);
      },
    );
  });
});

describe.each(Object.entries(RECORDERS))('a span of %s with the answer in it', (_name, record) => {
  it.each(ANSWERS.map((answer) => [answer.name, answer] as const))('%s', async (_title, answer) => {
    const direct = await toldBy(askDirectly, answer, false);
    const call = callOfSpan(record(answer));
    expect(call && moneyOf(call)).toEqual(direct);
  });
});
