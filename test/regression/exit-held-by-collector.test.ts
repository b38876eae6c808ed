import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runChild } from '../support/run-child.ts';

/** More spans than one batch, some of them already under way, then nothing more to do. */
const APP = `
  import 'costspan/register';
  import { trace } from '@opentelemetry/api';
  const tracer = trace.getTracer('app');
  for (let n = 0; n < 3000; n++) {
    tracer.startSpan('work').end();
    if (n % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // What would keep the process: timers of retries and of the SDK, and sockets.
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(JSON.stringify(process.getActiveResourcesInfo().filter((name) => /^T(imeout|CPS)/.test(name))));
  process.once('beforeExit', () => console.log('nothing left to do'));`;

describe('a process whose Collector does not answer', () => {
  it.each(['refuses', 'is silent'])('ends though it %s, whatever is queued', async (how) => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const port = how === 'refuses' ? 9 : (silent.address() as AddressInfo).port;
    const sockets = new Set<{ destroy(): void }>();
    silent.on('connection', (socket) => sockets.add(socket));
    const { stdout, code } = await runChild(APP, {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
        OTEL_METRICS_EXPORTER: 'none',
      },
    });
    expect([code, stdout]).toEqual([0, '[]\nnothing left to do\n']);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});
