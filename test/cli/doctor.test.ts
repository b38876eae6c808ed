import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { DoctorReport } from '../../cli/doctor/doctor-command.ts';
import { BOOK_PUBLISHED_MS } from '../../processor/engine/pricing/book.ts';
import { startReceiver } from '../support/receiver.ts';
import { appFolder, manifest, runCommand } from './support.ts';

const DAY_MS = 86_400_000;
const now = BOOK_PUBLISHED_MS + 10 * DAY_MS;
/** Nothing to connect to, so that only what a test is about can be wrong. */
const env = {
  OTEL_SERVICE_NAME: 'shop',
  OTEL_TRACES_EXPORTER: 'console',
  OTEL_METRICS_EXPORTER: 'console',
  OTEL_LOGS_EXPORTER: 'console',
};

const healthy = {
  'package.json': '{}',
  'node_modules/@opentelemetry/api/package.json': manifest('@opentelemetry/api', '1.10.0'),
  'node_modules/@opentelemetry/sdk-trace/package.json': manifest(
    '@opentelemetry/sdk-trace',
    '3.1.0',
  ),
  'node_modules/openai/package.json': manifest('openai', '7.57.0'),
};

async function examine(
  files: Readonly<Record<string, string>>,
  options: { readonly env?: NodeJS.ProcessEnv; readonly now?: number } = {},
) {
  const cwd = appFolder({ ...healthy, ...files });
  const { exitCode, out } = await runCommand(['doctor', '--json'], { cwd, env, now, ...options });
  return { cwd, exitCode, report: JSON.parse(out) as DoctorReport };
}

test('a healthy application is told so, with exit code 0', async () => {
  const { cwd, exitCode, report } = await examine({});
  expect(exitCode).toBe(0);
  expect(report).toMatchObject({
    ok: true,
    app: cwd,
    node: process.versions.node,
    sdks: [{ name: 'openai', version: '7.57.0', support: 'tested' }],
    prices: { ageDays: 10, problems: [] },
    config: { problems: [] },
  });
  expect(report.checks.filter(({ status }) => status !== 'ok')).toEqual([]);
});

describe('what is wrong', () => {
  const api = 'node_modules/@opentelemetry/api/package.json';
  test.each<[string, Record<string, string>, string, string, RegExp]>([
    [
      'API 2',
      { [api]: manifest('@opentelemetry/api', '2.0.0') },
      '@opentelemetry/api',
      'fail',
      /below 2/,
    ],
    [
      'API 1.8',
      { [api]: manifest('@opentelemetry/api', '1.8.0') },
      '@opentelemetry/api',
      'fail',
      /1\.9 or newer/,
    ],
    [
      'no API',
      { [api]: manifest('another', '1.0.0') },
      '@opentelemetry/api',
      'fail',
      /npm install/,
    ],
    [
      'two APIs',
      {
        'node_modules/x/node_modules/@opentelemetry/api/package.json': manifest(
          '@opentelemetry/api',
          '1.9.0',
        ),
      },
      '@opentelemetry/api',
      'warn',
      /1\.10\.0 and 1\.9\.0.*npm dedupe/,
    ],
    [
      'SDK 1',
      {
        'node_modules/@opentelemetry/sdk-trace-base/package.json': manifest(
          '@opentelemetry/sdk-trace-base',
          '1.30.1',
        ),
      },
      '@opentelemetry/sdk-trace-base',
      'fail',
      /2\.x and 3\.x/,
    ],
    ...['2.0.0', '2.2.0'].map(
      (version): [string, Record<string, string>, string, string, RegExp] => [
        `SDK ${version}, which tells of spans once they have ended`,
        {
          'node_modules/@opentelemetry/sdk-trace-base/package.json': manifest(
            '@opentelemetry/sdk-trace-base',
            version,
          ),
        },
        '@opentelemetry/sdk-trace-base',
        'warn',
        /^2\.[02]\.0 found; it tells .*gen_ai\.usage\.cost\.\*.* come late .* upgrade to @opentelemetry\/sdk-trace-base 2\.3\.0/,
      ],
    ),
    [
      'unbounded baggage',
      { 'node_modules/@opentelemetry/core/package.json': manifest('@opentelemetry/core', '2.7.9') },
      '@opentelemetry/core',
      'warn',
      /GHSA-8988-4f7v-96qf/,
    ],
    [
      'a nested old copy',
      { 'node_modules/framework/node_modules/openai/package.json': manifest('openai', '3.3.0') },
      'openai',
      'fail',
      /3\.3\.0 in node_modules\/framework\/node_modules\/openai is older/,
    ],
    [
      'a newer major',
      { 'node_modules/openai/package.json': manifest('openai', '99.0.0') },
      'openai',
      'warn',
      /newer than/,
    ],
    [
      'an SDK that is not watched',
      { 'node_modules/lumaai/package.json': manifest('lumaai', '1.0.0') },
      'lumaai',
      'warn',
      /cost unseen/,
    ],
    [
      'no SDK',
      { 'node_modules/openai/package.json': manifest('x', '1.0.0') },
      'SDKs',
      'warn',
      /No usable SDK/,
    ],
    [
      'a bad file',
      { 'costspan.yaml': 'metrics: { maxSets: 0 }' },
      'Configuration',
      'fail',
      /:1: metrics\.maxSets/,
    ],
    [
      'a missing overlay',
      { 'costspan.yaml': 'pricing: { overlay: gone.yaml }' },
      'Prices',
      'fail',
      /gone\.yaml/,
    ],
    [
      'a bad overlay',
      {
        'costspan.yaml': 'pricing: { overlay: p.yaml }',
        'p.yaml':
          'version: 1\nmodels: [{ provider: own, model: m, rates: { input: -1, output: 1 } }]',
      },
      'Prices',
      'fail',
      /p\.yaml.*rates\.input/,
    ],
  ])('%s', async (_what, files, name, status, found) => {
    const { exitCode, report } = await examine(files);
    const matching = report.checks.filter((candidate) => candidate.name === name);
    expect(matching).toContainEqual({ name, status, found: expect.stringMatching(found) });
    expect(report.ok).toBe(status !== 'fail');
    expect(exitCode).toBe(status === 'fail' ? 1 : 0);
  });

  test.each([
    [45, 'ok'],
    [46, 'warn'],
  ])('a price book of %i days is %s', async (days, status) => {
    const { report } = await examine({}, { now: BOOK_PUBLISHED_MS + days * DAY_MS });
    expect(report.checks.find(({ name }) => name === 'Price book')).toMatchObject({
      status,
      found: expect.stringContaining(`${days} days old`),
    });
  });
});

test('the overlay is part of the price book', async () => {
  const { cwd, report } = await examine({
    'costspan.yaml': 'pricing: { overlay: p.yaml }',
    'p.yaml': 'version: 1\nmodels: [{ provider: own, model: m, rates: { input: 1, output: 2 } }]',
  });
  expect(report.prices.overlay).toBe(join(cwd, 'p.yaml'));
  expect(report.prices.book).toMatch(/^genai-prices@[\d.]+\+overlay:[0-9a-f]{6}$/);
});

test('as a table, on a narrow terminal, in color and without', async () => {
  const cwd = appFolder({ ...healthy, 'costspan.yaml': 'metrics: { maxSets: 0 }' });
  const options = { cwd, env, now, columns: 70 };
  const plain = await runCommand(['doctor'], options);
  expect(plain.exitCode).toBe(1);
  expect(plain.out).toMatch(/^Status {2}Check +Found\n(ok|fail|warn)/);
  expect(plain.out).toMatch(/^fail +Configuration/m);
  expect(plain.out).toMatch(/\n1 failure, 1 warning\.\n$/);
  expect(stripVTControlCharacters(plain.out)).toBe(plain.out);
  const colored = await runCommand(['doctor'], { ...options, isColored: true });
  expect(colored.out).not.toBe(plain.out);
  expect(stripVTControlCharacters(colored.out)).toBe(plain.out);
});

test('hosts that earlier runs asked past every instrumentation are listed, with who asked', async () => {
  const note = { host: 'api.openai.com', caller: '/app/a.js:1:2', firstSeen: '2026-11-20T00:00Z' };
  const { report, exitCode } = await examine({
    'node_modules/.cache/costspan/unmetered.json': JSON.stringify([note]),
  });
  expect(exitCode).toBe(0);
  expect(report.unmetered).toEqual([note]);
  const listed = report.checks.find(({ name }) => name === 'Unmetered');
  expect(listed?.status).toBe('warn');
  expect(listed?.found).toMatch(/^api\.openai\.com .* from \/app\/a\.js:1:2/);

  const broken = await examine({ 'node_modules/.cache/costspan/unmetered.json': '[{"host":' });
  expect(broken.report.unmetered).toEqual([]);
});

test('telemetry and budgets that do not arrive are failures, in 80 columns', async () => {
  await using receiver = await startReceiver({ status: 401 });
  const cwd = appFolder({ ...healthy, 'costspan.yaml': 'store: sqlite:./package.json/budgets.db' });
  const options = {
    cwd,
    now,
    columns: 80,
    env: {
      ...env,
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.port}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: 'soon',
    },
  };
  const { exitCode, out } = await runCommand(['doctor'], options);
  expect(exitCode).toBe(1);
  expect(out).toMatch(/^fail +Budget store /m);
  expect(out).toMatch(/^fail +Export of traces /m);
  expect(out).toMatch(/^warn +OTEL_\* variables /m);
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  const json = await runCommand(['doctor', '--json'], options);
  const report = JSON.parse(json.out) as DoctorReport;
  expect(report.ok).toBe(false);
  expect(report.exports.map(({ answer }) => answer)).toEqual(['refused', undefined, undefined]);
});

test('an exporter that only the full SDK has must be installed', async () => {
  const grpc = { ...env, OTEL_METRICS_EXPORTER: 'prometheus' };
  const name = '@opentelemetry/sdk-node';
  const { report } = await examine({}, { env: grpc });
  expect(report.checks.find((row) => row.name === name)).toMatchObject({
    status: 'fail',
    found: expect.stringContaining('OTEL_METRICS_EXPORTER=prometheus needs it'),
  });
  const file = { [`node_modules/${name}/package.json`]: manifest(name, '0.301.0') };
  expect((await examine(file, { env: grpc })).report.ok).toBe(true);
});

test('a copy of the SDK that tells before spans end is well', async () => {
  const { report } = await examine({
    'node_modules/@opentelemetry/sdk-trace-base/package.json': manifest(
      '@opentelemetry/sdk-trace-base',
      '2.3.0',
    ),
  });
  expect(report.checks.filter(({ name }) => name === '@opentelemetry/sdk-trace-base')).toEqual([
    { name: '@opentelemetry/sdk-trace-base', status: 'ok', found: '2.3.0' },
  ]);
});
