import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServers } from '../register/harness.ts';
import { type RunningChild, repositoryRoot, startChild } from '../support/run-child.ts';
import {
  type HostApp,
  hostApp,
  hostsAreInstalled,
  sayWhatIsLeftOut,
  SET_UP_MS,
} from './host-app.ts';

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

/** The two ways to let costspan see the calls of a route. */
const BY_INSTRUMENT: Readonly<Record<string, string>> = {
  'instrumentation.ts': INSTRUMENTATION,
  'app/api/ask/telemetry.ts': `import { instrument } from 'costspan';
export const watched = instrument;
export async function flush(): Promise<void> {
  await (globalThis as { flush?: () => Promise<void> }).flush?.();
}`,
};
const BY_REGISTER: Readonly<Record<string, string>> = {
  'instrumentation.ts': `export async function register() {
  if (process.env.NEXT_RUNTIME === 'nodejs') await import('costspan/register');
}`,
  'app/api/ask/telemetry.ts': `import { flushTelemetry } from 'costspan';
export function watched<Client>(client: Client): Client {
  return client;
}
export const flush = flushTelemetry;`,
};

const ROUTE = `import { withAttribution } from 'costspan';
import OpenAI from 'openai';
import { flush, watched } from './telemetry';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const client = watched(new OpenAI());
  const messages = [{ role: 'user' as const, content: 'hi' }];
  const words: string[] = [];
  await withAttribution({ team: 'web' }, async () => {
    const stream = await client.chat.completions.create({ model: 'gpt-4o', messages, stream: true });
    for await (const chunk of stream) words.push(chunk.choices[0]?.delta.content ?? '');
  });
  await flush();
  return Response.json({ said: words.join('') });
}`;

/** Where costspan cannot work and must break nothing. */
const EDGE_ROUTE = `import { instrument } from 'costspan';

export const runtime = 'edge';

export function GET(): Response {
  return Response.json(instrument({ said: 'unwatched' }));
}`;

function filesOf(
  externals: readonly string[],
  how: Readonly<Record<string, string>>,
): Record<string, string> {
  const config = { serverExternalPackages: externals, turbopack: { root: repositoryRoot } };
  return {
    'package.json': JSON.stringify({ name: 'app', dependencies: { costspan: '*', openai: '*' } }),
    'next.config.ts': `import type { NextConfig } from 'next';
const config: NextConfig = ${JSON.stringify(config)};
export default config;`,
    'app/layout.tsx': `import type { ReactNode } from 'react';
export default function Layout({ children }: { readonly children: ReactNode }) {
  return <html><body>{children}</body></html>;
}`,
    'app/page.tsx': `export default function Page() { return <p>ready</p>; }`,
    'app/api/ask/route.ts': ROUTE,
    'app/api/edge/route.ts': EDGE_ROUTE,
    'costspan.yaml': `attribution: { defaults: { workflow: from-the-file } }\n`,
    ...how,
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

interface Way {
  readonly name: string;
  readonly externals: readonly string[];
  readonly how: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
}

const WAYS: readonly Way[] = [
  { name: 'instrument(), costspan external', externals: ['costspan'], how: BY_INSTRUMENT },
  { name: 'instrument(), costspan bundled', externals: [], how: BY_INSTRUMENT },
  {
    name: 'instrument(), built by webpack',
    externals: ['costspan'],
    how: BY_INSTRUMENT,
    flags: ['--webpack'],
  },
  { name: 'register in instrumentation.ts', externals: ['costspan', 'openai'], how: BY_REGISTER },
];

describe.skipIf(!hostsAreInstalled).each(WAYS)('an application of Next.js, $name', (way) => {
  const { externals, how, flags = [] } = way;
  const servers = startServers();
  let app: HostApp;

  beforeAll(() => {
    app = hostApp(filesOf(externals, how));
  }, SET_UP_MS);
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
        const edge = await fetch(`${url}/api/edge`);
        expect(await edge.json(), server.output()).toEqual({ said: 'unwatched' });
        await server.printed(/costspan: This is an edge runtime/);
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
