import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../processor/governance/config/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'costspan-config-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
  return file;
}

const load = (env: NodeJS.ProcessEnv = {}, cwd = folder) => loadConfig({ cwd, env });

test('without a file there are the defaults and no problems', () => {
  const { config, file, problems } = load();
  expect(file).toBeUndefined();
  expect(problems).toEqual([]);
  expect(config).toEqual({
    disabled: false,
    attribution: {
      defaults: {},
      environment: {},
      required: [],
      mode: 'warn',
      inbound: ['runId'],
      outboundHosts: [],
    },
    pricing: { overlay: undefined, unknownModel: 'unpriced' },
    budgets: [],
    agents: [],
    paused: [],
    allowedModels: [],
    workloads: [],
    store: 'memory',
    ledger: {
      mode: 'off',
      folder: join(folder, '.costspan/ledger'),
      maxSegmentMb: 16,
      maxTotalMb: 1024,
      keepDays: 100,
    },
    metrics: { dimensions: ['team', 'workflow'], maxValuesPerDimension: 200, maxSets: 1800 },
    content: 'off',
    alerts: {},
    streamUsage: true,
  });
});

test('the ledger is on by itself where a budget blocks', () => {
  const budget = 'budgets: [{ id: b, limitUsd: 1, period: day';
  write('costspan.yaml', `${budget} }]`);
  expect(load().config.ledger.mode).toBe('file');
  write('costspan.yaml', `${budget}, mode: soft }]`);
  expect(load().config.ledger.mode).toBe('off');
  write('costspan.yaml', `${budget} }]\nledger: { mode: off, folder: rows }`);
  expect(load().config.ledger).toMatchObject({ mode: 'off', folder: join(folder, 'rows') });
});

test('the nearest file upward is found, and paths in it are relative to it', () => {
  write('costspan.yaml', 'attribution: { defaults: { team: far } }');
  const near = write(
    'a/costspan.json',
    '{ "attribution": { "defaults": { "team": "near" } }, "pricing": { "overlay": "./p.yaml" }, "store": "sqlite:c.db" }',
  );
  mkdirSync(join(folder, 'a/b/c'), { recursive: true });
  const { config, file, problems } = load({}, join(folder, 'a/b/c'));
  expect(problems).toEqual([]);
  expect(file).toBe(near);
  expect(config.attribution.defaults).toEqual({ team: 'near' });
  expect(config.pricing.overlay).toBe(join(folder, 'a/p.yaml'));
  expect(config.store).toBe(`sqlite:${join(folder, 'a/c.db')}`);
});

test('of two files in one folder the YAML one wins, and that is said', () => {
  write('costspan.yaml', 'store: memory');
  write('costspan.json', '{}');
  const { file, problems } = load();
  expect(file).toBe(join(folder, 'costspan.yaml'));
  expect(problems.map(({ severity, message }) => [severity, message])).toEqual([
    ['warning', `${join(folder, 'costspan.json')} is ignored, because ${file} is beside it.`],
  ]);
});

test('every key of the design is read', () => {
  write(
    'costspan.yaml',
    `# yaml-language-server: $schema=./node_modules/costspan/costspan.schema.json
attribution:
  defaults: { team: platform, costCenter: cc-100, pool: production }
  required: [team, workflow]
  mode: block
  inbound: [team, workflow, runId]
  outboundHosts: ["*.internal", "billing.example:8443"]
pricing: { overlay: /etc/prices.yaml, unknownModel: unpriced }
budgets:
  - { id: support-monthly, match: { team: support }, limitUsd: 4000, period: month, timezone: Europe/Berlin,
      alertAt: [1, 0.5, 0.75, 0.8], mode: balanced, action: block, owner: support-lead,
      onStoreFailure: open, unknownModel: assume-dearest }
  - { id: hard, limitTokens: 100000, period: day, mode: hard }
agents:
  - { match: { workflow: bug-triage }, maxInferenceCalls: 25, maxToolCalls: 60, maxTokens: 400000,
      maxDurationSeconds: 600, maxCostUsd: 5, maxDepth: 4, maxRetries: 10,
      maxContextTokens: 200000, maxRepeatedToolCalls: 3, expectedTokens: 40000 }
paused: [{ workflow: bug-triage, reason: loops, until: 2026-12-01 }]
allowedModels: ["gpt-6*"]
workloads: [{ id: triage, owner: x, reviewDate: 2027-01-31, expectedMonthlyUsd: 900 }]
store: redis://cache:6379
metrics: { dimensions: [team, workflow, costCenter], maxValuesPerDimension: 50, maxSets: 900 }
content: off
`,
  );
  const { config, problems } = load();
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(config.budgets).toEqual([
    {
      id: 'support-monthly',
      match: { team: 'support' },
      limitUsd: 4000,
      period: 'month',
      timezone: 'Europe/Berlin',
      alertAt: [0.5, 0.75, 0.8, 1],
      mode: 'balanced',
      action: 'block',
      owner: 'support-lead',
      onStoreFailure: 'open',
      outageAllowance: 0.02,
      unknownModel: 'assume-dearest',
      splitBy: [],
      maxWaitMs: 0,
      clampMaxTokens: false,
    },
    {
      id: 'hard',
      match: {},
      limitTokens: 100000,
      period: 'day',
      timezone: 'UTC',
      alertAt: [0.5, 0.75, 0.8, 1],
      mode: 'hard',
      action: 'block',
      onStoreFailure: 'closed',
      outageAllowance: 0.02,
      unknownModel: 'assume-dearest',
      splitBy: [],
      maxWaitMs: 0,
      clampMaxTokens: false,
    },
  ]);
  expect(config.agents[0]?.maxRepeatedToolCalls).toBe(3);
  expect(config.paused[0]?.workflow).toBe('bug-triage');
  expect(config.workloads[0]?.reviewDate).toBe('2027-01-31');
  expect(config.metrics.dimensions).toEqual(['team', 'workflow', 'costCenter']);
  expect(config.attribution.inbound).toContain('runId');
});

test('a file with an error is not used at all, and the environment still holds', () => {
  const file = write(
    'costspan.yaml',
    'attribution: { defaults: { team: good } }\nmetrics: { maxSets: 0 }\n',
  );
  const { config, problems } = load({ COSTSPAN_TEAM: 'ops' });
  expect(config.attribution.defaults).toEqual({});
  expect(config.attribution.environment).toEqual({ team: 'ops' });
  expect(problems).toMatchObject([
    {
      severity: 'error',
      line: 2,
      path: 'metrics.maxSets',
      message: `${file}:2: metrics.maxSets must be at least 1, but is 0.`,
    },
    { severity: 'warning', message: expect.stringContaining('the defaults apply') },
  ]);
});

test('the environment overrides the file', () => {
  write('costspan.yaml', 'store: memory\nattribution: { defaults: { team: file } }\n');
  const { config, problems } = load({
    COSTSPAN_DISABLED: 'TRUE',
    COSTSPAN_TEAM: ' ops ',
    COSTSPAN_WORKFLOW: '',
    COSTSPAN_STORE: 'sqlite:x.db',
  });
  expect(problems).toEqual([]);
  expect(config.disabled).toBe(true);
  expect(config.attribution.environment).toEqual({ team: 'ops' });
  expect(config.store).toBe(`sqlite:${join(folder, 'x.db')}`);
});

test.each([
  ['COSTSPAN_DISABLED', 'perhaps', 'must be true or false'],
  ['COSTSPAN_TEAM', 'x'.repeat(65), 'must be 1 to 64 characters'],
  ['COSTSPAN_WORKFLOW', 'a\u0007b', 'must be 1 to 64 characters'],
  ['COSTSPAN_STORE', 'mysql://user:hunter2@db', 'must be memory, sqlite:<path>'],
])('a bad %s is ignored and named, without its value', (name, value, complaint) => {
  const { config, problems } = load({ [name]: value });
  expect(config).toEqual(load().config);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.severity).toBe('warning');
  expect(problems[0]?.message).toContain(`${name} ${complaint}`);
  expect(problems[0]?.message).not.toContain(value);
});

test('COSTSPAN_CONFIG names the file, relative to the working directory', () => {
  const file = write('etc/my.yaml', 'metrics: { maxSets: 7 }');
  write('costspan.yaml', 'metrics: { maxSets: 8 }');
  expect(load({ COSTSPAN_CONFIG: 'etc/my.yaml' })).toMatchObject({
    file,
    config: { metrics: { maxSets: 7 } },
  });
});

test.each<[string, string | Uint8Array, string]>([
  ['larger than the cap', '#'.repeat(1024 * 1024 + 1), 'is larger than 1 MiB'],
  ['not UTF-8', Buffer.from('fffe7300', 'hex'), 'is not UTF-8'],
])('a file that is %s is one clear sentence', (_what, content, complaint) => {
  const file = write('costspan.yaml', content);
  const [problem] = load().problems;
  expect(problem?.severity).toBe('error');
  expect(problem?.message).toMatch(new RegExp(`^${file} ${complaint}.*\\.$`));
});

const complaint = (name: string) => load({ COSTSPAN_CONFIG: name }).problems[0]?.message;

test('a missing file, a folder and a pipe are one clear sentence each, and none is waited for', () => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  mkdirSync(join(folder, 'folder'));
  expect(complaint('gone.yaml')).toBe(`${join(folder, 'gone.yaml')} does not exist.`);
  expect(complaint('pipe')).toBe(`${join(folder, 'pipe')} is not a regular file.`);
  expect(complaint('folder')).toBe(`${join(folder, 'folder')} is not a regular file.`);
});

test('neither the YAML parser nor the validator is loaded unless there is a file', () => {
  const source = `
    import { createRequire } from 'node:module';
    import { loadConfig } from '${new URL('../../processor/governance/config/index.ts', import.meta.url).href}';
    const { cache } = createRequire('${pathToFileURL(folder).href}/x.js');
    const heavy = () => Object.keys(cache).filter((path) => /node_modules.(yaml|valibot)./.test(path)).length;
    loadConfig({ cwd: '${folder}', env: {} });
    const before = heavy();
    loadConfig({ cwd: '${folder}', env: { COSTSPAN_CONFIG: 'costspan.yaml' } });
    const missing = heavy();
    (await import('node:fs')).writeFileSync('${folder}/costspan.yaml', 'store: memory');
    const { config } = loadConfig({ cwd: '${folder}', env: {} });
    console.log(JSON.stringify([before, missing, heavy() > 0, config.store]));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', source], {
    encoding: 'utf8',
  });
  expect(JSON.parse(output)).toEqual([0, 0, true, 'memory']);
});
