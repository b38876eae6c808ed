import { GoogleGenAI } from '@google/genai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { LlmCall } from '../../conventions/index.ts';
import { googleGenAi } from '../../instrumentation/google-genai/index.ts';
import type { Pricer } from '../../processor/engine/pricing/index.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { loadedPricer } from '../pricing/support.ts';

let recorder: Recorder;
let pricer: Pricer;
beforeAll(async () => {
  recorder = await startRecorder();
  ({ pricer } = await loadedPricer());
});
afterAll(() => recorder.close());

let answer: object = {};
beforeEach(async () => {
  await recorder.start();
  vi.stubGlobal('fetch', async () => Response.json(answer));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function cache(name: string, fields: object): object {
  return {
    name,
    model: 'models/gemini-2.5-pro',
    createTime: '2026-11-30T10:00:00Z',
    updateTime: '2026-11-30T10:00:00Z',
    expireTime: '2026-11-30T12:00:00Z',
    usageMetadata: { totalTokenCount: 100_000 },
    ...fields,
  };
}

function client(): GoogleGenAI {
  const genAi = new GoogleGenAI({ apiKey: 'key' });
  googleGenAi.instrumentClient(genAi);
  return genAi;
}

async function create(told: object): Promise<LlmCall> {
  answer = told;
  await client().caches.create({ model: 'gemini-2.5-pro', config: { ttl: '7200s' } });
  return recorder.calls.at(-1)!.call;
}

async function update(told: object): Promise<LlmCall> {
  answer = told;
  await client().caches.update({ name: 'cachedContents/a', config: { ttl: '3600s' } });
  return recorder.calls.at(-1)!.call;
}

function priceOf(call: LlmCall): { state: string; usd: number; missing: unknown } {
  const { state, cost, missing } = pricer.price(call);
  return { state, usd: (cost?.totalNanos ?? Number.NaN) / 1e9, missing };
}

describe('a cache of Gemini', () => {
  it('costs its tokens once, and their storage for as long as it lives', async () => {
    const call = await create(cache('cachedContents/new', {}));
    expect(call).toMatchObject({
      operation: 'create_cache',
      responseModel: 'gemini-2.5-pro',
      usage: { cacheWrite: 100_000, cacheStorageHours: 200_000 },
    });
    // 0.1 million at $1.25, and 0.2 million token-hours at $4.50.
    expect(priceOf(call)).toEqual({ state: 'priced', usd: 0.125 + 0.9, missing: undefined });
  });

  it('costs the hours that an update adds, and nothing for those it gives back', async () => {
    await create(cache('cachedContents/kept', {}));
    const longer = cache('cachedContents/kept', { expireTime: '2026-11-30T13:00:00Z' });
    const call = await update(longer);
    expect(call).toMatchObject({
      operation: 'update_cache',
      usage: { cacheStorageHours: 100_000 },
    });
    expect(priceOf(call)).toEqual({ state: 'priced', usd: 0.45, missing: undefined });
    const shorter = cache('cachedContents/kept', { expireTime: '2026-11-30T11:00:00Z' });
    expect(priceOf(await update(shorter)).usd).toBe(0);
    // What was paid before stays paid.
    expect(priceOf(await update(longer)).usd).toBe(0);
  });

  it('says that storage is missing where another process made it', async () => {
    const call = await update(cache('cachedContents/strange', {}));
    expect(priceOf(call)).toEqual({ state: 'partial', usd: 0, missing: ['cache_storage'] });
  });

  it('says so where the answer does not tell when it ends', async () => {
    const call = await create(cache('cachedContents/endless', { expireTime: undefined }));
    expect(priceOf(call)).toEqual({ state: 'partial', usd: 0.125, missing: ['cache_storage'] });
  });

  it('costs half the storage on models that are on offer, until they are not', async () => {
    const told = {
      model: 'models/gemini-3.8-flash',
      usageMetadata: { totalTokenCount: 1_000_000 },
    };
    const call = await create(cache('cachedContents/offer', told));
    const at = (endTimeMs: number): number => priceOf(Object.assign(call, { endTimeMs })).usd;
    expect(at(Date.UTC(2026, 10, 30))).toBeCloseTo(0.75 + 1, 9);
    expect(at(Date.UTC(2027, 0, 1))).toBeCloseTo(1.5 + 2, 9);
  });
});
