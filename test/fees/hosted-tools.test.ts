import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { LlmCall, TokenUsage } from '../../conventions/index.ts';
import { convertSpan } from '../../processor/engine/normalise/foreign-call.ts';
import { recognise } from '../../processor/engine/normalise/recognise.ts';
import type { Pricer } from '../../processor/engine/pricing/index.ts';
import { inSnakeCase } from '../../providers/read.ts';
import { convertWireBody } from '../../providers/usage/wire.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { callOf, loadedPricer } from '../pricing/support.ts';
import { FEE_CASES, type FeeCase } from './cases.ts';
import { askBySdk, type Ending } from './doors.ts';

let recorder: Recorder;
let pricer: Pricer;
beforeAll(async () => {
  recorder = await startRecorder();
  ({ pricer } = await loadedPricer());
});
afterAll(() => recorder.close());

async function callBySdk(
  feeCase: FeeCase,
  ending?: Ending,
  tools?: readonly object[],
): Promise<LlmCall> {
  await recorder.start();
  await askBySdk(feeCase, ending, tools);
  expect(recorder.calls).toHaveLength(1);
  return recorder.calls[0]!.call;
}

function callBySpan({ provider, model, body }: FeeCase): LlmCall {
  const span = {
    name: 'call',
    attributes: {
      'openinference.span.kind': 'LLM',
      'llm.provider': provider,
      'llm.model_name': model,
      'output.mime_type': 'application/json',
      'output.value': JSON.stringify(body),
    },
    startTime: [1, 0] as [number, number],
    endTime: [2, 0] as [number, number],
    status: { code: 0 },
  };
  return convertSpan(span, recognise(span)!)!;
}

/** Units of a usage that are no tokens. */
function countsOf(usage: TokenUsage | undefined): TokenUsage {
  const counts = Object.entries(usage ?? {}).filter(([unit]) =>
    /searches|previews|executions|images$/iu.test(unit),
  );
  return Object.fromEntries(counts);
}

/** What the tokens alone come to, in USD. */
function tokensUsdOf({ provider, model, tokensUsd }: FeeCase): number {
  if (tokensUsd !== undefined) return tokensUsd;
  const usage = { input: 1_000, output: 100 };
  return pricer.price(callOf({ provider, model, usage })).cost!.totalNanos / 1e9;
}

function expectBilled(call: LlmCall, feeCase: FeeCase): void {
  const { counts = {}, others, also, feesUsd = 0, missing = also } = feeCase;
  expect(countsOf(call.usage)).toEqual(counts);
  expect(call.otherModelUsage?.map(({ model, usage }) => ({ model, usage }))).toEqual(others);
  expect(call.alsoBilled).toEqual(also);
  const price = pricer.price(call);
  expect(price).toMatchObject({ state: missing === undefined ? 'priced' : 'partial', missing });
  expect(price.cost!.totalNanos / 1e9).toBeCloseTo(tokensUsdOf(feeCase) + feesUsd, 9);
}

describe.each(FEE_CASES.map((feeCase) => [`${feeCase.wire}: ${feeCase.name}`, feeCase] as const))(
  '%s',
  (_title, feeCase) => {
    it('by the SDK', async () => {
      expectBilled(await callBySdk(feeCase), feeCase);
    });

    it('by the SDK as a stream', async () => {
      expectBilled(await callBySdk(feeCase, 'whole'), feeCase);
    });

    it('by a span with the recorded answer', () => {
      expectBilled(callBySpan(feeCase), feeCase);
    });

    it('by the answer alone, however often it is read', () => {
      const { provider, model, body } = feeCase;
      const once = convertWireBody(body, { provider, model });
      expect(convertWireBody(body, { provider, model })).toEqual(once);
      expectBilled(callOf({ provider, model, ...once }), feeCase);
    });

    if (feeCase.wire === 'responses') {
      it('by a stream whose end leaves the items out', async () => {
        expectBilled(await callBySdk(feeCase, 'without its items'), feeCase);
      });
    }
  },
);

describe('a stream that breaks off', () => {
  it('names the tools of a response that had run, beside an estimate of its tokens', async () => {
    const searched = FEE_CASES.find(({ counts }) => counts?.webSearches === 2)!;
    const call = await callBySdk(searched, 'broken off');
    expect(call.alsoBilled).toEqual(['web_search']);
    expect(pricer.price(call).state).toBe('partial');
  });

  it('counts the searches of a message that had run', async () => {
    const searched = FEE_CASES.find(({ name }) => name === 'searches as Claude counts them')!;
    const call = await callBySdk(searched, 'broken off');
    expect(call.usage).toMatchObject({ webSearches: 1 });
    expect(call.alsoBilled).toBeUndefined();
  });
});

const grounded = FEE_CASES.find(
  ({ wire, counts }) => wire === 'gemini' && counts?.webSearches === 2,
)!;

describe('what only one door knows', () => {
  it.each([undefined, 'whole'] as const)(
    'names the search for enterprises, which the request alone tells (%s)',
    async (ending) => {
      const onVertex = { ...grounded, provider: 'gcp.vertex_ai' };
      const call = await callBySdk(onVertex, ending, [{ enterpriseWebSearch: {} }]);
      expect(call.usage?.webSearches).toBeUndefined();
      expect(call.alsoBilled).toEqual(['enterprise_web_search']);
    },
  );

  it.each([
    ['as the API writes it', (fields: object) => fields],
    [
      'as Python writes it',
      ({ usageMetadata, groundingMetadata }: Record<string, object>) => ({
        usage_metadata: inSnakeCase({ ...usageMetadata }),
        grounding_metadata: inSnakeCase({ ...groundingMetadata }),
      }),
    ],
  ])('reads the grounding that ADK records, %s', (_, written) => {
    const { usageMetadata, candidates } = grounded.body;
    const [{ groundingMetadata }] = candidates as [{ groundingMetadata: object }];
    const response = written({ usageMetadata: usageMetadata as object, groundingMetadata });
    const span = {
      name: 'call_llm',
      instrumentationScope: { name: 'gcp.vertex.agent' },
      attributes: {
        'gen_ai.system': 'gcp.vertex.agent',
        'gen_ai.request.model': grounded.model,
        'gcp.vertex.agent.llm_response': JSON.stringify(response),
      },
      startTime: [1, 0] as [number, number],
      endTime: [2, 0] as [number, number],
      status: { code: 0 },
    };
    const call = convertSpan(span, recognise(span)!)!;
    expect(call.usage).toMatchObject({ input: 1_000, output: 100, webSearches: 2 });
  });
});
