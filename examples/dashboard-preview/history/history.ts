import {
  ATTR_COSTSPAN_BACKGROUND_STATE,
  ATTR_COSTSPAN_BUDGET_DECISION,
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_BUDGET_PERIOD,
  ATTR_COSTSPAN_BUDGET_THRESHOLD,
  ATTR_COSTSPAN_CALL_OUTCOME,
  ATTR_COSTSPAN_COMPONENT,
  ATTR_COSTSPAN_LIMIT,
  ATTR_COSTSPAN_MODEL_TIER,
  ATTR_COSTSPAN_OUTCOME_NAME,
  ATTR_COSTSPAN_OUTCOME_STATUS,
  ATTR_COSTSPAN_POOL,
  ATTR_COSTSPAN_PRICE_STATE,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_TOKEN_CLASS,
  ATTR_COSTSPAN_USAGE_SOURCE,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_USAGE_COST_CURRENCY,
  ATTR_GEN_AI_WORKFLOW_NAME,
  ATTR_SERVER_ADDRESS,
  METRIC_COSTSPAN_AGENT_ALERTS,
  METRIC_COSTSPAN_AGENT_STOPS,
  METRIC_COSTSPAN_BUDGET_ALERTS,
  METRIC_COSTSPAN_BUDGET_DECISIONS,
  METRIC_COSTSPAN_BUDGET_HELD_USD,
  METRIC_COSTSPAN_BUDGET_SPENT_USD,
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_INTERNAL_ERRORS,
  METRIC_COSTSPAN_OUTCOME_VALUE_USD,
  METRIC_COSTSPAN_OUTCOMES,
  METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS,
  METRIC_COSTSPAN_RETRIES,
  METRIC_COSTSPAN_RUN_COST_USD,
  METRIC_COSTSPAN_RUN_INFERENCE_CALLS,
  METRIC_COSTSPAN_RUN_TOKENS,
  METRIC_COSTSPAN_RUN_TOOL_CALLS,
  METRIC_COSTSPAN_TOKENS,
  METRIC_COSTSPAN_BACKGROUND_RESPONSES,
  METRIC_COSTSPAN_UNMETERED_REQUESTS,
  METRIC_COSTSPAN_UNPRICED_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_DURATION,
  METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_INPUT_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_OUTPUT_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK,
  METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK,
  METRIC_GEN_AI_CLIENT_OPERATION_COST,
  METRIC_GEN_AI_CLIENT_OPERATION_DURATION,
  METRIC_GEN_AI_EXECUTE_TOOL_DURATION,
  METRIC_GEN_AI_INVOKE_AGENT_DURATION,
  METRIC_GEN_AI_INVOKE_AGENT_INFERENCE_CALLS,
  METRIC_GEN_AI_INVOKE_AGENT_TOOL_CALLS,
  METRIC_GEN_AI_INVOKE_WORKFLOW_DURATION,
} from '../../../conventions/index.ts';
import type { Naming } from '../../../grafana/names.ts';
import { busyness, incidentAt, RATES, TOOLS, TRAFFIC, type Traffic } from './scenario.ts';
import { type Labels, SeriesSet } from './series.ts';

/** Days of history, and how fine its parts are. */
const DAYS = 63;
const STEPS = [
  { untilHoursAgo: 8 * 24, seconds: 1800 },
  { untilHoursAgo: 26, seconds: 300 },
  { untilHoursAgo: 0, seconds: 120 },
] as const;

/** The `days` of the scenario that end at `end`, in seconds since the epoch. */
export function makeHistory(naming: Naming, end: number, days: number = DAYS): SeriesSet {
  const set = new SeriesSet(naming);
  let time = end - days * 86_400;
  seed(set);
  set.sample(time);
  for (const { untilHoursAgo, seconds } of STEPS) {
    const until = end - untilHoursAgo * 3600;
    while (time < until) {
      time += seconds;
      advance(set, time, seconds, end);
      set.sample(time);
    }
  }
  return set;
}

/** Series that begin at zero, so that their first step counts. */
function seed(set: SeriesSet): void {
  for (const traffic of TRAFFIC) call(set, traffic, 0, 1, 1, 0.01, 0.01);
  rareEvents(set, 0, 0);
}

function advance(set: SeriesSet, time: number, seconds: number, end: number): void {
  const busy = busyness(time, end);
  for (const traffic of TRAFFIC) {
    const { callsFactor, runDepthFactor, cachedFactor, errorShare, retryShare } = incidentAt(
      traffic,
      time,
      end,
    );
    const ripple = 1 + 0.12 * Math.sin(time / 1700 + traffic.inputTokens);
    const calls = traffic.callsPerSecond * seconds * busy * ripple * callsFactor;
    call(set, traffic, calls, runDepthFactor, cachedFactor, errorShare, retryShare);
  }
  embeddings(set, seconds * busy);
  rareEvents(set, (end - time) / 3600, seconds);
  set.set(METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS, {}, 23 * 86_400 - (end - time));
  const monthly = {
    [ATTR_COSTSPAN_BUDGET_ID]: 'support-monthly',
    [ATTR_COSTSPAN_BUDGET_PERIOD]: 'month',
  };
  set.set(METRIC_COSTSPAN_BUDGET_HELD_USD, monthly, 0.4 * busy * (1 + 0.5 * Math.sin(time / 400)));
  const daily = { [ATTR_COSTSPAN_BUDGET_ID]: 'growth-daily', [ATTR_COSTSPAN_BUDGET_PERIOD]: 'day' };
  const spent = spentBy(set, time);
  set.set(METRIC_COSTSPAN_BUDGET_SPENT_USD, monthly, spent.month);
  set.set(METRIC_COSTSPAN_BUDGET_SPENT_USD, daily, spent.day);
  set.set(METRIC_COSTSPAN_BUDGET_HELD_USD, daily, 0.9 * busy * (1 + 0.5 * Math.sin(time / 900)));
}

/** What the store of the budgets knows: money since the period began. */
function spentBy(set: SeriesSet, time: number): { month: number; day: number } {
  const month = new Date(time * 1000).getUTCMonth();
  const day = Math.floor(time / 86_400);
  const support = set.total(METRIC_COSTSPAN_COST_USD, ATTR_COSTSPAN_TEAM, 'support');
  const growth = set.total(METRIC_COSTSPAN_COST_USD, ATTR_COSTSPAN_TEAM, 'growth');
  if (month !== periods.month) Object.assign(periods, { month, supportBefore: support });
  if (day !== periods.day) Object.assign(periods, { day, growthBefore: growth });
  return { month: support - periods.supportBefore, day: growth - periods.growthBefore };
}

const periods = { month: -1, day: -1, supportBefore: 0, growthBefore: 0 };

function call(
  set: SeriesSet,
  traffic: Traffic,
  calls: number,
  depthFactor: number,
  cachedFactor: number,
  errorShare: number,
  retryShare: number,
): void {
  const owner: Labels = {
    [ATTR_COSTSPAN_TEAM]: traffic.team,
    [ATTR_COSTSPAN_WORKFLOW]: traffic.workflow,
    [ATTR_COSTSPAN_POOL]: traffic.team === 'growth' ? 'experiments' : 'production',
    [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: 'production',
  };
  const labels: Labels = {
    ...owner,
    [ATTR_COSTSPAN_MODEL_TIER]: traffic.tier,
    [ATTR_GEN_AI_PROVIDER_NAME]: traffic.provider,
    [ATTR_GEN_AI_REQUEST_MODEL]: traffic.model,
    [ATTR_GEN_AI_OPERATION_NAME]: 'chat',
  };
  const cached = traffic.cached * cachedFactor;
  const written =
    traffic.provider === 'anthropic' ? traffic.cached * (1.1 - cachedFactor) * 0.5 : 0;
  const tokens = {
    input: traffic.inputTokens * Math.max(0, 1 - cached - written),
    cache_read: traffic.inputTokens * cached,
    cache_write: traffic.inputTokens * written,
    output: traffic.outputTokens,
    reasoning: traffic.reasoningTokens,
  };
  const rates = RATES[traffic.model]!;
  let costOfCall = 0;
  for (const [name, amount] of Object.entries(tokens)) {
    if (amount === 0) continue;
    const rate = name === 'reasoning' ? rates.output : rates[name as keyof typeof rates];
    const ofClass = { ...labels, [ATTR_COSTSPAN_TOKEN_CLASS]: name };
    costOfCall += (amount * rate) / 1e6;
    set.add(METRIC_COSTSPAN_TOKENS, ofClass, calls * amount);
    set.add(METRIC_COSTSPAN_COST_USD, ofClass, (calls * amount * rate) / 1e6);
  }
  for (const [outcome, share] of [
    ['ok', 1 - errorShare - 0.003],
    ['error', errorShare],
    ['aborted', 0.003],
  ] as const) {
    const outcomeLabels = {
      ...labels,
      [ATTR_COSTSPAN_CALL_OUTCOME]: outcome,
      [ATTR_COSTSPAN_PRICE_STATE]: 'priced',
      [ATTR_COSTSPAN_USAGE_SOURCE]: outcome === 'aborted' ? 'estimated' : 'provider',
    };
    set.add(METRIC_COSTSPAN_CALLS, outcomeLabels, calls * share);
  }
  set.add(METRIC_COSTSPAN_RETRIES, labels, calls * retryShare);
  const slow = errorShare > 0.1 ? 2.2 : 1;
  set.record(METRIC_GEN_AI_CLIENT_INFERENCE_DURATION, labels, calls, traffic.seconds * slow, 0.55);
  set.record(
    METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK,
    labels,
    calls * 0.6,
    (0.2 + traffic.seconds / 8) * slow,
    0.4,
  );
  set.record(
    METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK,
    labels,
    calls * 0.6,
    0.02 + traffic.seconds / 1000,
    0.3,
  );
  set.record(
    METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_INPUT_TOKENS,
    labels,
    calls,
    traffic.inputTokens,
    0.4,
  );
  set.record(
    METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_OUTPUT_TOKENS,
    labels,
    calls,
    traffic.outputTokens + traffic.reasoningTokens,
    0.5,
  );
  set.record(
    METRIC_GEN_AI_CLIENT_OPERATION_COST,
    { ...labels, [ATTR_GEN_AI_USAGE_COST_CURRENCY]: 'USD' },
    calls,
    costOfCall,
    0.6,
  );
  const depth = traffic.callsPerRun * depthFactor;
  const runs = calls / depth;
  set.record(
    METRIC_COSTSPAN_RUN_INFERENCE_CALLS,
    owner,
    runs,
    depth,
    traffic.callsPerRun > 2 ? 0.6 : 0.15,
  );
  set.record(METRIC_COSTSPAN_RUN_COST_USD, owner, runs, depth * costOfCall, 0.7);
  set.record(
    METRIC_COSTSPAN_RUN_TOKENS,
    owner,
    runs,
    depth * (traffic.inputTokens + traffic.outputTokens),
    0.7,
  );
  set.record(METRIC_COSTSPAN_RUN_TOOL_CALLS, owner, runs, Math.max(0.5, depth * 0.8), 0.6);
  if (traffic.agent !== undefined) {
    const agent = { ...owner, [ATTR_GEN_AI_AGENT_NAME]: traffic.agent };
    set.record(METRIC_GEN_AI_INVOKE_AGENT_DURATION, agent, runs, depth * traffic.seconds, 0.6);
    set.record(METRIC_GEN_AI_INVOKE_AGENT_INFERENCE_CALLS, agent, runs, depth, 0.6);
    for (const tool of TOOLS.filter(({ agent: name }) => name === traffic.agent)) {
      const toolLabels = { ...agent, [ATTR_GEN_AI_TOOL_NAME]: tool.name };
      set.record(
        METRIC_GEN_AI_EXECUTE_TOOL_DURATION,
        toolLabels,
        runs * depth * 0.4,
        tool.seconds,
        0.5,
      );
    }
    set.record(METRIC_GEN_AI_INVOKE_AGENT_TOOL_CALLS, agent, runs, depth * 0.8, 0.6);
    const workflow = { ...owner, [ATTR_GEN_AI_WORKFLOW_NAME]: traffic.workflow };
    set.record(
      METRIC_GEN_AI_INVOKE_WORKFLOW_DURATION,
      workflow,
      runs,
      depth * traffic.seconds,
      0.6,
    );
    outcome(set, owner, runs);
  }
}

function outcome(set: SeriesSet, owner: Labels, runs: number): void {
  const name = owner[ATTR_COSTSPAN_TEAM] === 'support' ? 'ticket-resolved' : 'report-delivered';
  const value = name === 'ticket-resolved' ? 0.9 : 4;
  for (const [status, share] of [
    ['success', 0.78],
    ['failure', 0.14],
    ['partial', 0.08],
  ] as const) {
    const labels = {
      ...owner,
      [ATTR_COSTSPAN_OUTCOME_NAME]: name,
      [ATTR_COSTSPAN_OUTCOME_STATUS]: status,
    };
    set.add(METRIC_COSTSPAN_OUTCOMES, labels, runs * share);
    if (status === 'success')
      set.add(METRIC_COSTSPAN_OUTCOME_VALUE_USD, labels, runs * share * value);
  }
}

/** What is no inference. */
function embeddings(set: SeriesSet, busySeconds: number): void {
  const labels: Labels = {
    [ATTR_COSTSPAN_TEAM]: 'search',
    [ATTR_COSTSPAN_WORKFLOW]: 'index-documents',
    [ATTR_COSTSPAN_POOL]: 'production',
    [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: 'production',
    [ATTR_GEN_AI_PROVIDER_NAME]: 'openai',
    [ATTR_GEN_AI_REQUEST_MODEL]: 'text-embedding-3-large',
    [ATTR_GEN_AI_OPERATION_NAME]: 'embeddings',
  };
  const calls = 0.4 * busySeconds;
  const input = { ...labels, [ATTR_COSTSPAN_TOKEN_CLASS]: 'input' };
  set.add(METRIC_COSTSPAN_TOKENS, input, calls * 2400);
  set.add(METRIC_COSTSPAN_COST_USD, input, (calls * 2400 * 0.13) / 1e6);
  const outcomeLabels = {
    ...labels,
    [ATTR_COSTSPAN_CALL_OUTCOME]: 'ok',
    [ATTR_COSTSPAN_PRICE_STATE]: 'priced',
    [ATTR_COSTSPAN_USAGE_SOURCE]: 'provider',
  };
  set.add(METRIC_COSTSPAN_CALLS, outcomeLabels, calls);
  set.record(METRIC_GEN_AI_CLIENT_OPERATION_DURATION, labels, calls, 0.25, 0.5);
}

/** What budgets and limits do, and what nobody wants to see. */
/** Whose agents go round too often. */
const RUNAWAY: Labels = {
  [ATTR_COSTSPAN_TEAM]: 'growth',
  [ATTR_COSTSPAN_WORKFLOW]: 'competitor-watch',
  [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: 'production',
};

function rareEvents(set: SeriesSet, hoursAgo: number, seconds: number): void {
  const minutes = seconds / 60;
  const during = (from: number, to: number, perMinute: number): number =>
    seconds > 0 && hoursAgo < from && hoursAgo > to ? perMinute * minutes : 0;
  const decide = (budget: string, decision: string, count: number): void =>
    set.add(
      METRIC_COSTSPAN_BUDGET_DECISIONS,
      { [ATTR_COSTSPAN_BUDGET_ID]: budget, [ATTR_COSTSPAN_BUDGET_DECISION]: decision },
      count,
    );
  const passed = (budget: string, threshold: string, count: number): void =>
    set.add(
      METRIC_COSTSPAN_BUDGET_ALERTS,
      { [ATTR_COSTSPAN_BUDGET_ID]: budget, [ATTR_COSTSPAN_BUDGET_THRESHOLD]: threshold },
      count,
    );
  passed('growth-daily', '0.75', during(4.4, 4.3, 0.2));
  passed('growth-daily', '1', during(3.1, 3, 0.2));
  passed('support-monthly', '0.75', during(20, 19.9, 0.2));
  decide('support-monthly', 'allow', 8 * minutes);
  decide('growth-daily', 'allow', 2 * minutes);
  decide('support-monthly', 'alert', during(20, 6, 0.2));
  decide('growth-daily', 'alert', during(6, 4, 3));
  decide('growth-daily', 'downgrade', during(4.5, 3, 2));
  decide('growth-daily', 'override', during(3.2, 2.4, 1));
  decide('growth-daily', 'block', during(3, 2, 2.5));
  const blocked = {
    ...RUNAWAY,
    [ATTR_GEN_AI_PROVIDER_NAME]: 'openai',
    [ATTR_GEN_AI_REQUEST_MODEL]: 'o3',
    [ATTR_GEN_AI_OPERATION_NAME]: 'chat',
    [ATTR_COSTSPAN_CALL_OUTCOME]: 'blocked',
    [ATTR_COSTSPAN_PRICE_STATE]: 'unpriced',
  };
  set.add(METRIC_COSTSPAN_CALLS, blocked, during(3, 2, 2.5));
  set.add(
    METRIC_COSTSPAN_AGENT_STOPS,
    { ...RUNAWAY, [ATTR_COSTSPAN_LIMIT]: 'inference_calls' },
    during(5, 2.5, 0.3),
  );
  set.add(
    METRIC_COSTSPAN_AGENT_STOPS,
    { ...RUNAWAY, [ATTR_COSTSPAN_LIMIT]: 'cost' },
    during(4, 2.5, 0.1),
  );
  set.add(
    METRIC_COSTSPAN_AGENT_ALERTS,
    { ...RUNAWAY, [ATTR_COSTSPAN_LIMIT]: 'tokens' },
    during(5, 2.5, 0.2),
  );
  set.add(
    METRIC_COSTSPAN_AGENT_ALERTS,
    { ...RUNAWAY, [ATTR_COSTSPAN_LIMIT]: 'inference_calls' },
    during(5, 2.5, 0.4),
  );
  const search = {
    [ATTR_COSTSPAN_TEAM]: 'search',
    [ATTR_COSTSPAN_WORKFLOW]: 'ranking-notes',
    [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: 'production',
  };
  set.add(
    METRIC_COSTSPAN_UNPRICED_TOKENS,
    {
      ...search,
      [ATTR_GEN_AI_PROVIDER_NAME]: 'openai',
      [ATTR_GEN_AI_REQUEST_MODEL]: 'in-house-ranker',
      [ATTR_GEN_AI_OPERATION_NAME]: 'chat',
    },
    during(18, 0, 900),
  );
  set.add(
    METRIC_COSTSPAN_CALLS,
    {
      ...search,
      [ATTR_GEN_AI_PROVIDER_NAME]: 'openai',
      [ATTR_GEN_AI_REQUEST_MODEL]: 'gpt-5-mini',
      [ATTR_GEN_AI_OPERATION_NAME]: 'chat',
      [ATTR_COSTSPAN_CALL_OUTCOME]: 'ok',
      [ATTR_COSTSPAN_PRICE_STATE]: 'partial',
      [ATTR_COSTSPAN_USAGE_SOURCE]: 'provider',
    },
    during(14, 0, 0.5),
  );
  set.add(
    METRIC_COSTSPAN_UNMETERED_REQUESTS,
    { ...search, [ATTR_SERVER_ADDRESS]: 'api.openai.com' },
    during(14, 0, 0.2),
  );
  for (const [state, anHour] of [
    ['begun', 2],
    ['booked', 1.9],
  ] as const) {
    set.add(
      METRIC_COSTSPAN_BACKGROUND_RESPONSES,
      { ...search, [ATTR_COSTSPAN_BACKGROUND_STATE]: state },
      during(14, 0, anHour),
    );
  }
  set.add(
    METRIC_COSTSPAN_INTERNAL_ERRORS,
    { [ATTR_COSTSPAN_COMPONENT]: 'openai.stream' },
    during(11, 10.9, 0.5),
  );
}
