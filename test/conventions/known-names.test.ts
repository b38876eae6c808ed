import { describe, expect, it } from 'vitest';
import {
  ATTR_COSTSPAN_RUN_ID,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_TOKEN_CLASS,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_SYSTEM,
  EVENT_COSTSPAN_OUTCOME,
  METRIC_COSTSPAN_COST_USD,
  METRIC_GEN_AI_CLIENT_INFERENCE_DURATION,
  METRIC_GEN_AI_CLIENT_TOKEN_USAGE,
} from '../../conventions/index.ts';
import { assertKnownNames, unknownNames } from '../support/known-names.ts';

describe('assertKnownNames', () => {
  it('accepts what the registries define', () => {
    assertKnownNames({
      attributes: [ATTR_COSTSPAN_TEAM, ATTR_GEN_AI_REQUEST_MODEL, 'telemetry.sdk.name'],
      events: [EVENT_COSTSPAN_OUTCOME],
      metrics: [
        {
          name: METRIC_COSTSPAN_COST_USD,
          unit: '{USD}',
          attributes: [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_TOKEN_CLASS, ATTR_GEN_AI_REQUEST_MODEL],
        },
        // The dimensions come from our refinement of upstream's metric.
        { name: METRIC_GEN_AI_CLIENT_INFERENCE_DURATION, attributes: [ATTR_COSTSPAN_TEAM] },
      ],
    });
  });

  it('refuses a name that no registry has', () => {
    expect(() => assertKnownNames({ attributes: ['costspan.tema'] })).toThrow(/costspan\.tema/);
    expect(unknownNames({ metrics: [{ name: 'costspan.cost' }] })).toHaveLength(1);
    expect(unknownNames({ events: ['costspan.outcomes'] })).toHaveLength(1);
  });

  it('refuses an old name that is only read', () => {
    expect(unknownNames({ attributes: [ATTR_GEN_AI_SYSTEM] })).toHaveLength(1);
    expect(unknownNames({ metrics: [{ name: METRIC_GEN_AI_CLIENT_TOKEN_USAGE }] })).toHaveLength(1);
  });

  it('refuses a unit or an attribute that the metric does not have', () => {
    const name = METRIC_COSTSPAN_COST_USD;
    expect(unknownNames({ metrics: [{ name, unit: 'USD' }] })).toEqual([
      'the metric `costspan.cost.usd` has the unit USD, not {USD}',
    ]);
    expect(unknownNames({ metrics: [{ name, attributes: [ATTR_COSTSPAN_RUN_ID] }] })).toEqual([
      'the metric `costspan.cost.usd` has no attribute `costspan.run.id` in the registry',
    ]);
  });
});
