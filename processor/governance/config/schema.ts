import * as v from 'valibot';
import { ATTRIBUTION_KEYS, METRIC_DIMENSIONS } from '../../../conventions/index.ts';
import type {
  AttributionConfig,
  CostspanConfig,
  LedgerConfig,
  MetricsConfig,
  PausedConfig,
  PricingConfig,
  WorkloadConfig,
} from './config.ts';
import { alerts } from './schema-alerts.ts';
import { agent, budget } from './schema-limits.ts';
import {
  attributionEntries,
  count,
  described,
  distinct,
  isoDate,
  match,
  matchEntries,
  modelPattern,
  shortText,
  usd,
  withDistinctIds,
} from './schema-parts.ts';
import type { Entries } from './schema-parts.ts';
import { HOST_PATTERN, STORE } from './value-rules.ts';

/** The rules of the configuration file. Loaded only when there is a file to check. */

const attributionKey = v.picklist(ATTRIBUTION_KEYS);
const dimension = v.picklist(METRIC_DIMENSIONS);

const attribution = v.strictObject({
  defaults: described(
    v.strictObject(attributionEntries),
    'Used where neither code, environment nor believed baggage says otherwise.',
  ),
  required: described(distinct(attributionKey, 20), 'Keys that every call must have.'),
  mode: described(
    v.picklist(['warn', 'block']),
    'What happens when a required key is missing. Default warn.',
  ),
  inbound: described(
    distinct(v.picklist([...ATTRIBUTION_KEYS, 'runId']), 20),
    'Keys believed from the baggage of inbound requests.',
  ),
  outboundHosts: described(
    distinct(
      v.pipe(
        v.string(),
        v.regex(
          HOST_PATTERN,
          'must be a host such as billing.internal or *.internal, with :port or without, and no scheme or path',
        ),
      ),
      1000,
    ),
    'Hosts that are sent our baggage. Default none; LLM providers never.',
  ),
} satisfies Entries<AttributionConfig>);

const pricing = v.strictObject({
  overlay: described(
    v.pipe(v.string(), v.minLength(1, 'must not be empty')),
    'File with negotiated rates and private models, relative to this file.',
  ),
  unknownModel: described(
    v.literal('unpriced'),
    'How reports show a model that has no price. Default unpriced.',
  ),
} satisfies Entries<PricingConfig>);

const paused = v.pipe(
  v.strictObject({
    ...matchEntries,
    run: described(shortText, 'Run id.'),
    reason: described(
      v.pipe(v.string(), v.maxLength(500, 'must be at most 500 characters')),
      'Why, for whoever is refused.',
    ),
    actor: described(shortText, 'Who switched it off.'),
    until: described(isoDate, 'When it ends, ISO 8601. Absent: when the entry is removed.'),
  } satisfies Entries<PausedConfig>),
  v.check(
    (entry) =>
      Object.entries(entry).some(
        ([key, value]) => value !== undefined && !['reason', 'actor', 'until'].includes(key),
      ),
    'must say what is paused, such as workflow: bug-triage',
  ),
);

const workload = v.strictObject({
  id: v.pipe(shortText, v.description('Name of the workload, unique in this file.')),
  match,
  owner: described(shortText, 'Who answers for it.'),
  costCenter: described(shortText, 'Cost centre.'),
  tier: described(shortText, 'Model tier it is meant to run on.'),
  expectedMonthlyUsd: described(usd, 'Expected spend a month in USD.'),
  expectedMonthlyCalls: described(count, 'Expected calls a month.'),
  fallback: described(shortText, 'What to do when it is stopped.'),
  qualityMetric: described(shortText, 'How its quality is measured.'),
  valueMetric: described(shortText, 'How its value is measured.'),
  reviewDate: described(isoDate, 'Next review.'),
} satisfies Entries<WorkloadConfig>);

const megabytes = v.pipe(
  v.number(),
  v.finite('must be finite'),
  v.gtValue(0, 'must be more than 0'),
  v.maxValue(1_000_000, 'must be at most 1,000,000'),
);

const ledger = v.strictObject({
  mode: described(
    v.picklist(['off', 'file', 'events']),
    'How: file (JSON Lines on disk), events (OpenTelemetry log events) or off. Default file if some budget blocks, else off.',
  ),
  folder: described(
    v.pipe(v.string(), v.minLength(1, 'must not be empty')),
    'Folder of the files, relative to this file. Default .costspan/ledger.',
  ),
  maxSegmentMb: described(megabytes, 'Size in MiB of one file. Default 16.'),
  maxTotalMb: described(
    megabytes,
    'Size in MiB of all files; beyond it the oldest are removed. Default 1024.',
  ),
  keepDays: described(
    v.pipe(count, v.maxValue(36_500, 'must be at most 36,500')),
    'Days that are kept. Default 100.',
  ),
} satisfies Entries<LedgerConfig>);

const metrics = v.strictObject({
  dimensions: described(
    distinct(dimension, 12),
    'Attribution keys on metrics. Default team and workflow.',
  ),
  maxValuesPerDimension: described(
    v.pipe(count, v.maxValue(100_000, 'must be at most 100,000')),
    'Further values are counted as other. Default 200.',
  ),
  maxSets: described(
    v.pipe(count, v.maxValue(100_000, 'must be at most 100,000')),
    'Attribute sets of one instrument. Default 1800.',
  ),
} satisfies Entries<MetricsConfig>);

export const configSchema: v.GenericSchema<unknown, CostspanConfig> = v.pipe(
  v.strictObject({
    $schema: described(v.string(), 'This schema, for editors.'),
    attribution: described(attribution, 'Who calls are for.'),
    pricing: described(pricing, 'What calls cost.'),
    budgets: described(withDistinctIds(budget), 'Caps on spend.'),
    agents: described(
      v.pipe(v.array(agent), v.maxLength(10_000, 'must have at most 10,000 entries')),
      'Limits of one agent run.',
    ),
    paused: described(
      v.pipe(v.array(paused), v.maxLength(10_000, 'must have at most 10,000 entries')),
      'Scopes that are switched off.',
    ),
    allowedModels: described(
      distinct(modelPattern, 10_000),
      'Models that may be called; a trailing * matches any ending. Empty: all.',
    ),
    workloads: described(withDistinctIds(workload), 'The register of workloads.'),
    store: described(
      v.pipe(
        v.string(),
        v.regex(STORE, 'must be memory, sqlite:<path>, redis://<host> or rediss://<host>'),
      ),
      'Where budgets are kept. Default memory.',
    ),
    ledger: described(ledger, 'Where every booked call is written down; never its content.'),
    metrics: described(metrics, 'How metrics are cut.'),
    alerts: described(alerts, 'Where the alerts of costspan grafana begin.'),
    content: described(v.literal('off'), 'Prompts and completions on telemetry. Only off.'),
    streamUsage: described(
      v.boolean(),
      'Asks hosts known to give it for the usage of streams, and hides the extra chunk. Default true.',
    ),
  } satisfies Entries<CostspanConfig>),
  v.title('costspan.yaml'),
  v.description('Configuration of costspan. Every key is optional.'),
);
