import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseOverlay } from '../../processor/node/overlay-file/parse-overlay.ts';
import { callOf, dollars, loadedPricer, MILLION, TODAY } from './support.ts';

const input = { input: MILLION / 10 };
const output = { output: MILLION / 10 };

describe('overlay models', () => {
  it('price what the book lacks, by name and alias, in any case', async () => {
    const { pricer } = await loadedPricer(`
version: 1
currency: USD
models:
  - { provider: internal-vllm, model: Llama-4-70b, aliases: [prod-llama], rates: { input: 0.12, output: 0.36 }, modelTier: gold }
`);
    for (const model of ['llama-4-70b', 'Prod-Llama']) {
      const call = callOf({ provider: 'internal-vllm', model, usage: { input: 1000, output: 10 } });
      expect(pricer.price(call)).toMatchObject({
        state: 'priced',
        match: 'overlay',
        modelTier: 'gold',
        cost: { totalNanos: 123_600 },
      });
    }
    expect(pricer.knows('internal-vllm', 'prod-llama')).toBe(true);
    expect(pricer.knows('openai', 'prod-llama')).toBe(false);
  });

  it('go before the book, for the request too, with the tiers of their provider', async () => {
    const { pricer } = await loadedPricer(
      'models: [{ provider: openai, model: gpt-4o, rates: { input: 2, output: 8, cacheRead: 0.5 } }]',
    );
    expect(dollars(pricer, 'openai', 'gpt-4o', input)).toBe(0.2);
    expect(dollars(pricer, 'openai', 'gpt-4o', input, { servedTier: 'flex' })).toBe(0.1);
    const dated = { requestModel: 'gpt-4o', responseModel: 'gpt-4o-2024-08-06' };
    expect(dollars(pricer, 'openai', '', input, dated)).toBe(0.2);
  });

  it('cost nothing a call on own capacity', async () => {
    const { pricer } = await loadedPricer(
      'models: [{ provider: vllm, model: m, capacity: { gpuHourUsd: 2.4, gpus: 8, allocate: by-tokens } }]',
    );
    const price = pricer.price(callOf({ provider: 'vllm', model: 'm', usage: input }));
    expect([price.state, price.match, price.cost?.totalNanos]).toEqual(['free', 'overlay', 0]);
  });

  it('may put a price on Ollama', async () => {
    const { pricer } = await loadedPricer(
      'models: [{ provider: ollama, model: "llama3.3:70b", rates: { input: 0.01, output: 0.01 } }]',
    );
    expect(dollars(pricer, 'ollama', 'llama3.3:70b', input)).toBe(0.001);
    expect(dollars(pricer, 'ollama', 'other', input)).toBe(0);
  });

  it('price audio, characters, searches and requests', async () => {
    const { pricer } = await loadedPricer(`
models:
  - { provider: cohere, model: rerank-9, rates: { searchUnits: 2 } }
  - { provider: openai, model: tts-9, rates: { characters: 15 } }
  - { provider: openai, model: hear-9, rates: { audioHours: 0.36 } }
`);
    expect(dollars(pricer, 'cohere', 'rerank-9', { searchUnits: 3 })).toBe(0.006);
    expect(dollars(pricer, 'openai', 'tts-9', { inputCharacters: 1000 })).toBe(0.015);
    expect(dollars(pricer, 'openai', 'hear-9', { inputAudioSeconds: 10 })).toBe(0.001);
  });

  it('are exchanged from the file currency', async () => {
    const { pricer } = await loadedPricer(`
currency: EUR
fx: [{ from: EUR, to: USD, rate: 1.1, on: 2026-01-01 }, { from: EUR, to: USD, rate: 1.2, on: 2026-12-01 }]
models: [{ provider: p, model: m, rates: { input: 1, output: 1 } }]
`);
    const at = (endTimeMs: number) => dollars(pricer, 'p', 'm', input, { endTimeMs });
    expect(at(TODAY)).toBe(0.11);
    expect(at(Date.UTC(2026, 11, 1) - 1)).toBe(0.11);
    expect(at(Date.UTC(2026, 11, 1))).toBe(0.12);
  });

  it('are refused when they move a listed rate more than fivefold, and the old ones stay', async () => {
    const { pricer, problems } = await loadedPricer(
      'models: [{ provider: openai, model: gpt-4o, rates: { input: 2, output: 8 } }]',
    );
    const book = pricer.book;
    const tenfold =
      'models: [{ provider: openai, model: gpt-4o, rates: { input: 25, output: 100 } }]';
    pricer.setOverlay(parseOverlay(tenfold, 'new.yaml'));
    expect(pricer.book).toBe(book);
    expect(dollars(pricer, 'openai', 'gpt-4o', input)).toBe(0.2);
    expect(problems.map(({ message }) => message)).toEqual([
      'new.yaml: the input rate of openai gpt-4o is 25, but the price book lists 2.5: mend the rate, or add iKnow: true to the model',
    ]);
    pricer.setOverlay(parseOverlay(tenfold.replace('rates', 'iKnow: true, rates'), 'new.yaml'));
    expect(dollars(pricer, 'openai', 'gpt-4o', input)).toBe(2.5);
  });

  it('names the overlay by its content', async () => {
    const text = 'models: [{ provider: p, model: m, rates: { input: 1, output: 1 } }]';
    const { pricer } = await loadedPricer(text);
    const mark = createHash('sha256').update(text).digest('hex').slice(0, 6);
    expect(pricer.book).toBe(`genai-prices@0.1.8+overlay:${mark}`);
    expect(pricer.price(callOf({ provider: 'p', model: 'm', usage: input })).book).toBe(
      pricer.book,
    );
    pricer.setOverlay(undefined);
    expect(pricer.book).toBe('genai-prices@0.1.8');
    expect(pricer.price(callOf({ provider: 'p', model: 'm', usage: input })).state).toBe(
      'unpriced',
    );
  });
});

function discount(body: string): string {
  return `discounts:\n  - { id: ea, from: 2026-01-01, to: 2027-01-01, ${body} }`;
}

describe('discounts', () => {
  it('hold from the first day to before the last, in UTC', async () => {
    const { pricer } = await loadedPricer(discount('match: { provider: openai }, multiply: 0.88'));
    const at = (endTimeMs: number) => dollars(pricer, 'openai', 'gpt-4o', input, { endTimeMs });
    expect(at(Date.UTC(2026, 0, 1) - 1)).toBe(0.25);
    expect(at(Date.UTC(2026, 0, 1))).toBe(0.22);
    expect(at(Date.UTC(2027, 0, 1) - 1)).toBe(0.22);
    expect(at(Date.UTC(2027, 0, 1))).toBe(0.25);
  });

  it('are for the model, provider, tier and class they name', async () => {
    const { pricer } = await loadedPricer(
      discount(
        'match: { provider: gcp.gemini, model: "gemini-2.5-fl*", tier: batch, class: [output] }, multiply: 0.5',
      ),
    );
    const batch = { servedTier: 'batch' };
    expect(dollars(pricer, 'gcp.vertex_ai', 'gemini-2.5-flash', output, batch)).toBe(0.0625);
    expect(dollars(pricer, 'gcp.vertex_ai', 'gemini-2.5-flash', input, batch)).toBe(0.015);
    expect(dollars(pricer, 'gcp.vertex_ai', 'gemini-2.5-flash', output)).toBe(0.25);
    expect(dollars(pricer, 'gcp.vertex_ai', 'gemini-2.5-pro', output, batch)).toBe(0.5);
  });

  it('that set a rate keep the proportion of tiers and long context to it', async () => {
    const { pricer } = await loadedPricer(
      discount('match: { provider: openai, model: gpt-6-sol }, set: { input: 1.75, output: 8.8 }'),
    );
    const price = (usage: object, rest = {}) => dollars(pricer, 'openai', 'gpt-6-sol', usage, rest);
    expect(price(input)).toBe(0.175);
    expect(price(input, { servedTier: 'batch' })).toBe(0.0875);
    expect(price({ input: 400_000 })).toBe(1.4);
    // Not named: the list's.
    expect(price({ cacheRead: 100_000 })).toBe(0.02);
  });

  it('that set the rate of a tier mean that rate', async () => {
    const { pricer } = await loadedPricer(
      discount('match: { provider: openai, model: gpt-6-sol, tier: priority }, set: { input: 3 }'),
    );
    expect(dollars(pricer, 'openai', 'gpt-6-sol', input, { servedTier: 'priority' })).toBe(0.3);
    expect(dollars(pricer, 'openai', 'gpt-6-sol', input)).toBe(0.2);
  });

  it('that meet are applied in their order', async () => {
    const { pricer } = await loadedPricer(`
discounts:
  - { id: b, order: 2, from: 2026-01-01, to: 2027-01-01, match: { provider: openai }, multiply: 0.5 }
  - { id: a, order: 1, from: 2026-01-01, to: 2027-01-01, match: { provider: openai, model: gpt-4o }, set: { input: 2 } }
`);
    expect(dollars(pricer, 'openai', 'gpt-4o', input)).toBe(0.1);
  });

  it('cover tools unless classes are named', async () => {
    const searches = { webSearches: 10 };
    const all = await loadedPricer(discount('multiply: 0.5'));
    expect(dollars(all.pricer, 'openai', 'gpt-4o', searches)).toBe(0.05);
    const some = await loadedPricer(discount('match: { class: [input, output] }, multiply: 0.5'));
    expect(dollars(some.pricer, 'openai', 'gpt-4o', searches)).toBe(0.1);
  });
});

describe('other overrides', () => {
  it('give deployments their model', async () => {
    const { pricer } = await loadedPricer('deployments: { "azure:my-deploy": gpt-4o-mini }');
    const call = callOf({ provider: 'azure.ai.openai', requestModel: 'my-deploy', usage: input });
    expect(pricer.price(call)).toMatchObject({ match: 'overlay', cost: { totalNanos: 15e6 } });
    call.responseModel = 'unheard-of';
    expect(pricer.price(call).cost?.totalNanos).toBe(15e6);
  });

  it('replace tiers for a provider and for a model', async () => {
    const { pricer, problems } = await loadedPricer(`
tiers:
  openai: { flex: 0.4, turbo: 3 }
  "openai:gpt-4.1*": { flex: 0.6, priority: { input: 5 } }
`);
    const price = (model: string, servedTier: string) =>
      dollars(pricer, 'openai', model, input, { servedTier });
    expect(price('gpt-4o', 'flex')).toBe(0.1);
    expect(price('gpt-4o', 'turbo')).toBe(0.75);
    expect(price('gpt-4.1', 'flex')).toBe(0.12);
    expect(price('gpt-4.1', 'priority')).toBe(0.5);
    expect(price('gpt-4o', 'batch')).toBe(0.125);
    expect(problems).toEqual([]);
  });

  it('replace the geography of a provider', async () => {
    const { pricer } = await loadedPricer('geo: { openai: { eu: 1.2 } }');
    const price = (serverAddress: string) =>
      dollars(pricer, 'openai', 'gpt-5.4', input, { serverAddress });
    expect(price('eu.api.openai.com')).toBe(0.3);
    expect(price('us.api.openai.com')).toBe(0.25);
  });

  it('say of a deployment where it runs, which its answers do not', async () => {
    const { pricer } = await loadedPricer(`deployments:
  "azure:chat": gpt-4o
  "azure:chat-eu": { model: gpt-4o, place: data-zone }
  "azure:chat-global": { model: gpt-4o, place: global }`);
    const price = (requestModel: string): number | string =>
      dollars(pricer, 'azure.ai.openai', 'gpt-4o-2024-08-06', input, { requestModel });
    expect(price('chat')).toBe(0.25);
    expect(price('chat-eu')).toBe(0.275);
    expect(price('chat-global')).toBe(0.25);
    expect(() => parseOverlay('deployments: { "azure:a": { place: eu } }', 'prices.yaml')).toThrow(
      /deployments\S* must be text|model must be text/,
    );
  });

  it('name the class of models', async () => {
    const { pricer } = await loadedPricer(
      'modelTiers: { "openai:gpt-4o*": legacy, "claude-*": ours }',
    );
    const tier = (provider: string, model: string) =>
      pricer.price(callOf({ provider, model, usage: input })).modelTier;
    expect(tier('openai', 'gpt-4o-mini')).toBe('legacy');
    expect(tier('aws.bedrock', 'anthropic.claude-opus-5')).toBe('frontier');
    expect(tier('anthropic', 'claude-new-7')).toBe('ours');
  });
});

/** Cost and list price of a call, and how many problems were told. */
async function listed(
  provider: string,
  model: string,
  rest: Parameters<typeof dollars>[4] = {},
  overlay?: string,
): Promise<{ cost: number | undefined; list: number | undefined; problems: number }> {
  const { pricer, problems } = await loadedPricer(overlay);
  const call = callOf({ provider, model, usage: input, ...rest });
  const price = pricer.price(call);
  const list = pricer.listNanos(call, price);
  return { cost: price.cost?.totalNanos, list, problems: problems.length };
}

describe('list prices', () => {
  const OVERLAY = `
discounts: [{ id: d, match: { provider: openai, model: "gpt-4o*" }, from: 2026-01-01, to: 2027-01-01, multiply: 0.8 }]
models:
  - { provider: anthropic, model: claude-sonnet-4-5, rates: { input: 2, output: 10 } }
  - { provider: openai, model: gpt-4.1-ours, rates: { input: 1, output: 2 } }
  - { provider: ollama, model: llama3.3, rates: { input: 1, output: 1 } }
`;

  it('are those of the book, whatever was negotiated', async () => {
    expect(await listed('openai', 'gpt-4o')).toEqual({ cost: 25e7, list: 25e7, problems: 0 });
    expect(await listed('openai', 'gpt-4o', {}, OVERLAY)).toMatchObject({ cost: 2e8, list: 25e7 });
    expect(await listed('anthropic', 'claude-sonnet-4-5', {}, OVERLAY)).toMatchObject({
      cost: 2e8,
      list: 3e8,
    });
  });

  it('are there beside a cost that the provider reports', async () => {
    const reported = { providerCost: { amount: 0.1, currency: 'USD' } };
    expect(await listed('openai', 'gpt-4o', reported)).toMatchObject({ cost: 1e8, list: 25e7 });
  });

  it('are unknown for what no book lists, and nobody is told of a guess', async () => {
    const own = { cost: 1e8, list: undefined, problems: 0 };
    expect(await listed('openai', 'gpt-4.1-ours', {}, OVERLAY)).toEqual(own);
    expect(await listed('ollama', 'llama3.3', {}, OVERLAY)).toEqual(own);
    expect(await listed('openai', 'brand-new', {}, OVERLAY)).toMatchObject({ list: undefined });
  });
});
