import type { Attributes } from '@opentelemetry/api';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { METRIC_COSTSPAN_COST_USD } from '../../conventions/index.ts';
import {
  ACCEPTED,
  type Answer,
  countersAt,
  failure,
  type FlatPoint,
  pointsIn,
  stop,
} from './counters-support.ts';

const COST = METRIC_COSTSPAN_COST_USD;
const SETS: readonly Attributes[] = ['a', 'b', 'c'].map((team) => ({ 'costspan.team': team }));

/** A server that takes a request whole or not at all, and nothing older than what it has. */
class Server {
  readonly #series = new Map<unknown, FlatPoint[]>();
  #latest = 0;

  receive(batch: ResourceMetrics): Answer {
    const points = pointsIn(batch, COST);
    if (points.some(({ endMs }) => endMs <= this.#latest)) return failure(400);
    for (const point of points) {
      const team = point.attributes['costspan.team'];
      this.#series.set(team, [...(this.#series.get(team) ?? []), point]);
      this.#latest = Math.max(this.#latest, point.endMs);
    }
    return ACCEPTED;
  }

  /** What a counter grew by from its first point on, as an anchored increase sees it. */
  growth(team: unknown): number {
    let growth = 0;
    let last: number | undefined;
    for (const { value } of this.#series.get(team) ?? []) {
      growth += last === undefined ? 0 : value < last ? value : value - last;
      last = value;
    }
    return growth;
  }
}

/** What happens on the way: all is well, nothing arrives and that is known, or nobody knows. */
const fates = fc.constantFrom('answered', 'refused', 'lost', 'answer lost');

afterEach(stop);

describe('what a server sees grow', () => {
  it('is what was counted, whatever happened to the exports before the last', async () => {
    const step = fc.record({
      adds: fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 1_000 })), { maxLength: 4 }),
      fate: fates,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { counters, exporter, flush } = countersAt();
        const server = new Server();
        const truth = [0, 0, 0];
        for (const { adds, fate } of steps) {
          for (const [index, amount] of adds) {
            truth[index] = (truth[index] ?? 0) + amount;
            counters.add(COST, amount, SETS[index] ?? {});
          }
          exporter.answer = (batch) => {
            if (fate === 'refused') return failure('ECONNREFUSED');
            if (fate === 'lost') return failure('ECONNRESET');
            const answer = server.receive(batch);
            return fate === 'answered' ? answer : failure('ETIMEDOUT');
          };
          await flush();
        }
        // Another try for each zero that the server had already.
        exporter.answer = (batch) => server.receive(batch);
        for (let tries = 0; tries <= steps.length; tries += 1) await flush();
        expect(SETS.map((set) => server.growth(set['costspan.team']))).toEqual(truth);
      }),
    );
  });
});
