/**
 * Packs the package, installs it into an empty ESM and an empty CommonJS application, and runs both
 * against the local provider server. What a user gets must do what the sources do.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OtlpSink, startOtlpSink } from '../test/support/otlp-sink.ts';
import { type ProviderServer, startProviderServer } from '../test/support/provider-server.ts';

/** The most that an installation may bring, and the most it may weigh. */
const MAX_PACKAGES = 30;
const MAX_MEGABYTES = 25;

const root = fileURLToPath(new URL('..', import.meta.url));
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};

const CALLS = `
  const openai = new OpenAI({ apiKey: 'sk-test' });
  const anthropic = new Anthropic({ apiKey: 'sk-ant-test' });
  const messages = [{ role: 'user', content: 'When is the invoice due?' }];
  await withAttribution({ team: 'support', workflow: 'triage' }, async () => {
    await openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
    await anthropic.messages.create({ model: 'claude-sonnet-5', max_tokens: 64, messages });
  });
`;

const APPS = [
  {
    name: 'ESM',
    type: 'module',
    file: 'main.js',
    source: `import 'costspan/register';
import { withAttribution } from 'costspan';
import OpenAI from 'openai';
import Anthropic from '@anthropic-ai/sdk';
${CALLS}`,
  },
  {
    name: 'CommonJS',
    type: 'commonjs',
    file: 'main.js',
    source: `require('costspan/register');
const { withAttribution } = require('costspan');
const { OpenAI } = require('openai');
const { Anthropic } = require('@anthropic-ai/sdk');
(async () => {${CALLS}})();`,
  },
] as const;

/** Wants all that is loaded only when it is configured. */
const CONFIG = `store: sqlite:./costspan.db
ledger: { mode: file, folder: ./ledger }
budgets: [{ id: support, match: { team: support }, limitUsd: 100, period: month }]
`;

function npm(cwd: string, ...args: readonly string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

/** Packages below `folder`, nested ones included. */
function countPackages(folder: string): number {
  let count = 0;
  for (const name of readdirSync(folder)) {
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    for (const each of name.startsWith('@')
      ? readdirSync(path).map((sub) => join(path, sub))
      : [path]) {
      count += 1;
      const nested = join(each, 'node_modules');
      if (readdirSync(each).includes('node_modules')) count += countPackages(nested);
    }
  }
  return count;
}

function checkSize(tarball: string, workspace: string): void {
  const folder = join(workspace, 'alone');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  npm(folder, 'install', '--no-audit', '--no-fund', tarball);
  const packages = countPackages(join(folder, 'node_modules'));
  const files = readdirSync(join(folder, 'node_modules'), { recursive: true, withFileTypes: true });
  const bytes = files
    .filter((file) => file.isFile())
    .reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  const megabytes = bytes / 1e6;
  console.log(`installed alone: ${packages} packages, ${megabytes.toFixed(1)} MB`);
  check(packages <= MAX_PACKAGES, `more than ${MAX_PACKAGES} packages are installed`);
  check(megabytes <= MAX_MEGABYTES, `more than ${MAX_MEGABYTES} MB are installed`);
}

/** What the installed command says of them. */
function budgetsOf(folder: string): readonly { readonly spent: number }[] {
  const command = join(folder, 'node_modules/.bin/costspan');
  const json = execFileSync(command, ['budget', 'status', '--json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const { budgets } = JSON.parse(json) as {
    readonly budgets: readonly { readonly spent: number }[];
  };
  return budgets;
}

function run(folder: string, file: string, env: NodeJS.ProcessEnv): Promise<number | null> {
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

async function checkApp(
  app: (typeof APPS)[number],
  tarball: string,
  workspace: string,
  server: ProviderServer,
  sink: OtlpSink,
): Promise<void> {
  const folder = join(workspace, app.name.toLowerCase());
  mkdirSync(folder);
  const manifest = { private: true, type: app.type, main: app.file };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, app.file), app.source);
  writeFileSync(join(folder, 'costspan.yaml'), CONFIG);
  const sdks = ['openai', '@anthropic-ai/sdk'].map((name) => `${name}@${devDependencies[name]}`);
  npm(folder, 'install', '--no-audit', '--no-fund', tarball, ...sdks);

  sink.clear();
  const code = await run(folder, app.file, {
    OPENAI_BASE_URL: server.openaiUrl,
    ANTHROPIC_BASE_URL: server.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_SERVICE_NAME: `package-${app.type}`,
  });
  check(code === 0, `the ${app.name} application ended with exit code ${code}`);
  const priced = sink.spans.filter((span) => span.attributes['costspan.price.state'] === 'priced');
  check(
    priced.length === 2,
    `the ${app.name} application told ${priced.length} priced calls, not 2`,
  );
  check(
    priced.every((span) => span.attributes['costspan.team'] === 'support'),
    `the ${app.name} application lost the attribution`,
  );
  const spanUsd = priced.reduce(
    (sum, span) => sum + Number(span.attributes['gen_ai.usage.cost.amount']),
    0,
  );
  const metricUsd = sink.metricValue('costspan.cost.usd') ?? Number.NaN;
  check(
    Math.abs(spanUsd - metricUsd) < 1e-9,
    `the ${app.name} application's metrics say ${metricUsd} USD and its spans ${spanUsd}`,
  );
  const [budget] = budgetsOf(folder);
  const ledger = readdirSync(join(folder, 'ledger'))
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) =>
      readFileSync(join(folder, 'ledger', name), 'utf8')
        .trim()
        .split('\n'),
    );
  check(ledger.length === 2, `the ${app.name} application's ledger has ${ledger.length} rows`);
  check(
    Math.abs((budget?.spent ?? 0) - spanUsd) < 1e-9,
    `the ${app.name} application's budget says ${budget?.spent} USD and its spans ${spanUsd}`,
  );
  console.log(
    `${app.name}: 2 priced calls, ${spanUsd} USD on spans, on metrics and in the budget, 2 rows in the ledger`,
  );
}

const workspace = mkdtempSync(join(tmpdir(), 'costspan-package-'));
const server = await startProviderServer();
const sink = await startOtlpSink();
try {
  npm(root, 'pack', '--ignore-scripts', '--silent', '--pack-destination', workspace);
  const [name = ''] = readdirSync(workspace);
  const tarball = join(workspace, name);
  checkSize(tarball, workspace);
  for (const app of APPS) await checkApp(app, tarball, workspace, server, sink);
} finally {
  rmSync(workspace, { recursive: true, force: true });
  await Promise.all([server.close(), sink.close()]);
}
