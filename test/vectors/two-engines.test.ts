import { describe, expect, it } from 'vitest';
import { type CostspanEngine, createEngine } from '../../processor/engine/index.ts';
import { DIALECTS } from './dialects.ts';
import { vectorsOf } from './expected.ts';
import { DAY } from './spans.ts';
import { tracesOf } from './traces.ts';

const TRACES = DIALECTS.flatMap((dialect) => tracesOf(dialect)).slice(0, 24);

const MAKE: readonly (() => CostspanEngine)[] = [
  () =>
    createEngine({
      now: () => DAY,
      attribution: { defaults: { team: 'support' } },
      metrics: { dimensions: ['team'] },
    }),
  () =>
    createEngine({
      now: () => DAY,
      attribution: { defaults: { team: 'search', workflow: 'ranking' }, required: ['userId'] },
      metrics: { dimensions: ['workflow'] },
      overlay: {
        value: {
          models: [{ provider: 'openai', model: 'gpt-5-mini', rates: { input: 0.2, output: 1.5 } }],
        },
        name: 'prices.yaml',
        digest: 'abcdef0123456789',
      },
    }),
];

function teams(engine: CostspanEngine | undefined): readonly unknown[] {
  return [...new Set(engine?.collect().map(({ attributes }) => attributes['costspan.team']))];
}

describe('two engines in one process', () => {
  it('do not see each other', () => {
    const alone = MAKE.map((make) => vectorsOf('alone', TRACES, make()));
    // The same spans to one and to the other, turn by turn: what one has seen is new to the other.
    const engines = MAKE.map((make) => make());
    const pieces = engines.map((): unknown[] => []);
    for (const trace of TRACES) {
      for (const [index, engine] of engines.entries()) {
        pieces[index]?.push(...vectorsOf('beside', [trace], engine).pieces);
      }
    }
    for (const [index, engine] of engines.entries()) {
      expect(pieces[index]).toEqual(alone[index]?.pieces);
      expect(vectorsOf('beside', [], engine).metrics).toEqual(alone[index]?.metrics);
    }
    // And each goes by its own configuration.
    expect(alone[0]?.metrics).not.toEqual(alone[1]?.metrics);
    const [support, search] = engines;
    expect(teams(support)).toContain('support');
    expect(teams(search)).toEqual([undefined]);
    expect(search?.priceBook).toMatch(/overlay:abcdef$/);
    expect(support?.priceBook).not.toMatch(/overlay/);
  });
});
