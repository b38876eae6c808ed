import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, it } from 'vitest';

import { startProviderServer } from '../support/provider-server.ts';
import { startChild } from '../support/run-child.ts';

/** Makes a call, lives on for some collections of metrics, and makes another one. */
const APP = `
import 'costspan/register';
import OpenAI from 'openai';
import { setTimeout as wait } from 'node:timers/promises';

const client = new OpenAI({ maxRetries: 0 });
const messages = [{ role: 'user', content: 'hi' }];
await client.chat.completions.create({ model: 'gpt-4.1-mini', messages });
await wait(800);
console.log('collected several times');
await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
await wait(200);
`;

it('sends metrics one export after the other, to a server that takes its time', async () => {
  await using provider = await startProviderServer();
  let waiting = 0;
  let most = 0;
  let taken = 0;
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const answer = async (response: ServerResponse): Promise<void> => {
    await held;
    waiting -= 1;
    taken += 1;
    response.end();
  };
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      if (request.url !== '/v1/metrics') {
        response.end();
        return;
      }
      waiting += 1;
      most = Math.max(most, waiting);
      void answer(response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const child = startChild(APP, {
    env: {
      OPENAI_BASE_URL: provider.openaiUrl,
      OPENAI_API_KEY: 'k',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      OTEL_METRIC_EXPORT_INTERVAL: '100',
    },
  });
  await child.printed('collected several times');
  expect(waiting).toBe(1);
  release?.();
  expect((await child.done).code).toBe(0);
  expect(most).toBe(1);
  expect(taken).toBeGreaterThan(3);
  server.closeAllConnections();
  server.close();
});
