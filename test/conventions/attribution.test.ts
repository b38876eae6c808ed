import { describe, expect, expectTypeOf, it } from 'vitest';
import { loadConventions } from '../../conventions/generator/sources.ts';
import {
  type Attribution,
  ATTRIBUTION,
  ATTRIBUTION_ENTRIES,
  ATTRIBUTION_KEYS,
  HANDED_ON_KEYS,
  keyOfAttribute,
  METRIC_DIMENSIONS,
  type MetricDimension,
} from '../../conventions/index.ts';

/** The attributes that a group of the registry names. */
function namesOf(id: string): readonly string[] {
  const group = loadConventions().groups.find((candidate) => candidate.id === id);
  return (group?.references ?? []).map(({ name }) => name);
}

const OF_KEYS = ATTRIBUTION_ENTRIES.map(([, { attribute }]) => attribute);

describe('the attribution keys', () => {
  it('are those that the registry has on spans', () => {
    const group = namesOf('costspan.attribution');
    const others = new Set(['costspan.attribution.missing', 'costspan.attribution.source']);
    expect(group.filter((name) => !others.has(name)).toSorted()).toEqual(OF_KEYS.toSorted());
  });

  it('are those that the registry has on metrics, without the person', () => {
    const dimensions = METRIC_DIMENSIONS.map((key) => ATTRIBUTION[key].attribute);
    const group = namesOf('costspan.dimensions').filter((name) => name !== 'costspan.model.tier');
    expect(group.toSorted()).toEqual(dimensions.toSorted());
    expect(
      ATTRIBUTION_KEYS.filter((key) => !METRIC_DIMENSIONS.includes(key as MetricDimension)),
    ).toEqual(['userId']);
  });

  it('are handed on but for the person and what each process has itself', () => {
    expect(ATTRIBUTION_KEYS.filter((key) => !HANDED_ON_KEYS.includes(key))).toEqual([
      'environment',
      'userId',
    ]);
  });

  it('are found by their attributes', () => {
    expect(OF_KEYS.map(keyOfAttribute)).toEqual(ATTRIBUTION_KEYS);
    expect(keyOfAttribute('costspan.run.id')).toBeUndefined();
  });

  it('make the types', () => {
    expectTypeOf<Attribution>().toHaveProperty('costCenter').toEqualTypeOf<string | undefined>();
    expectTypeOf<'userId'>().not.toExtend<MetricDimension>();
    expectTypeOf<'team' | 'pool' | 'environment'>().toExtend<MetricDimension>();
  });
});
