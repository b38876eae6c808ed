import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { CALL, startServers } from '../register/harness.ts';
import { startChild } from '../support/run-child.ts';

const APP = `import 'costspan/register'; import OpenAI from 'openai'; ${CALL} console.log('served');`;

const CONFIGS: readonly (readonly [what: string, text: string, sentence: RegExp])[] = [
  ['an unknown key', 'budgts: []', /costspan\.yaml:1: budgts is not a known key: did you mean/],
  ['a wrong type', 'metrics: { maxSets: many }', /yaml:1: metrics\.maxSets must be a number/],
  ['broken YAML', 'metrics: {', /costspan\.yaml:1: the file is not valid YAML/],
  ['a list', '- support', /costspan\.yaml:1: the file must be a mapping of keys to values/],
  ['2 MiB of comments', '# x\n'.repeat(600_000), /costspan\.yaml is larger than 1 MiB/],
  [
    'a key twice',
    'store: memory\nstore: memory',
    /yaml:2: the file is not valid YAML: it says "store" twice/,
  ],
];

const model = (rates: string, more = ''): string =>
  `models: [{ provider: openai, model: gpt-4o, rates: ${rates}${more} }]`;

const OVERLAYS: readonly (readonly [what: string, text: string, sentence: RegExp])[] = [
  ['a negative rate', model('{ input: -1 }'), /prices\.yaml: models\[0\]\.rates\.input is -1/],
  ['NaN', model('{ input: .nan }'), /yaml: models\[0\]\.rates\.input is NaN: write a plain number/],
  ['text for a number', model('{ input: free }'), /rates\.input must be a number, but is "free"/],
  ['rates by the token', model('{ input: 0.0000025 }'), /looks like a price per single unit/],
  [
    'a rate far from the list',
    model('{ input: 900, output: 9 }'),
    /900, but the price book lists 2\.5/,
  ],
  ['a regular expression', model('{ input: 1 }', ', match: "(a+)+$"'), /match is not a known key/],
  ['broken YAML', 'models: [', /prices\.yaml: is not YAML at line 1/],
  ['50 MB', 'x'.repeat(50_000_000), /prices\.yaml: has \d+ KiB, more than the 512 KiB/],
];

/** Rates of the book for the model that the app asks. */
const COST_PER_TOKEN = { input: 2.5e-6, output: 1e-5 };

describe('files that cannot be meant', () => {
  const servers = startServers();

  /** The host is served, and its call is priced as if the file were not there. */
  async function expectUnaffected(files: Record<string, string>, sentence: RegExp): Promise<void> {
    const { code, stdout, stderr } = await servers.run(APP, { files });
    expect([code, stdout], stderr).toEqual([0, 'served\n']);
    const about = stderr.split('\n').filter((line) => sentence.test(line));
    expect(about, stderr).toHaveLength(1);
    const tokens = (tokenClass: string): number =>
      servers.sink.metricValue('costspan.tokens', { 'costspan.token.class': tokenClass }) ?? 0;
    const cost = tokens('input') * COST_PER_TOKEN.input + tokens('output') * COST_PER_TOKEN.output;
    expect(cost).toBeGreaterThan(0);
    expect(servers.sink.metricValue('costspan.cost.usd')).toBeCloseTo(cost, 12);
  }

  it.each(CONFIGS)('are told in a sentence: a configuration with %s', (_, text, sentence) =>
    expectUnaffected({ 'costspan.yaml': text }, sentence),
  );

  it.each(OVERLAYS)('are told in a sentence: a price file with %s', (_, text, sentence) =>
    expectUnaffected(
      { 'costspan.yaml': 'pricing: { overlay: ./prices.yaml }', 'prices.yaml': text },
      sentence,
    ),
  );

  it('are told in a sentence: a price file that is not there', () =>
    expectUnaffected(
      { 'costspan.yaml': 'pricing: { overlay: ./prices.yaml }' },
      /prices\.yaml: does not exist: mend pricing\.overlay/,
    ));

  it('are told where the application starts costspan itself', async () => {
    const { code, stderr } = await servers.run(
      `import { costspanInstrumentations } from 'costspan'; costspanInstrumentations();`,
      { files: { 'costspan.yaml': 'budgts: []' } },
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/^costspan: \S+costspan\.yaml:1: budgts is not a known key/);
  });

  it('keep the configuration before them when they are a bad edit', async () => {
    const child = startChild(
      `import 'costspan/register'; import OpenAI from 'openai'; import { createServer } from 'node:http';
       const server = createServer(async (request, response) => {
         ${CALL} response.end(); server.close(); server.closeAllConnections(); });
       server.listen(0, '127.0.0.1', () => { console.log('port ' + server.address().port + '.'); });
       setImmediate(() => setImmediate(async () => { ${CALL} console.log('ready'); }));`,
      {
        env: servers.env,
        files: { 'costspan.yaml': 'attribution: { defaults: { team: before } }' },
      },
    );
    let output = '';
    child.process.stdout?.on('data', (text: string) => (output += text));
    await child.printed('ready');
    const file = child.app?.file('costspan.yaml') ?? '';
    writeFileSync(file, 'attribution: { defaults: { team: [after] } }');
    await child.printed('is not used as it is now: the previous configuration holds');
    await fetch(`http://127.0.0.1:${/port (\d+)/.exec(output)?.[1]}`).catch(() => undefined);
    expect((await child.done).code).toBe(0);
    expect(servers.sink.metricValue('costspan.calls', { 'costspan.team': 'before' })).toBe(2);
    expect(servers.sink.metricValue('costspan.calls')).toBe(2);
  });
});
