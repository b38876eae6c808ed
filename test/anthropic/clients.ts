import Anthropic from '@anthropic-ai/sdk';

import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import { createInProcessFetch } from '../support/in-process-fetch.ts';
import type { Reply } from '../support/provider/reply.ts';

export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A `fetch` that answers each request with the next of `replies`, and keeps what was sent. */
export function scripted(...replies: readonly Reply[]): {
  readonly fetch: Fetch;
  readonly sent: { readonly url: string; readonly headers: Headers; readonly body: unknown }[];
} {
  const sent: { url: string; headers: Headers; body: unknown }[] = [];
  const queue = [...replies];
  const inProcess = createInProcessFetch(() => queue.shift() ?? { status: 500 });
  return {
    sent,
    fetch: (url, init) => {
      const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
      sent.push({
        url: url instanceof Request ? url.url : url.toString(),
        headers: new Headers(init?.headers),
        body,
      });
      return inProcess(url, init);
    },
  };
}

export function clientOf(fetch: Fetch, options: object = {}): Anthropic {
  return new Anthropic({ apiKey: 'sk-test', maxRetries: 0, fetch, ...options });
}

export function patchModule(
  instrumentation: SdkInstrumentation,
  moduleExports: unknown,
): readonly string[] {
  return instrumentation.patch({
    packageName: instrumentation.packageName,
    version: undefined,
    path: '/sdk',
    format: 'esm',
    moduleExports,
  }).patched;
}

export const REQUEST: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'claude-opus-4-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'How long is a piece of string?' }],
};

export function messageReply(more: object = {}): Reply {
  return {
    json: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-4-5-20251101',
      content: [{ type: 'text', text: 'Two.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 9, output_tokens: 4 },
      ...more,
    },
  };
}
