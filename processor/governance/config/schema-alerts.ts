import * as v from 'valibot';
import { METRIC_COSTSPAN_RUN_INFERENCE_CALLS, METRICS } from '../../../conventions/index.ts';
import type { AlertsConfig, OneOffsConfig } from './config.ts';
import { count, described, distinct, shortText, usd } from './schema-parts.ts';
import type { Entries } from './schema-parts.ts';

/** The rules of where alerts begin. */

const times = v.pipe(
  v.number(),
  v.gtValue(1, 'must be more than 1 (a multiple of what is usual)'),
  v.maxValue(1000, 'must be at most 1,000'),
);

const share = v.pipe(
  v.number(),
  v.gtValue(0, 'must be more than 0'),
  v.maxValue(1, 'must be a share (0.2 for 20 %), at most 1'),
);

/** Between two boundaries a histogram could only guess. */
const boundary = v.picklist(METRICS[METRIC_COSTSPAN_RUN_INFERENCE_CALLS].boundaries ?? []);

export const alerts: v.GenericSchema<unknown, AlertsConfig> = v.strictObject({
  spendSpike: described(times, 'Spend of an hour, in multiples of the usual one. Default 3.'),
  costPerCallRise: described(times, 'Cost of a call, in multiples of the usual one. Default 1.5.'),
  tokenGrowth: described(
    times,
    'Tokens that a call reads or writes, in multiples of the week before. Default 1.5.',
  ),
  modelMixDrift: described(share, 'Share of the spend that a model gains. Default 0.25.'),
  tierDrift: described(share, 'Share of the calls that a tier gains. Default 0.2.'),
  cacheHitDrop: described(share, 'Share of the usual cache hit rate. Default 0.5.'),
  retryShare: described(share, 'Share of the calls that are sent again. Default 0.2.'),
  errorShare: described(share, 'Share of the calls that fail. Default 0.1.'),
  untaggedShare: described(share, 'Share of the spend of a day without a team. Default 0.05.'),
  valuePerUsd: described(usd, 'Worth of the outcomes for each USD spent. Default 1.'),
  burnRate: described(times, 'Pace of a budget, in multiples of the even one. Default 2.'),
  runawayCalls: described(
    boundary,
    'Inference calls of one run, at a boundary of their histogram. Default 64.',
  ),
  priceBookDays: described(
    v.pipe(count, v.maxValue(3650, 'must be at most 3,650')),
    'Days after which the price book is old. Default 60.',
  ),
  silentMinutes: described(
    v.pipe(
      v.number(),
      v.integer('must be a whole number'),
      v.minValue(10, 'must be at least 10'),
      v.maxValue(1200, 'must be at most 1,200 (20 hours)'),
    ),
    'Minutes without anything from a team that was always there. Default 75.',
  ),
  minHourlyUsd: described(usd, 'Below so much an hour no change of spend alerts. Default 1.'),
  minHourlyCalls: described(count, 'Below so many calls no share or mean alerts. Default 20.'),
  minHistoryDays: described(
    v.pipe(
      v.number(),
      v.minValue(0.25, 'must be at least 0.25 (six hours)'),
      v.maxValue(7, 'must be at most 7'),
    ),
    'What is known for fewer days has nothing usual to compare with. Default 1.',
  ),
  minElapsed: described(
    v.pipe(v.number(), v.minValue(0, 'must be at least 0'), v.maxValue(0.5, 'must be at most 0.5')),
    'Share of its period that must have passed before the pace and the forecast of a budget alert. Default 0.02.',
  ),
  oneOffs: described(
    v.strictObject({
      workflows: described(distinct(shortText, 1000), 'Workflows that run once.'),
      requestTypes: described(
        distinct(shortText, 1000),
        'Request types that come once; needs requestType among metrics.dimensions.',
      ),
    } satisfies Entries<OneOffsConfig>),
    'Work that happens once: no forecast expects it again, and no spike or drift alerts of it.',
  ),
} satisfies Entries<AlertsConfig>);
