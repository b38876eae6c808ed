import { setImmediate } from 'node:timers/promises';
import OpenAI from 'openai';

const MODEL = 'gpt-4o-mini-2024-07-18';

const COMPLETION: string = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1_760_000_000,
  model: MODEL,
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'The invoice is due on Friday.', refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: {
    prompt_tokens: 1200,
    completion_tokens: 42,
    total_tokens: 1242,
    prompt_tokens_details: { cached_tokens: 1024, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  },
  service_tier: 'default',
  system_fingerprint: 'fp_bench',
});

function chunk(fields: object): string {
  return `data: ${JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: MODEL,
    service_tier: 'default',
    system_fingerprint: 'fp_bench',
    ...fields,
  })}\n\n`;
}

function streamBody(chunks: number): Uint8Array[] {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (let index = 0; index < chunks; index += 1) {
    const choices = [
      { index: 0, delta: { content: ' word' }, logprobs: null, finish_reason: null },
    ];
    parts.push(encoder.encode(chunk({ choices })));
  }
  const last = [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }];
  parts.push(encoder.encode(chunk({ choices: last })));
  const usage = { prompt_tokens: 1200, completion_tokens: chunks, total_tokens: 1200 + chunks };
  parts.push(encoder.encode(chunk({ choices: [], usage })), encoder.encode('data: [DONE]\n\n'));
  return parts;
}

export interface ClientOptions {
  /** Content chunks of a stream; default 500. */
  readonly chunks?: number;
  /** Lets the event loop turn between chunks, as a network does. */
  readonly paced?: boolean;
}

/** A client whose `fetch` answers in this process: what remains is the SDK's own work and ours. */
export function createClient({ chunks = 500, paced = false }: ClientOptions = {}): OpenAI {
  const parts = streamBody(chunks);
  const fetch = (_url: unknown, init?: { readonly body?: unknown }): Promise<Response> => {
    if (!String(init?.body).includes('"stream":true')) {
      const headers = { 'content-type': 'application/json' };
      return Promise.resolve(new Response(COMPLETION, { headers }));
    }
    let next = 0;
    const send = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      const part = parts[next];
      next += 1;
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    };
    const body = new ReadableStream<Uint8Array>({
      pull: paced ? (controller) => setImmediate(controller).then(send) : send,
    });
    return Promise.resolve(
      new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    );
  };
  return new OpenAI({
    apiKey: 'sk-bench',
    baseURL: 'https://api.openai.com/v1',
    fetch,
    maxRetries: 0,
  });
}

const messages = [
  { role: 'system' as const, content: 'You answer questions about invoices.' },
  { role: 'user' as const, content: 'When is the invoice due?' },
];

export async function plainCall(client: OpenAI): Promise<void> {
  await client.chat.completions.create({ model: 'gpt-4o-mini', messages, temperature: 0.2 });
}

/** Asks for usage itself, so that no variant has to. */
export async function streamCall(client: OpenAI): Promise<number> {
  const stream = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  let characters = 0;
  for await (const part of stream) characters += part.choices[0]?.delta.content?.length ?? 0;
  return characters;
}

/** Adds to each chunk of a stream the least that watching needs: one promise reaction. */
export function addReaction(client: OpenAI): void {
  const { completions } = client.chat;
  const create = completions.create.bind(completions);
  Reflect.set(completions, 'create', async (...args: Parameters<typeof create>) => {
    const stream = await create(...args);
    const createIterator = Reflect.get(stream, 'iterator') as () => AsyncIterator<unknown>;
    Reflect.set(stream, 'iterator', () => {
      const chunks = createIterator.call(stream);
      const next = chunks.next.bind(chunks);
      chunks.next = () => next().then(pass, raise);
      return chunks;
    });
    return stream;
  });
}

function pass<Value>(value: Value): Value {
  return value;
}

function raise(error: unknown): never {
  throw error;
}
