import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../../conventions/generator/model.ts';
import { loadConventions, readSourceFiles } from '../../conventions/generator/sources.ts';
import { RegistryError } from '../../conventions/generator/yaml-shape.ts';

const ATTRIBUTES = 'registry/attributes.yaml';
const SIGNALS = 'registry/signals.yaml';

function file(path: string, text: string): SourceFile {
  return { path, text: `file_format: definition/2\n${text}\n` };
}

/** Problems of a registry of two files: `attributes` and `signals` stand under their list's key. */
function problemsOf(attributes: string, signals = 'metrics: []'): readonly string[] {
  try {
    loadConventions([file(ATTRIBUTES, attributes), file(SIGNALS, signals)]);
    return [];
  } catch (error) {
    if (error instanceof RegistryError) {
      return error.problems;
    }
    throw error;
  }
}

function attribute(key: string, more = 'type: int'): string {
  return `  - { key: ${key}, ${more}, stability: development, brief: Text. }`;
}

function using(...keys: readonly string[]): string {
  const references = keys.map((key) => `{ ref: ${key} }`).join(', ');
  return `metrics:
  - name: costspan.things
    instrument: counter
    unit: '{thing}'
    brief: Things.
    stability: development
    annotations: { code_generation: { metric_value_type: int } }
    attributes: [${references}]`;
}

describe('loadConventions', () => {
  it('accepts a small registry', () => {
    expect(problemsOf(`attributes:\n${attribute('costspan.a')}`, using('costspan.a'))).toEqual([]);
  });

  it.each([
    ['a key that is not known', 'type: int, colour: red', 'the key `colour` is not known'],
    ['a type that is not known', 'type: float', '`type` is `float`; it must be one of int, string'],
    ['text without example', 'type: string', '`examples` is missing'],
    ['an enum without members', 'type: { members: [] }', 'an enum needs at least one member'],
  ])('refuses %s', (_, more, sentence) => {
    const [problem, ...others] = problemsOf(
      `attributes:\n${attribute('costspan.a', more)}`,
      using('costspan.a'),
    );

    expect(problem).toMatch(`${ATTRIBUTES}: costspan.a: ${sentence}`);
    expect(others).toEqual([]);
  });

  it.each([
    ['capital letters', 'costspan.Team', 'a name is lower-case words'],
    ['a foreign root', 'gen_ai.team', 'a name of ours must start with `costspan.`'],
  ])('refuses %s', (_, key, sentence) => {
    const problems = problemsOf(`attributes:\n${attribute(key)}`, using(key));

    expect(problems[0]).toMatch(`${ATTRIBUTES}: ${key}: ${sentence}`);
  });

  it('refuses an attribute that is the namespace of another', () => {
    const attributes = [attribute('costspan.cost'), attribute('costspan.cost.input')].join('\n');

    expect(
      problemsOf(`attributes:\n${attributes}`, using('costspan.cost', 'costspan.cost.input')),
    ).toEqual([
      `${ATTRIBUTES}: costspan.cost.input: its namespace \`costspan.cost\` is an attribute itself.`,
    ]);
  });

  it('refuses two names that come to one constant', () => {
    const attributes = [attribute('costspan.run.id'), attribute('costspan.run_id')].join('\n');

    expect(
      problemsOf(`attributes:\n${attributes}`, using('costspan.run.id', 'costspan.run_id')),
    ).toEqual([
      `${ATTRIBUTES}: costspan.run_id: the constant ATTR_COSTSPAN_RUN_ID is already that of \`costspan.run.id\`.`,
    ]);
  });

  it('refuses a name that is defined twice', () => {
    const attributes = [attribute('costspan.a'), attribute('costspan.a')].join('\n');

    expect(problemsOf(`attributes:\n${attributes}`, using('costspan.a'))).toEqual([
      `${ATTRIBUTES}: costspan.a: the attribute is defined twice.`,
    ]);
  });

  it('refuses a reference to nothing, and an attribute that nothing mentions', () => {
    expect(problemsOf(`attributes:\n${attribute('costspan.a')}`, using('costspan.b'))).toEqual([
      `${SIGNALS}: costspan.things: the attribute \`costspan.b\` is defined nowhere.`,
      `${ATTRIBUTES}: costspan.a: no group or signal mentions it.`,
    ]);
  });

  it('refuses a unit that Prometheus would put into the name', () => {
    expect(problemsOf('attributes: []', using().replace("'{thing}'", 'USD'))).toEqual([
      `${SIGNALS}: costspan.things: the unit \`USD\` must be a word in braces, such as {token}.`,
    ]);
  });

  it('refuses a histogram without rising buckets', () => {
    const histogram = using().replace('counter', 'histogram');
    const falling = histogram.replace(
      'annotations: {',
      'annotations: { histogram: { explicit_bucket_boundaries: [2, 1] },',
    );

    expect(problemsOf('attributes: []', histogram)[0]).toMatch('a histogram needs');
    expect(problemsOf('attributes: []', falling)[0]).toMatch('must be numbers that rise');
  });

  it('names the file that is not YAML', () => {
    expect(problemsOf('attributes: [')).toEqual([
      expect.stringMatching(/^registry\/attributes\.yaml: is not YAML: /),
    ]);
  });

  it('pins upstream to one commit', () => {
    const upstream = readSourceFiles().find(({ path }) => path.startsWith('upstream/'));

    expect(upstream?.text).toContain('commit: 024a4f944a1291fcb627c9c47da69e79868dd15e');
  });
});
