import { context } from '@opentelemetry/api';
import { expect } from 'vitest';

import type { ProviderServer, RecordedRequest } from '../support/provider-server.ts';
import type { Reply } from '../support/provider/reply.ts';
import type { PlainApi } from './plain-api.ts';
import { CALLER_KEY, type Recorder } from './recorder.ts';

const CALLS = 100;

/**
 * Makes 100 calls at once, each in a context of its own and with a prompt that names its caller.
 * The provider answers each under that name, where the answer carries an id at all.
 */
export async function expectAttributedCalls(
  api: PlainApi,
  how: 'whole' | 'streamed',
  client: unknown,
  server: ProviderServer,
  recorder: Recorder,
): Promise<void> {
  const reply = how === 'whole' ? api.whole?.reply : api.streamed?.reply;
  if (reply === undefined) throw new Error(`${api.name} has no ${how} answer`);
  server.reset();
  server.always(
    () => true,
    (request) => replyNamed(reply, request),
  );

  await Promise.all(
    Array.from({ length: CALLS }, (_, index) => {
      const caller = `caller-${index}`;
      return context.with(context.active().setValue(CALLER_KEY, caller), async () => {
        if (how === 'whole') {
          await api.whole?.call(client, { prompt: caller });
          return;
        }
        for await (const chunk of (await api.streamed?.open(client, { prompt: caller })) ?? []) {
          expect(chunk).toBeDefined();
        }
      });
    }),
  );

  const callers = recorder.calls.map(({ caller }) => caller);
  expect(new Set(callers).size).toBe(CALLS);
  expect(callers.length).toBe(CALLS);
  const ids = recorder.calls.map(({ call }) => call.responseId);
  if (ids.some((id) => id !== undefined)) expect(ids).toEqual(callers);
  expect(recorder.calls.every(({ call }) => call.outcome === 'ok')).toBe(true);
  expect(new Set((await recorder.spans()).map(({ spanId }) => spanId)).size).toBe(CALLS);
  server.reset();
}

/** Fixtures call their answer `answer-1`. */
function replyNamed(reply: Reply, { body }: Pick<RecordedRequest, 'body'>): Reply {
  const caller = /caller-\d+/.exec(JSON.stringify(body))?.[0] ?? 'nobody';
  const named = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value).replaceAll('answer-1', caller)) as T;
  return {
    ...reply,
    ...(reply.headers !== undefined && { headers: named(reply.headers) }),
    ...(reply.json !== undefined && { json: named(reply.json) }),
    ...(reply.sse !== undefined && { sse: named(reply.sse) }),
  };
}
