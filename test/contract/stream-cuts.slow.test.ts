import { assert, asyncProperty, integer, uniqueArray } from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { anthropic } from '../../instrumentation/anthropic/index.ts';
import { openai } from '../../instrumentation/openai/index.ts';
import { createInProcessFetch } from '../support/in-process-fetch.ts';
import { encodeStream } from '../support/provider/encode.ts';
import type { Cut } from '../support/provider/reply.ts';
import { messagesApi } from './anthropic-fixtures.ts';
import type { ApiStream, ContractApi } from './api.ts';
import { type SdkCopy, copiesOf, loadCopy, patchCopy } from './copies.ts';
import { chatCompletions, responses } from './openai-fixtures.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { drain } from './transcript.ts';

interface Modules {
  readonly OpenAI: new (options: object) => object;
  readonly Anthropic: new (options: object) => object;
}

const CASES: readonly (readonly [
  string,
  SdkCopy,
  ContractApi,
  typeof openai,
  keyof Modules,
  string,
])[] = [
  ...copiesOf([
    ['openai4', 4],
    ['openai', 7],
  ])
    .filter(({ format }) => format === 'esm')
    .flatMap((copy) =>
      [chatCompletions, responses].map(
        (api) =>
          [
            `openai ${copy.label} ${api.name}`,
            copy,
            api,
            openai,
            'OpenAI',
            `/v1/${api.name.replace('.', '/')}`,
          ] as const,
      ),
    ),
  ...copiesOf([
    ['anthropic027', 0.27],
    ['@anthropic-ai/sdk', 1],
  ])
    .filter(({ format }) => format === 'esm')
    .map(
      (copy) =>
        [
          `anthropic ${copy.label}`,
          copy,
          messagesApi('messages'),
          anthropic,
          'Anthropic',
          '/v1/messages',
        ] as const,
    ),
];

describe.each(CASES)(
  'a stream cut anywhere: %s',
  (_, copy, api, instrumentation, className, path) => {
    let recorder: Recorder;
    let client: object;
    let cut: Cut = 'none';
    let size = 0;

    /** What the application gets, parsed or raw, and what is booked. */
    async function outcome(raw: boolean): Promise<readonly [unknown, unknown]> {
      recorder.calls.length = 0;
      const promise = api.create(client, true);
      const seen = raw
        ? await rawText(await promise.asResponse())
        : await drain({}, (await promise) as ApiStream);
      return [seen, recorder.calls.map(({ call }) => [call.usage, call.usageSource, call.outcome])];
    }

    beforeAll(async () => {
      recorder = await startRecorder();
      const moduleExports = await loadCopy(copy);
      patchCopy(instrumentation, copy, moduleExports);
      size = Buffer.concat(
        encodeStream(
          { sse: api.events, cut: 'none' },
          path.endsWith('completions') ? 'sse-done' : 'sse',
        ).before,
      ).length;
      client = new (moduleExports as Modules)[className]({
        apiKey: 'sk-test',
        fetch: createInProcessFetch(() => ({ sse: api.events, cut })),
        ...(className === 'OpenAI' ? { baseURL: 'http://localhost/v1' } : {}),
      });
    });
    beforeEach(() => recorder.start());
    afterAll(() => recorder.close());

    it.each([
      ['parsed', false],
      ['raw', true],
    ] as const)('once, at every byte: %s', async (_how, raw) => {
      cut = 'none';
      const whole = await outcome(raw);
      expect(whole[1]).toEqual([[api.usage, 'provider', 'ok']]);
      for (let at = 1; at < size; at += 1) {
        cut = [at];
        expect(await outcome(raw), `cut at ${at}`).toEqual(whole);
      }
    });

    it('many times', async () => {
      cut = 'none';
      const whole = await outcome(false);
      const offsets = uniqueArray(integer({ min: 1, max: size - 1 }), { maxLength: 40 });
      await assert(
        asyncProperty(offsets, async (cuts) => {
          cut = cuts.toSorted((a, b) => a - b);
          expect(await outcome(false)).toEqual(whole);
        }),
        { numRuns: 50 },
      );
    });

    it.each(['bytes', 'multibyte', 'crlf'] as const)('%s', async (kind) => {
      cut = 'none';
      const whole = await outcome(false);
      cut = kind;
      expect(await outcome(false)).toEqual(whole);
    });
  },
);

async function rawText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body ?? []) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
