import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServers } from '../register/harness.ts';
import { type RunningChild, repositoryRoot, startChild } from '../support/run-child.ts';
import { type HostApp, hostApp, hostsAreInstalled, sayWhatIsLeftOut } from './host-app.ts';

sayWhatIsLeftOut();

/** OpenTelemetry as an application of Next.js sets it up. */
const INSTRUMENTATION = `
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { metrics, trace } = await import('@opentelemetry/api');
  const { BatchSpanProcessor, TracerProvider } = await import('@opentelemetry/sdk-trace');
  const { MeterProvider, PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-proto');
  const tracerProvider = new TracerProvider({
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const meterProvider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })],
  });
  trace.setGlobalTracerProvider(tracerProvider);
  metrics.setGlobalMeterProvider(meterProvider);
  (globalThis as { flush?: () => Promise<void> }).flush = async () => {
    await tracerProvider.forceFlush();
    await meterProvider.forceFlush();
  };
}`;

const ROUTE = `import { instrument, withAttribution } from 'costspan';
import OpenAI from 'openai';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const client = instrument(new OpenAI());
  const messages = [{ role: 'user' as const, content: 'hi' }];
  const words: string[] = [];
  await withAttribution({ team: 'web' }, async () => {
    const stream = await client.chat.completions.create({ model: 'gpt-4o', messages, stream: true });
    for await (const chunk of stream) words.push(chunk.choices[0]?.delta.content ?? '');
  });
  await (globalThis as { flush?: () => Promise<void> }).flush?.();
  return Response.json({ said: words.join('') });
}`;

function filesOf(config: object): Record<string, string> {
  return {
    'package.json': JSON.stringify({ name: 'app', dependencies: { costspan: '*', openai: '*' } }),
    'next.config.ts': `import type { NextConfig } from 'next';
const config: NextConfig = ${JSON.stringify({ ...config, turbopack: { root: repositoryRoot } })};
export default config;`,
    'instrumentation.ts': INSTRUMENTATION,
    'app/layout.tsx': `import type { ReactNode } from 'react';
export default function Layout({ children }: { readonly children: ReactNode }) {
  return <html><body>{children}</body></html>;
}`,
    'app/page.tsx': `export default function Page() { return <p>ready</p>; }`,
    'app/api/ask/route.ts': ROUTE,
    'costspan.yaml': `attribution: { defaults: { workflow: from-the-file } }\n`,
  };
}

/** Under a load of other tests a build takes minutes. */
const PATIENCE_MS = 300_000;

function next(
  app: HostApp,
  args: readonly string[],
  env: Record<string, string> = {},
): RunningChild {
  return startChild(join(app.path, 'node_modules/next/dist/bin/next'), {
    cwd: app.path,
    args,
    env: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: undefined, ...env },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}

const WAYS: readonly (readonly [string, object, readonly string[]])[] = [
  ['Turbopack, costspan external', { serverExternalPackages: ['costspan'] }, []],
  ['Turbopack, costspan bundled', {}, []],
  ['webpack, costspan external', { serverExternalPackages: ['costspan'] }, ['--webpack']],
];

describe.skipIf(!hostsAreInstalled).each(WAYS)('an application of Next.js, %s', (...way) => {
  const [, config, flags] = way;
  const servers = startServers();
  let app: HostApp;

  beforeAll(() => {
    app = hostApp(filesOf(config));
  });
  afterAll(() => {
    app?.[Symbol.dispose]();
  });

  it(
    'is built, and the calls of its route are counted',
    async () => {
      const { code, stdout, stderr } = await next(app, ['build', ...flags]).done;
      expect(code, stdout + stderr).toBe(0);
      expect(stdout + stderr).not.toMatch(/costspan/);

      const server = next(app, ['start', '--port', '0'], servers.env);
      try {
        await server.printed(/Ready/);
        const url = /http:\/\/localhost:\d+/.exec(server.output())?.[0];
        const response = await fetch(`${url}/api/ask`);
        expect(response.status, server.output()).toBe(200);
        expect(((await response.json()) as { said: string }).said).not.toBe('');
      } finally {
        server.process.kill('SIGKILL');
        await server.done;
      }
      const { sink } = servers;
      const calls = sink.spans.filter(({ scope }) => scope.name === 'costspan');
      expect(calls.map(({ name }) => name)).toEqual(['chat gpt-4o']);
      expect(calls[0]?.attributes).toMatchObject({
        'costspan.team': 'web',
        'costspan.workflow': 'from-the-file',
        'costspan.price.state': 'priced',
      });
      expect(sink.metricValue('costspan.calls')).toBe(1);
      expect(sink.metricValue('costspan.internal.errors')).toBeUndefined();
    },
    2 * PATIENCE_MS,
  );
});
