import 'costspan/register';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { recordOutcome, withAttribution } from 'costspan';

import { listen } from './listen.ts';

/**
 * The gateway: `POST /reports` with a topic lets an agent write a market report. One of its tools
 * has another service, the worker, read a source.
 */
const anthropic = new Anthropic();
const tracer = trace.getTracer('gateway');
const workerUrl = process.env['WORKER_URL'] ?? 'http://localhost:8091';

/** Passes the trace on, as an HTTP instrumentation would; the attribution goes by itself. */
async function askWorker(source: string): Promise<string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  const response = await fetch(`${workerUrl}/condense`, { method: 'POST', headers, body: source });
  return response.text();
}

async function writeReport(topic: string): Promise<void> {
  await anthropic.beta.messages.toolRunner({
    model: 'claude-sonnet-5',
    max_tokens: 900,
    messages: [{ role: 'user', content: `Write a short market report on ${topic}.` }],
    tools: [
      betaTool({
        name: 'find_sources',
        description: 'Find sources on a topic.',
        inputSchema: { type: 'object', properties: { topic: { type: 'string' } } },
        run: () => wait(30, `${topic}: a survey, two filings, five articles`),
      }),
      betaTool({
        name: 'read_source',
        description: 'Have a source read and condensed.',
        inputSchema: { type: 'object', properties: { source: { type: 'string' } } },
        run: () => askWorker(`${topic}: ${'figures and what they rest on; '.repeat(120)}`),
      }),
      betaTool({
        name: 'draw_chart',
        description: 'Draw a chart.',
        inputSchema: { type: 'object', properties: { title: { type: 'string' } } },
        run: () => wait(60, 'chart-1.svg'),
      }),
    ],
  });
  recordOutcome({ name: 'report-written', status: 'success', valueUsd: 40 });
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const topic = Buffer.concat(chunks).toString();
  await tracer.startActiveSpan('POST /reports', { kind: SpanKind.SERVER }, async (span) => {
    try {
      await withAttribution({ team: 'growth', workflow: 'market-report' }, () =>
        writeReport(topic),
      );
      response.end('written');
    } catch (error) {
      response.writeHead(500).end(String(error));
    } finally {
      span.end();
    }
  });
}

listen(createServer((request, response) => void serve(request, response)));
