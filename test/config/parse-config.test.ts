import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../processor/governance/config/parse-config.ts';

/** The sentences about `text`, without the name of the file. */
function complaints(text: string, file = '/etc/costspan.yaml'): string[] {
  return parseConfig(text, file).problems.map(({ message }) => message.replace(file, ''));
}

describe('one clear sentence for each mistake', () => {
  test.each<[string, string, string]>([
    ['unknown key', 'budget: []', ':1: budget is not a known key: did you mean "budgets"?'],
    [
      'unknown key, snake case',
      'attribution:\n  defaults:\n    cost_center: x',
      ':3: attribution.defaults.cost_center is not a known key: did you mean "costCenter"?',
    ],
    [
      'unknown key like no other',
      'pricing: { zebra: 1 }',
      ':1: pricing.zebra is not a known key: known here are overlay, unknownModel.',
    ],
    [
      'number for text',
      'attribution: { defaults: { costCenter: 4711 } }',
      ':1: attribution.defaults.costCenter must be text, but is 4711: put it in quotes.',
    ],
    [
      'text for number',
      'metrics: { maxSets: "900" }',
      ':1: metrics.maxSets must be a number, but is "900": remove the quotes.',
    ],
    [
      'not a list',
      'attribution:\n  required: team',
      ':2: attribution.required must be a list, but is "team": write it as [value].',
    ],
    [
      'not a mapping',
      'attribution: [team]',
      ':1: attribution must be a mapping of keys to values, but is a list.',
    ],
    ['a list as file', '- a', ':1: the file must be a mapping of keys to values, but is a list.'],
    [
      'unknown word',
      'attribution: { mode: warm }',
      ':1: attribution.mode must be one of warn, block (did you mean "warn"?), but is "warm".',
    ],
    [
      'no value',
      'metrics:\n  maxSets:\n',
      ':2: metrics.maxSets has no value: give it one or remove the key.',
    ],
    [
      'too long',
      `attribution: { defaults: { team: ${'x'.repeat(65)} } }`,
      `:1: attribution.defaults.team must be 1 to 64 characters without control characters, but is "${'x'.repeat(39)}…".`,
    ],
    [
      'control character',
      'attribution: { defaults: { team: "a\\u0007" } }',
      ':1: attribution.defaults.team must be 1 to 64 characters without control characters, but is "a\\u0007".',
    ],
    [
      'user on metrics',
      'metrics: { dimensions: [userId] }',
      ':1: metrics.dimensions[0] must be one of team, workflow, environment, project, application, costCenter, useCase, businessProcess, requestType, businessOwner, technicalOwner, pool, but is "userId".',
    ],
    [
      'twice',
      'metrics: { dimensions: [team, team] }',
      ':1: metrics.dimensions must not name anything twice.',
    ],
    [
      'a wild card for everybody',
      'attribution: { outboundHosts: ["*"] }',
      ':1: attribution.outboundHosts[0] must be a host such as billing.internal or *.internal, with :port or without, and no scheme or path, but is "*".',
    ],
    ['not JSON', '{ "a": 1, }', ''],
    [
      'not YAML',
      'a: [',
      ':1: the file is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
    ],
    [
      'key twice',
      'store: memory\nstore: memory',
      ':2: the file is not valid YAML: it says "store" twice.',
    ],
    [
      'foreign tag',
      'store: !!js/function x',
      ':1: the file is not valid YAML: Unresolved tag: tag:yaml.org,2002:js/function.',
    ],
    [
      'two documents',
      'a: 1\n---\nb: 1',
      ':2: the file is not valid YAML: it holds more than one document.',
    ],
    ['__proto__', '__proto__: { a: 1 }', ''],
  ])('%s', (_what, text, sentence) => {
    const found = complaints(text);
    expect(found).toHaveLength(1);
    if (sentence !== '') expect(found[0]).toBe(sentence);
  });

  test.each<[string, string, string]>([
    ['id', '{ limitUsd: 1, period: day }', '.id is missing and must be given.'],
    [
      'period',
      '{ id: a, limitUsd: 1, period: monthly }',
      '.period must be one of run, hour, day, week, month, quarter, rolling (did you mean "month"?), but is "monthly".',
    ],
    [
      'time zone',
      '{ id: a, limitUsd: 1, period: day, timezone: Berlin }',
      '.timezone must be a time zone of the IANA database, such as Europe/Berlin, but is "Berlin".',
    ],
    [
      'offset',
      '{ id: a, limitUsd: 1, period: day, timezone: "+02:00" }',
      '.timezone must be a time zone of the IANA database, such as Europe/Berlin, but is "+02:00".',
    ],
    ['NaN', '{ id: a, limitUsd: .nan, period: day }', '.limitUsd must be a number, but is NaN.'],
    [
      'infinite',
      '{ id: a, limitUsd: .inf, period: day }',
      '.limitUsd must be finite, but is Infinity.',
    ],
    [
      'negative',
      '{ id: a, limitUsd: -5, period: day }',
      '.limitUsd must be more than 0, but is -5.',
    ],
    [
      'fraction',
      '{ id: a, limitCalls: 1.5, period: day }',
      '.limitCalls must be a whole number, but is 1.5.',
    ],
    [
      'percent',
      '{ id: a, limitUsd: 1, period: day, alertAt: [80] }',
      '.alertAt[0] must be a share of the limit (0.8 for 80 %), at most 10, but is 80.',
    ],
    [
      'no limit',
      '{ id: a, period: day }',
      ' must have exactly one of limitUsd, limitTokens and limitCalls.',
    ],
    [
      'two limits',
      '{ id: a, period: day, limitUsd: 1, limitCalls: 1 }',
      ' must have exactly one of limitUsd, limitTokens and limitCalls.',
    ],
    [
      'a rolling window of no length',
      '{ id: a, period: rolling, limitUsd: 1 }',
      ' must have windowHours with period: rolling, and with no other period.',
    ],
    [
      'soft and block',
      '{ id: a, period: day, limitUsd: 1, mode: soft, action: block }',
      ' must not have that action with mode: soft, which never blocks; choose mode balanced or hard, or action: alert.',
    ],
  ])('budget: %s', (_what, budget, sentence) => {
    expect(complaints(`budgets:\n  - ${budget}\n`)).toEqual([`:2: budgets[0]${sentence}`]);
  });

  test('the same id twice', () => {
    const budget = '  - { id: a, limitUsd: 1, period: day }\n';
    expect(complaints(`budgets:\n${budget}${budget}`)).toEqual([
      ':3: budgets[1].id must be unique, but another entry has the same id.',
    ]);
  });

  test('entries that would do nothing', () => {
    expect(complaints('agents:\n  - match: { team: a }\npaused:\n  - reason: x\n')).toEqual([
      ':2: agents[0] must have at least one limit, such as maxInferenceCalls.',
      ':4: paused[0] must say what is paused, such as workflow: bug-triage.',
    ]);
  });

  test('a day that does not exist', () => {
    expect(complaints('paused: [{ team: a, until: 2026-02-30 }]')).toEqual([
      ':1: paused[0].until must be an ISO 8601 date, such as 2026-12-01 or 2026-12-01T08:00:00Z, but is "2026-02-30".',
    ]);
  });

  test('every unknown key is told, however deep', () => {
    expect(
      complaints('a: 1\nbudgets: [{ id: x, limitUsd: 1, period: day, match: { teem: a } }]\nb: 1'),
    ).toEqual([
      expect.stringMatching(/^:1: a is not/),
      ':2: budgets[0].match.teem is not a known key: did you mean "team"?',
      expect.stringMatching(/^:3: b is not/),
    ]);
  });

  test('several mistakes are told at once, in the order of the file', () => {
    expect(complaints('metrics: { maxSets: -1 }\nstore: 7\nattribution: { mode: x }\n')).toEqual([
      expect.stringMatching(/^:1: metrics\.maxSets /),
      expect.stringMatching(/^:2: store /),
      expect.stringMatching(/^:3: attribution\.mode /),
    ]);
  });

  test('a thousand mistakes are told in twenty sentences and a count', () => {
    const text = Array.from({ length: 1000 }, (_, index) => `key${index}: 1`).join('\n');
    const found = complaints(text);
    expect(found).toHaveLength(21);
    expect(found[20]).toBe(': 980 more problems not shown.');
  });
});

test('a password in the store is not repeated', () => {
  expect(complaints('store: redis:/user:hunter2@cache').join()).not.toContain('hunter2');
});

test('JSON is read by the rules of JSON, with lines', () => {
  expect(complaints('{\n\t"metrics": {\n\t\t"maxSets": 0\n\t}\n}', '/a.json')).toEqual([
    ':3: metrics.maxSets must be at least 1, but is 0.',
  ]);
  expect(complaints('store: memory', '/a.json')[0]).toMatch(/^: the file is not valid JSON: /);
  expect(complaints('{ "store": "memory", "store": "memory" }', '/a.json')).toHaveLength(1);
});

test('an empty section, an empty file and comments alone mean the defaults', () => {
  for (const text of ['', '# nothing\n', 'budgets:\n', '---\n']) {
    expect(parseConfig(text, '/a.yaml')).toEqual({ config: {}, problems: [] });
  }
});

test('anchors and merge keys work', () => {
  const text = `
budgets:
  - &base { id: a, limitUsd: 5, period: month }
  - { <<: *base, id: b }`;
  expect(parseConfig(text, '/a.yaml').config?.budgets?.[1]).toEqual({
    id: 'b',
    limitUsd: 5,
    period: 'month',
  });
});

describe('hostile text', () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
    .concat(
      Array.from('bcdefghi', (name, index) => {
        const inner = `*${'abcdefgh'[index]}`;
        return `${name}: &${name} [${Array.from({ length: 10 }, () => inner).join()}]`;
      }),
    )
    .join('\n');

  test.each<[string, string, RegExp]>([
    ['aliases of aliases', bomb, /refers to its own anchors too often/],
    ['nested brackets', '['.repeat(500_000), /nested too deeply/],
    ['brackets that close', '['.repeat(1_000) + ']'.repeat(1_000), /nested too deeply/],
    ['nested maps', '{a: '.repeat(100_000), /nested too deeply/],
    ['nested dashes', '- '.repeat(250_000), /nested too deeply/],
    ['brackets without nesting', '[]'.repeat(400_000), /not valid YAML/],
  ])('%s', (_what, text, sentence) => {
    const { config, problems } = parseConfig(text, '/a.yaml');
    expect(config).toBeUndefined();
    expect(problems[0]?.message).toMatch(sentence);
    expect(problems.every(({ message }) => message.length < 400)).toBe(true);
  });

  test('whatever the text is, there is a configuration or a problem, and no exception', () => {
    const word = fc.constantFrom(
      'budgets',
      'id',
      'match',
      ':',
      ': ',
      '- ',
      '\n',
      '\n  ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '&a ',
      '*a',
      '<<',
      '"',
      "'",
      '|',
      '>',
      '?',
      '!',
      '!!',
      '%',
      '\t',
      '.nan',
      '1e400',
      '-1',
      'null',
      '__proto__',
      'team',
      'x',
      '\u0000',
      '\ud800',
      '😀',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word, { maxLength: 60 }).map((words) => words.join('')),
      fc.json(),
      fc
        .object()
        .map((value) => JSON.stringify({ budgets: [value], paused: value, metrics: value })),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('/a.yaml', '/a.json'), (content, file) => {
        const { config, problems } = parseConfig(content, file);
        expect(config === undefined).toBe(problems.length > 0);
        for (const { message } of problems) expect(message).toMatch(/^\/a\.[a-z]+(:\d+)?: .*[.?]$/);
      }),
      { numRuns: 500 },
    );
  });
});
