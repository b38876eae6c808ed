import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CALL, callSpans, PRINT_CHECK, startServers } from './harness.ts';
import { unseenRequests, unsupportedNode } from '../../instrumentation/register/node-version.ts';
import { unsupportedRuntime } from '../../instrumentation/register/unsupported-runtime.ts';
import { formatSelfCheck, type SelfCheck } from '../../instrumentation/register/self-check.ts';
import { repositoryRoot } from '../support/run-child.ts';

const ONE_LINE = `import 'costspan/register'; import 'openai';`;

const check: SelfCheck = {
  state: 'active',
  reason: undefined,
  node: '24.0.0',
  sdks: [
    {
      packageName: 'openai',
      version: '7.1.0',
      path: '/a',
      format: 'esm',
      patched: ['x'],
      notes: [],
    },
    {
      packageName: 'openai',
      version: '3.0.0',
      path: '/b',
      format: 'commonjs',
      patched: [],
      notes: [],
    },
  ],
  telemetry: {
    traces: {
      state: 'joined',
      exporters: ['otlp'],
      protocol: 'http/protobuf',
      endpoint: 'http://c/v1/traces',
    },
    metrics: {
      state: 'started',
      exporters: ['otlp', 'console'],
      protocol: 'http/json',
      endpoint: 'http://c/v1/metrics',
    },
    logs: {
      state: 'standby',
      exporters: ['otlp'],
      protocol: 'http/json',
      endpoint: 'http://c/v1/logs',
    },
  },
  configFile: '/srv/costspan.yaml',
  notes: ['One thing.', 'Another.'],
};

describe('formatSelfCheck', () => {
  it('says everything in one line', () => {
    expect(formatSelfCheck(check)).toBe(
      "watching openai 7.1.0 (ESM), skipped openai 3.0.0 (CommonJS); traces join the application's provider; metrics go to OTLP and console at http://c; configuration /srv/costspan.yaml. Attention: One thing. Another.",
    );
  });

  it('says why costspan is not active', () => {
    expect(formatSelfCheck({ ...check, state: 'disabled', reason: 'Because.' })).toBe('Because.');
  });
});

describe('unsupportedNode', () => {
  it.each(['20.20.2', '22.14.0', '18.0.0'])('refuses Node %s in one sentence', (version) => {
    expect(unsupportedNode(version)).toBe(
      `Node 22.15 or newer is needed and this is ${version}, so costspan does nothing.`,
    );
  });

  it.each(['22.15.0', '24.0.0', '26.10.0'])('takes Node %s', (version) => {
    expect(unsupportedNode(version)).toBeUndefined();
  });
});

describe('unseenRequests', () => {
  it.each(['22.15.0', '22.16.1', '24.0.2', '23.11.0'])('of HTTP/2 are unseen on %s', (version) => {
    expect(unseenRequests(version)).toMatch(/^Node [\d.]+ does not tell of HTTP\/2 requests/);
  });

  it.each(['22.17.0', '24.1.0', '25.0.0', '26.1.0'])('are none on %s', (version) => {
    expect(unseenRequests(version)).toBeUndefined();
  });
});

describe('unsupportedRuntime', () => {
  it.each([
    ['Bun', { node: '26.3.0', bun: '1.4.5' }],
    ['Deno', { node: '26.3.0', deno: '1.4.5' }],
  ])('refuses %s by its own name, whatever Node it passes for', (name, versions) => {
    expect(unsupportedRuntime(versions)).toBe(
      `costspan/register watches SDKs through the module loader of Node, which ${name} 1.4.5 does not have, so it does nothing: wrap each client by instrument() and set OpenTelemetry up yourself.`,
    );
  });

  it('takes Node', () => {
    expect(unsupportedRuntime({ node: '24.0.0', v8: '13.6' })).toBeUndefined();
    expect(unsupportedRuntime()).toBeUndefined();
  });
});

describe('the start line', () => {
  const servers = startServers();

  it('is one line on standard error and nothing on standard output', async () => {
    const { stdout, stderr } = await servers.run(ONE_LINE);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `costspan: watching openai ${openaiVersion()} (ESM); traces and metrics go to OTLP at ${servers.sink.url}.\n`,
    );
  });

  it('goes to the application’s diag logger where there is one', async () => {
    const { stdout, stderr } = await servers.run(
      `${ONE_LINE} import { diag } from '@opentelemetry/api';
       diag.setLogger({ error() {}, warn() {}, info: (line) => console.log(line), debug() {}, verbose() {} });`,
    );
    expect(stdout).toMatch(/^costspan: watching openai /mu);
    expect(stderr).toBe('');
  });

  it.each([
    ['off', {}, ''],
    ['warn', {}, ''],
    ['warn', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'npm install @opentelemetry/sdk-node'],
    ['off', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, ''],
  ])('with COSTSPAN_LOG=%s and %o', async (level, env, expected) => {
    const { stderr } = await servers.run(ONE_LINE, { env: { ...env, COSTSPAN_LOG: level } });
    if (expected === '') expect(stderr).toBe('');
    else expect(stderr).toContain(expected);
  });

  it('shows mistakes of the configuration', async () => {
    const { stderr } = await servers.run(ONE_LINE, {
      files: { 'costspan.yaml': 'attribution: 7' },
    });
    expect(stderr).toMatch(/configuration \S+costspan\.yaml\. Attention: \S*costspan\.yaml:1/u);
  });
});

describe('register', () => {
  const servers = startServers();

  it('does nothing with COSTSPAN_DISABLED', async () => {
    const { stdout, stderr } = await servers.run(
      `${ONE_LINE} const { default: OpenAI } = await import('openai'); ${CALL} ${PRINT_CHECK}`,
      { env: { COSTSPAN_DISABLED: 'true' } },
    );
    expect(JSON.parse(stdout)).toMatchObject({ state: 'disabled', sdks: [] });
    expect(stderr).toBe('');
    expect(servers.sink.exports).toEqual([]);
  });

  it('counts a call once, however often it is loaded', async () => {
    await servers.run(
      `import 'costspan/register'; import OpenAI from 'openai'; import { createRequire } from 'node:module';
       createRequire(import.meta.url)('costspan/register');
       await import('${repositoryRoot}instrumentation/register.ts?again'); ${CALL}`,
    );
    expect(callSpans(servers.sink)).toHaveLength(1);
    expect(servers.sink.metricValue('costspan.calls')).toBe(1);
  });

  it('loads neither OpenTelemetry nor an SDK’s watcher nor prices into an empty application', async () => {
    const { stdout } = await servers.run(
      `import { registerHooks } from 'node:module';
       const loaded = [];
       registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
       await import('costspan/register');
       await new Promise(setImmediate);
       console.log(JSON.stringify(loaded));`,
    );
    const loaded = JSON.parse(stdout) as string[];
    expect(loaded.some((url) => url.includes('/instrumentation/register/telemetry.ts'))).toBe(true);
    expect(
      loaded.filter((url) =>
        /@opentelemetry|genai-prices|\/processor\/(?!node\/(?:process-end|log)\.)|\/openai\/|yaml/u.test(
          url,
        ),
      ),
    ).toEqual([]);
  });
});

function openaiVersion(): string {
  const manifest = readFileSync(`${repositoryRoot}node_modules/openai/package.json`, 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
