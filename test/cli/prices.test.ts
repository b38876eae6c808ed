import { expect, test } from 'vitest';
import type { ModelRates } from '../../cli/model-rates.ts';
import { LlmCall } from '../../conventions/index.ts';
import { createPricer } from '../../processor/engine/pricing/index.ts';
import { appFolder, runCommand } from './support.ts';

async function ratesOf(args: readonly string[], cwd?: string): Promise<ModelRates> {
  const { exitCode, out, error } = await runCommand(
    ['prices', ...args, '--json'],
    cwd === undefined ? {} : { cwd },
  );
  expect([exitCode, error]).toEqual([0, '']);
  return JSON.parse(out) as ModelRates;
}

test('the rates of a model, in USD', async () => {
  expect(await ratesOf(['openai', 'gpt-4.1'])).toMatchObject({
    provider: 'openai',
    listedAs: 'gpt-4.1',
    match: 'exact',
    tier: 'standard',
    state: 'priced',
    at: '2026-10-01T00:00:00.000Z',
    rates: { inputPerMillion: 2, cacheReadPerMillion: 0.5, outputPerMillion: 8 },
  });
});

test.each(['gpt-4.1', 'gpt-5', 'o3'])('what is shown for %s is what calls cost', async (model) => {
  const pricer = createPricer();
  const call = new LlmCall('chat', 'openai');
  call.responseModel = model;
  call.usage = { input: 7000, cacheRead: 5000, output: 3000, reasoning: 1000 };
  call.endTimeMs = Date.UTC(2026, 9, 1);
  const { rates } = await ratesOf(['openai', model]);
  const usd =
    (7000 * rates.inputPerMillion! +
      5000 * rates.cacheReadPerMillion! +
      3000 * rates.outputPerMillion! +
      1000 * rates.reasoningPerMillion!) /
    1e6;
  expect(usd).toBeGreaterThan(0);
  expect(pricer.price(call).cost?.totalNanos).toBe(Math.round(usd * 1e9));
});

test('a tier, and a tier that nobody knows', async () => {
  expect(await ratesOf(['openai', 'gpt-4.1', '--tier', 'batch'])).toMatchObject({
    tier: 'batch',
    isTierKnown: true,
    rates: { inputPerMillion: 1 },
  });
  expect(await ratesOf(['openai', 'gpt-4.1', '--tier', 'turbo'])).toMatchObject({
    tier: 'standard',
    isTierKnown: false,
    rates: { inputPerMillion: 2 },
  });
});

test('rates that step with the length of the input', async () => {
  const { rates, steps } = await ratesOf(['gcp.gemini', 'gemini-2.5-pro']);
  expect(steps).toHaveLength(1);
  expect(steps[0]?.aboveInputTokens).toBe(200_000);
  expect(steps[0]?.rates.inputPerMillion).toBeGreaterThan(rates.inputPerMillion!);
});

test('a date decides', async () => {
  const before = await ratesOf(['deepseek', 'deepseek-v4-pro', '--at', '2026-08-16']);
  expect(before.at).toBe('2026-08-16T00:00:00.000Z');
  expect(before.rates).toMatchObject({ inputPerMillion: 0.435, outputPerMillion: 0.87 });
  const after = await ratesOf(['deepseek', 'deepseek-v4-pro', '--at', '2026-08-18']);
  expect(after.rates.inputPerMillion).not.toBe(0.435);
});

test('the overlay of the configuration here counts', async () => {
  const cwd = appFolder({
    'costspan.yaml': 'pricing: { overlay: p.yaml }',
    'p.yaml': 'version: 1\nmodels: [{ provider: own, model: m, rates: { input: 1.5, output: 3 } }]',
  });
  expect(await ratesOf(['own', 'm'], cwd)).toMatchObject({
    match: 'overlay',
    book: expect.stringContaining('+overlay:'),
    rates: { inputPerMillion: 1.5, outputPerMillion: 3 },
  });
});

test('a broken overlay is one sentence and exit code 1', async () => {
  const cwd = appFolder({
    'costspan.yaml': 'pricing: { overlay: p.yaml }',
    'p.yaml': 'version: [',
  });
  const { exitCode, out, error } = await runCommand(['prices', 'openai', 'gpt-5'], { cwd });
  expect([exitCode, out]).toEqual([1, '']);
  expect(error).toMatch(/^costspan: .*p\.yaml.*\n$/);
});

test.each([
  [['openai', 'gpt5'], 'costspan: No price is known for "gpt5" of openai: did you mean "gpt-5"?\n'],
  [
    ['opnai', 'gpt-5'],
    'costspan: No prices are known for the provider "opnai": did you mean "openai"?\n',
  ],
  [
    ['openai', 'zzzzzzzzzzzz'],
    'costspan: No price is known for "zzzzzzzzzzzz" of openai: calls of it count as unpriced until the price overlay names it.\n',
  ],
])('%j is not known, exit code 1', async (args, sentence) => {
  expect(await runCommand(['prices', ...args])).toEqual({ exitCode: 1, out: '', error: sentence });
  const json = await runCommand(['prices', ...args, '--json']);
  expect([json.exitCode, JSON.parse(json.out)]).toEqual([
    1,
    expect.objectContaining({ state: 'unpriced' }),
  ]);
});

test('as a table', async () => {
  const { out } = await runCommand(['prices', 'google', 'gemini-2.5-pro']);
  expect(out).toMatch(
    /^google gemini-2\.5-pro: genai-prices@[\d.]+, exact match with gemini-2\.5-pro, standard tier, 2026-10-01\n/,
  );
  expect(out).toMatch(/^rate +USD +input > 200,000 +per$/m);
  expect(out).toMatch(/^input +1\.25 +2\.50 +1M tokens$/m);
});

test('what runs on the own machine is free', async () => {
  expect((await runCommand(['prices', 'ollama', 'llama3'])).out).toMatch(/\nFree\.\n$/);
});
