import { answerRealistically } from '../../test/support/provider/answer.ts';
import type { Billed, ProviderRequest, Reply } from '../../test/support/provider/reply.ts';
import { ProviderState } from '../../test/support/provider/state.ts';
import { type ProviderServer, startProviderServer } from '../../test/support/provider-server.ts';
import { Threads } from './threads.ts';

/** What the provider bills for one answer. */
export interface BilledAnswer extends Billed {
  /** The response's own id; `undefined` where the API has none (embeddings). */
  readonly id: string | undefined;
}

export interface DemoProvider {
  readonly server: ProviderServer;
  readonly answers: readonly BilledAnswer[];
}

/** The model without capacity: two attempts of three are turned away, a withdrawn product always. */
const BUSY_MODEL = 'gpt-4.1-mini';
const REFUSALS = 2;
const WITHDRAWN = /discontinued/;

const TOO_MANY_REQUESTS: Reply = {
  status: 429,
  headers: { 'retry-after-ms': '120' },
  json: {
    error: { message: 'Rate limit reached.', type: 'requests', code: 'rate_limit_exceeded' },
  },
};

/** Between two chunks of a stream, so that there is a middle for a stream to be cut off in. */
const CHUNK_DELAY_MS = 12;

/** A provider on this machine that answers like OpenAI and Anthropic, and keeps its own bill. */
export async function startDemoProvider(): Promise<DemoProvider> {
  const server = await startProviderServer({ record: false });
  const state = new ProviderState({});
  const threads = new Threads();
  const answers: BilledAnswer[] = [];
  const attempts = new Map<string, number>();

  const isTurnedAway = (body: unknown): boolean => {
    const text = JSON.stringify(body) ?? '';
    if (!text.includes(BUSY_MODEL)) return false;
    const attempt = (attempts.get(text) ?? 0) + 1;
    attempts.set(text, attempt);
    return attempt <= REFUSALS || WITHDRAWN.test(text);
  };

  server.always(/./, (sent: ProviderRequest): Reply => {
    if (isTurnedAway(sent.body)) return TOO_MANY_REQUESTS;
    const request = threads.whole(sent);
    const reply = answerRealistically(request, state);
    threads.remember(request, reply);
    if (reply.billed !== undefined) answers.push({ ...reply.billed, id: idOf(reply) });
    return reply.sse === undefined ? reply : { ...reply, delayMs: CHUNK_DELAY_MS };
  });
  return { server, answers };
}

/** Where each wire format puts the response's id. */
function idOf({ json, sse }: Reply): string | undefined {
  const first = (sse?.[0] ?? json) as {
    readonly id?: string;
    readonly message?: { readonly id: string };
    readonly response?: { readonly id: string };
  };
  return first.id ?? first.message?.id ?? first.response?.id;
}
