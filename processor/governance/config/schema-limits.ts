import * as v from 'valibot';
import type { AgentLimitConfig, BudgetConfig, MatchConfig } from './config.ts';
import {
  count,
  described,
  distinct,
  match,
  matchEntries,
  modelPattern,
  shortText,
  usd,
} from './schema-parts.ts';
import type { Entries } from './schema-parts.ts';
import { isTimeZone } from './value-rules.ts';

/** The rules of what may stop a call: budgets and agent limits. */

const modelId = v.pipe(v.string(), v.regex(/^[^\s*]{1,128}$/, 'must be a model id'));

export const budget: v.GenericSchema<unknown, BudgetConfig> = v.pipe(
  v.strictObject({
    id: v.pipe(shortText, v.description('Name of the budget, unique in this file.')),
    match,
    limitUsd: described(usd, 'Limit in USD a period.'),
    limitTokens: described(count, 'Limit in tokens a period.'),
    limitCalls: described(count, 'Limit in calls a period.'),
    period: v.pipe(
      v.picklist(['run', 'hour', 'day', 'week', 'month', 'quarter', 'rolling']),
      v.description('Calendar period in the named time zone, one agent run, or a rolling window.'),
    ),
    windowHours: described(
      v.pipe(count, v.maxValue(24 * 366, 'must be at most 8,784 (a year)')),
      'Length of the window of period: rolling.',
    ),
    timezone: described(
      v.pipe(
        v.string(),
        v.check(isTimeZone, 'must be a time zone of the IANA database, such as Europe/Berlin'),
      ),
      'IANA time zone. Default UTC.',
    ),
    alertAt: described(
      distinct(
        v.pipe(
          v.number(),
          v.gtValue(0, 'must be more than 0'),
          v.maxValue(10, 'must be a share of the limit (0.8 for 80 %), at most 10'),
        ),
        20,
      ),
      'Shares of the limit that alert once each. Default 0.5, 0.75, 0.8, 1.',
    ),
    mode: described(
      v.picklist(['soft', 'balanced', 'hard']),
      'How firmly it holds: soft never blocks, balanced may overshoot a little, hard never. Default balanced.',
    ),
    action: described(
      v.picklist(['alert', 'throttle', 'downgrade', 'block', 'kill']),
      'What happens at the limit. Default block, or alert when mode is soft.',
    ),
    owner: described(shortText, 'Whom to ask for more.'),
    onStoreFailure: described(
      v.picklist(['open', 'closed']),
      'Whether calls pass while the store is away. Default open, or closed when mode is hard.',
    ),
    outageAllowance: described(
      v.pipe(
        v.number(),
        v.minValue(0, 'must be at least 0'),
        v.maxValue(1, 'must be a share of the limit, at most 1'),
      ),
      'Share of the limit one process may spend while the store is away. Default 0.02.',
    ),
    unknownModel: described(
      v.picklist(['assume-dearest', 'deny', 'allow']),
      'What a model without a price counts as. Default assume-dearest.',
    ),
    splitBy: described(
      distinct(v.picklist(Object.keys(matchEntries) as (keyof MatchConfig)[]), 5),
      'One separate allowance for each value of these keys.',
    ),
    maxWaitMs: described(
      v.pipe(
        v.number(),
        v.integer('must be a whole number of milliseconds'),
        v.minValue(0, 'must be at least 0'),
        v.maxValue(600_000, 'must be at most 600,000 (ten minutes)'),
      ),
      'Longest wait, in milliseconds, for money that other calls hold, or with throttle for the next period. Default 0; 10000 with throttle.',
    ),
    clampMaxTokens: described(v.boolean(), 'Lowers max_tokens to what is left. Default false.'),
    downgradeTo: described(
      v.union(
        [modelId, v.record(modelPattern, modelId)],
        'must be a model id, or pairs of model ids',
      ),
      'Model that action: downgrade sends calls to: one for all text, or one for each model; * stands for any text.',
    ),
  } satisfies Entries<BudgetConfig>),
  v.check(
    ({ limitUsd, limitTokens, limitCalls }) =>
      [limitUsd, limitTokens, limitCalls].filter((limit) => limit !== undefined).length === 1,
    'must have exactly one of limitUsd, limitTokens and limitCalls',
  ),
  v.check(
    ({ period, windowHours }) => (period === 'rolling') === (windowHours !== undefined),
    'must have windowHours with period: rolling, and with no other period',
  ),
  v.check(
    ({ mode, action }) => mode !== 'soft' || action === undefined || action === 'alert',
    'must not have that action with mode: soft, which never blocks; choose mode balanced or hard, or action: alert',
  ),
);

export const agent: v.GenericSchema<unknown, AgentLimitConfig> = v.pipe(
  v.strictObject({
    match,
    maxInferenceCalls: described(count, 'Inference calls of one run.'),
    maxToolCalls: described(count, 'Tool calls of one run.'),
    maxTokens: described(count, 'Tokens of one run, input and output.'),
    maxDurationSeconds: described(
      v.pipe(v.number(), v.finite('must be finite'), v.gtValue(0, 'must be more than 0')),
      'Wall-clock seconds of one run.',
    ),
    maxCostUsd: described(usd, 'Cost of one run in USD.'),
    maxDepth: described(count, 'Agents inside agents.'),
    maxRetries: described(count, 'Automatic retries of one run.'),
    maxContextTokens: described(count, 'Input tokens of one call.'),
    maxRepeatedToolCalls: described(count, 'Calls of one tool with the same arguments.'),
    maxCallsPerTool: described(
      v.record(v.string(), count),
      'Calls of one run by tool, such as { web_search: 5 }; * is every tool that is not named.',
    ),
    expectedTokens: described(count, 'What a usual run takes; twice as much alerts.'),
  } satisfies Entries<AgentLimitConfig>),
  v.check(
    (entry) => Object.entries(entry).some(([key, value]) => value !== undefined && key !== 'match'),
    'must have at least one limit, such as maxInferenceCalls',
  ),
);
