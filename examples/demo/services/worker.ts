import 'costspan/register';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import OpenAI from 'openai';

import { listen } from './listen.ts';

/**
 * The worker: `POST /condense` shortens a text. It serves everybody and has no team of its own:
 * its cost belongs to whoever asked, which arrives in the baggage of the request.
 */
const openai = new OpenAI();
const tracer = trace.getTracer('worker');

async function condense(text: string): Promise<string> {
  const answer = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [
      { role: 'system', content: 'Condense the text to its figures.' },
      { role: 'user', content: text },
    ],
  });
  return answer.choices[0]?.message.content ?? '';
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  // What an HTTP instrumentation would do: go on with the caller's trace and baggage.
  const caller = propagation.extract(context.active(), request.headers);
  await tracer.startActiveSpan(
    'POST /condense',
    { kind: SpanKind.SERVER },
    caller,
    async (span) => {
      try {
        response.end(await condense(text));
      } catch (error) {
        response.writeHead(500).end(String(error));
      } finally {
        span.end();
      }
    },
  );
}

listen(createServer((request, response) => void serve(request, response)));
