import { context, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { anthropic } from '../../instrumentation/anthropic/index.ts';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { openai } from '../../instrumentation/openai/index.ts';
import { createInProcessFetch } from '../support/in-process-fetch.ts';
import type { Reply } from '../support/provider/reply.ts';
import { MESSAGES_REQUEST, messagesApi } from './anthropic-fixtures.ts';
import type { ApiStream, ContractApi } from './api.ts';
import { type SdkCopy, copiesOf, loadCopy, patchCopy } from './copies.ts';
import { CHAT_REQUEST, chatCompletions } from './openai-fixtures.ts';
import { CALLER_KEY, type Recorder, startRecorder } from './recorder.ts';

const CALLS = 200;

interface Modules {
  readonly OpenAI: new (options: object) => object;
  readonly Anthropic: new (options: object) => object;
}

/** The answer of `api` under an id of its own, whole or streamed. */
function answerAs(api: ContractApi, id: string, stream: boolean): Reply {
  const named = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll(/chatcmpl-1|msg_1/g, id));
  return stream ? { sse: named(api.events) as object[] } : { json: named(api.whole.json) };
}

const CASES: readonly (readonly [
  string,
  SdkCopy,
  ContractApi,
  typeof openai,
  object,
  keyof Modules,
])[] = [
  ...copiesOf([
    ['openai4', 4],
    ['openai', 7],
  ]).map(
    (copy) =>
      [`openai ${copy.label}`, copy, chatCompletions, openai, CHAT_REQUEST, 'OpenAI'] as const,
  ),
  ...copiesOf([
    ['anthropic027', 0.27],
    ['@anthropic-ai/sdk', 1],
  ]).map(
    (copy) =>
      [
        `anthropic ${copy.label}`,
        copy,
        messagesApi('messages'),
        anthropic,
        MESSAGES_REQUEST,
        'Anthropic',
      ] as const,
  ),
];

describe('200 calls at once', () => {
  let recorder: Recorder;
  beforeAll(async () => {
    recorder = await startRecorder();
  });
  afterAll(() => recorder.close());

  it.each(CASES)(
    'keep their callers, spans and answers apart: %s',
    async (_, copy, api, instrumentation, request, className) => {
      const moduleExports = await loadCopy(copy);
      patchCopy(instrumentation, copy, moduleExports);
      await recorder.start();
      const spanByCaller = new Map<string, string | undefined>();
      const inProcess = createInProcessFetch((sent) => {
        const { user: caller, stream } = sent.body as { user: string; stream?: boolean };
        return answerAs(api, `answer-${caller}`, stream === true);
      });
      const client = new (moduleExports as Modules)[className]({
        apiKey: 'sk-test',
        fetch: (url: string, init: RequestInit) => {
          const { user } = JSON.parse(init.body as string) as { user: string };
          spanByCaller.set(user, trace.getSpan(context.active())?.spanContext().spanId);
          return inProcess(url, init);
        },
      });

      await Promise.all(
        Array.from({ length: CALLS }, (_unused, index) => {
          const caller = `caller-${index}`;
          return context.with(context.active().setValue(CALLER_KEY, caller), async () => {
            const stream = index % 2 === 0;
            const answer = await api.create(client, stream, {}, { ...request, user: caller });
            if (stream) for await (const chunk of answer as ApiStream) void chunk;
          });
        }),
      );

      const told = recorder.calls.map(({ call, caller, spanId }) => [
        caller,
        call.responseId,
        spanId,
      ]);
      const expected = Array.from({ length: CALLS }, (_unused, index) => {
        const caller = `caller-${index}`;
        return [caller, `answer-${caller}`, spanByCaller.get(caller)];
      });
      expect(new Set(told.map((each) => each.join()))).toEqual(
        new Set(expected.map((each) => each.join())),
      );
      expect(told.length).toBe(CALLS);
      expect(recorder.calls.every(({ call }) => call.usageSource === 'provider')).toBe(true);
      const spans = await recorder.spans();
      expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(CALLS);
      expect(openCallCount()).toBe(0);
    },
  );
});
