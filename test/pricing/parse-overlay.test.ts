import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadOverlayFile } from '../../processor/node/overlay-file/load-overlay-file.ts';
import { parseOverlay } from '../../processor/node/overlay-file/parse-overlay.ts';
import { OverlayError } from '../../processor/engine/pricing/index.ts';

function messageOf(text: string): string {
  try {
    parseOverlay(text, 'prices.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(OverlayError);
    return (error as OverlayError).message;
  }
  return 'accepted';
}

const model = (body: string) => `models: [{ provider: p, model: m, ${body} }]`;
const discount = (body: string) =>
  `discounts: [{ id: d, from: 2026-01-01, to: 2027-01-01, ${body} }]`;

describe('parseOverlay', () => {
  it('reads JSON as well as YAML, and every section at once', () => {
    const overlay = parseOverlay(
      JSON.stringify({
        version: 1,
        currency: 'EUR',
        fx: [{ from: 'EUR', to: 'USD', rate: 1.1, on: '2026-01-01' }],
        models: [
          {
            provider: 'x_ai',
            model: 'Grok-9',
            aliases: ['g9'],
            rates: { input: 1, output: 2 },
            maxOutput: 8192,
          },
        ],
        discounts: [{ id: 'd', from: '2026-01-01', to: '2026-02-01', multiply: 0.9 }],
        deployments: { 'azure:a:b': 'gpt-4o' },
        tiers: { openai: { on_demand_flex: 0.4 } },
        geo: { openai: { EU: 1.2 } },
        modelTiers: { 'gpt-*': 'ours' },
      }),
      'prices.json',
    );
    expect(overlay).toMatchObject({
      file: 'prices.json',
      currency: 'EUR',
      models: [{ provider: 'x-ai', model: 'Grok-9', names: ['grok-9', 'g9'], maxOutput: 8192 }],
      discounts: [{ fromMs: Date.UTC(2026, 0, 1), untilMs: Date.UTC(2026, 1, 1) }],
      deployments: [{ provider: 'azure', name: 'a:b', model: 'gpt-4o' }],
      tiers: [{ provider: 'openai', tiers: { flex: 0.4 } }],
    });
    expect(overlay.geo.get('openai')?.get('eu')).toBe(1.2);
  });

  it.each<[string, string, RegExp]>([
    ['an empty file', '', /^prices\.yaml: is empty: /],
    ['text', 'hello', /^prices\.yaml: must be a mapping of keys to values, but is "hello"\.$/],
    [
      'an unknown key',
      'modls: []',
      /^prices\.yaml: modls is not a known key: write "models" if you mean that\.$/,
    ],
    [
      'an unknown key within',
      model('rates: { input: 1, output: 1, cached: 1 }'),
      /models\[0\]\.rates\.cached is not a known key/,
    ],
    ['a prototype key', '{"__proto__": {"models": []}}', /__proto__ is not a known key/],
    ['another version', 'version: 2', /version must be 1/],
    [
      'a negative rate',
      model('rates: { input: -1, output: 1 }'),
      /models\[0\]\.rates\.input is -1: it cannot be negative\.$/,
    ],
    [
      'NaN',
      model('rates: { input: .nan, output: 1 }'),
      /rates\.input is NaN: write a plain number/,
    ],
    ['infinity', model('rates: { input: .inf, output: 1 }'), /rates\.input is Infinity/],
    [
      'a rate in quotes',
      model('rates: { input: "1", output: 1 }'),
      /rates\.input must be a number, but is "1": remove the quotes/,
    ],
    [
      'a rate per token',
      model('rates: { input: 0.0000025, output: 0.00001 }'),
      /rates\.input is 0\.0000025, which looks like a price per single unit: write it per million tokens, or add iKnow: true\.$/,
    ],
    [
      'a rate beyond reason',
      model('rates: { input: 2500, output: 1 }'),
      /rates\.input is 2500 per million tokens: write less than 1000/,
    ],
    [
      'rates of nothing',
      model('rates: { input: 0, output: 0 }'),
      /rates makes calls cost nothing: add iKnow: true/,
    ],
    ['no rates', model('rates: {}'), /states no rate/],
    ['no output rate', model('rates: { input: 1 }'), /has no output rate/],
    ['no input rate', model('rates: { output: 1 }'), /has no input rate/],
    [
      'neither rates nor capacity',
      'models: [{ provider: p, model: m }]',
      /models\[0\] must have either rates or capacity/,
    ],
    [
      'a model twice',
      'models: [{ provider: xai, model: m, rates: { input: 1, output: 1 } }, { provider: x_ai, model: n, aliases: [M], rates: { input: 1, output: 1 } }]',
      /models\[1\] prices "m" of x-ai a second time/,
    ],
    [
      'a pattern as a model',
      'models: [{ provider: p, model: "m*", rates: { input: 1, output: 1 } }]',
      /take no \*/,
    ],
    [
      'a regex key',
      discount('match: { model: { regex: ".*" } }, multiply: 0.5'),
      /discounts\[0\]\.match\.model must be text, but is a mapping/,
    ],
    [
      'a regex matcher',
      discount('match: { regex: "(a+)+$" }, multiply: 0.5'),
      /discounts\[0\]\.match\.regex is never run/,
    ],
    [
      'a regex as a pattern',
      discount('match: { model: "^gpt-(4|5).*$" }, multiply: 0.5'),
      /discounts\[0\]\.match\.model looks like a regular expression, which is never run/,
    ],
    [
      'a star in the middle',
      discount('match: { model: "g*t" }, multiply: 0.5'),
      /at its beginning and its end only/,
    ],
    [
      'dates the wrong way',
      'discounts: [{ id: d, from: 2026-02-01, to: 2026-02-01, multiply: 0.9 }]',
      /discounts\[0\]\.to is not after from/,
    ],
    [
      'a day that does not exist',
      'discounts: [{ id: d, from: 2026-02-30, to: 2027-01-01, multiply: 0.9 }]',
      /discounts\[0\]\.from is "2026-02-30": write a day such as/,
    ],
    [
      'a date missing',
      'discounts: [{ id: d, to: 2027-01-01, multiply: 0.9 }]',
      /discounts\[0\]\.from must be text, but is missing/,
    ],
    [
      'neither multiply nor set',
      discount('match: { provider: p }'),
      /must have either multiply or set/,
    ],
    [
      'a percentage',
      discount('multiply: 12'),
      /discounts\[0\]\.multiply is 12: write the factor on the list price/,
    ],
    ['a discount to nothing', discount('multiply: 0'), /discounts\[0\]\.multiply is 0/],
    [
      'an unknown class',
      discount('match: { class: [inputs] }, multiply: 0.9'),
      /must be among input, cacheRead/,
    ],
    [
      'a volume step',
      discount('multiply: 0.9, floorAfterUsd: 1000'),
      /floorAfterUsd cannot be applied/,
    ],
    ['commitments', 'commitments: []', /commitments is not supported yet/],
    ['a currency', 'currency: euro', /currency is "euro": write an ISO 4217 code/],
    ['a currency without a rate', 'currency: EUR', /currency is EUR without a rate: add fx/],
    ['a rate of 0', 'fx: [{ from: EUR, to: USD, rate: 0, on: 2026-01-01 }]', /fx\[0\]\.rate is 0/],
    [
      'a rate to elsewhere',
      'fx: [{ from: USD, to: EUR, rate: 1, on: 2026-01-01 }]',
      /fx\[0\]\.to is EUR: costs are kept in USD/,
    ],
    [
      'a deployment without provider',
      'deployments: { mine: gpt-4o }',
      /deployments\.mine needs a provider in front/,
    ],
    [
      'a tier as a percentage',
      'tiers: { openai: { flex: 50 } }',
      /tiers\.openai\.flex is 50: write the factor/,
    ],
    ['the standard tier', 'tiers: { openai: { default: 0.5 } }', /is the list price itself/],
    ['a place as a percentage', 'geo: { openai: { eu: 10 } }', /geo\.openai\.eu is 10/],
    [
      'a class of two words',
      'modelTiers: { "gpt-*": "very good" }',
      /modelTiers\."gpt-\*" must be one word/,
    ],
    ['broken YAML', 'models: [', /^prices\.yaml: is not YAML at line 1: /],
    [
      'a key twice',
      'models: []\nmodels: []',
      /^prices\.yaml: says "models" twice at line 2: keep one/,
    ],
    ['two documents', 'models: []\n---\nmodels: []', /holds more than one document/],
    ['a tag', 'models: !!js/function "x"', /is not YAML at line 1/],
    [
      'an alias',
      'models: &a []\ndiscounts: *a',
      /uses YAML aliases \(\*name\): write the values out/,
    ],
  ])('refuses %s', (_, text, expected) => {
    expect(messageOf(text)).toMatch(expected);
    expect(messageOf(text).split('\n')).toHaveLength(1);
  });

  it('takes unlikely figures that are confirmed', () => {
    expect(messageOf(model('iKnow: true, rates: { input: 0, output: 0 }'))).toBe('accepted');
    expect(messageOf(model('iKnow: true, rates: { input: 5000, output: 1 }'))).toBe('accepted');
    expect(messageOf(discount('iKnow: true, multiply: 0'))).toBe('accepted');
    expect(messageOf(model('rates: { input: 0.02, output: 0 }'))).toBe('accepted');
  });

  it.each([
    ['the same model', '{ model: "gpt-6*" }', '{ model: gpt-6-sol }', true],
    ['prefixes within each other', '{ model: "gpt-*" }', '{ model: "gpt-6*" }', true],
    ['any model', '{}', '{ model: o3 }', true],
    ['other prefixes', '{ model: "gpt-5*" }', '{ model: "gpt-6*" }', false],
    ['one provider by two names', '{ provider: xai }', '{ provider: x_ai }', true],
    ['other providers', '{ provider: openai }', '{ provider: anthropic }', false],
    ['other classes', '{ class: input }', '{ class: [output] }', false],
    ['other tiers', '{ tier: batch }', '{ tier: flex }', false],
  ])('tells discounts that overlap: %s', (_, a, b, overlap) => {
    const text = (order: [string, string]) => `
discounts:
  - { id: a, from: 2026-01-01, to: 2026-06-02, match: ${a}, multiply: 0.9${order[0]} }
  - { id: b, from: 2026-06-01, to: 2027-01-01, match: ${b}, multiply: 0.8${order[1]} }`;
    expect(messageOf(text(['', '']))).toMatch(
      overlap ? /discounts\[1\] \("b"\) overlaps "a": give both a different order/ : /accepted/,
    );
    expect(messageOf(text([', order: 1', ', order: 2']))).toBe('accepted');
    expect(messageOf(text(['', '']).replace('2026-06-02', '2026-06-01'))).toBe('accepted');
  });

  it('meets hostile text with one sentence', () => {
    const hostile = [
      '['.repeat(400_000),
      '{a: '.repeat(100_000),
      '- '.repeat(200_000),
      '? '.repeat(200_000),
      `"${'['.repeat(100)}": 1`,
      `a: "${'x'.repeat(500_000)}"`,
      Array.from({ length: 40_000 }, (_, index) => `k${index}: 1`).join('\n'),
      `a: &a [x, x]\n${Array.from({ length: 5000 }, (_, index) => `b${index}: *a`).join('\n')}`,
      'x'.repeat(600_000),
      'ä'.repeat(300_000),
      '\0\u{FEFF}%YAML 9.9\n---\n',
    ];
    for (const text of hostile) {
      const message = messageOf(text);
      expect(message.startsWith('prices.yaml: ')).toBe(true);
      expect(message.length).toBeLessThan(400);
    }
  });

  it('throws nothing but its own error, whatever the text', () => {
    const words = `models discounts rates input :_ -_ { } [ ] ,_ " ' &a *a | > # !! --- 1 .nan null`;
    const word = fc.constantFrom('\n', '  ', ...words.replaceAll('_', ' ').split(/ (?=\S)/));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (picked) => {
        messageOf(picked.join(''));
      }),
      { numRuns: 500 },
    );
  });
});

describe('loadOverlayFile', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'costspan-overlay-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('reads a file', async () => {
    const path = join(folder, 'prices.yaml');
    writeFileSync(path, model('rates: { input: 1, output: 2 }'));
    const overlay = await loadOverlayFile(path);
    expect(overlay.models[0]?.rates).toEqual({ input: 1, output: 2 });
    expect(overlay.file).toBe(path);
  });

  it('refuses 50 MB without reading them', async () => {
    const path = join(folder, 'huge.yaml');
    writeFileSync(path, 'models: []\n');
    truncateSync(path, 50 * 1024 * 1024);
    const before = process.memoryUsage().arrayBuffers;
    await expect(loadOverlayFile(path)).rejects.toThrow(
      `${path}: has 51200 KiB, more than the 512 KiB that are read: keep only what differs from list prices.`,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
  });

  it('refuses what is missing, a folder, a device and a pipe without a writer', async () => {
    const missing = join(folder, 'none.yaml');
    await expect(loadOverlayFile(missing)).rejects.toThrow(`${missing}: does not exist`);
    await expect(loadOverlayFile(folder)).rejects.toThrow(`${folder}: is not a plain file`);
    await expect(loadOverlayFile('/dev/zero')).rejects.toThrow('/dev/zero: is not a plain file');
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(loadOverlayFile(pipe)).rejects.toThrow(`${pipe}: is not a plain file`);
    await expect(loadOverlayFile(missing)).rejects.toBeInstanceOf(OverlayError);
  });
});
