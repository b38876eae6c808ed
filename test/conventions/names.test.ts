import { describe, expect, it } from 'vitest';
import * as conventions from '../../conventions/index.ts';
import { METRICS } from '../../conventions/index.ts';

/** The telemetry contract: what dashboards, alerts and users rely on. */
const ATTRIBUTES = [
  'gen_ai.usage.cost.amount',
  'gen_ai.usage.cost.currency',
  'gen_ai.usage.cost.source',
  'costspan.price.state',
  'costspan.price.book',
  'costspan.price.match',
  'costspan.price.tier',
  'costspan.cost.missing',
  'costspan.cost.input',
  'costspan.cost.cache_read',
  'costspan.cost.cache_write',
  'costspan.cost.output',
  'costspan.cost.reasoning',
  'costspan.cost.tools',
  'costspan.usage.source',
  'costspan.retry.count',
  'costspan.team',
  'costspan.workflow',
  'costspan.project',
  'costspan.application',
  'costspan.cost_center',
  'costspan.use_case',
  'costspan.business_process',
  'costspan.request_type',
  'costspan.business_owner',
  'costspan.technical_owner',
  'costspan.pool',
  'costspan.attribution.missing',
  'costspan.loop.depth',
  'costspan.agent.depth',
  'costspan.model.tier',
  'costspan.run.id',
  'costspan.budget.decision',
  'costspan.budget.id',
  'costspan.budget.period',
  'costspan.run.cost.amount',
  'costspan.run.inference_calls',
  'costspan.run.tool_calls',
  'costspan.run.input_tokens',
  'costspan.run.output_tokens',
  'costspan.run.max_loop_depth',
  'costspan.token.class',
  'costspan.call.outcome',
  'costspan.component',
  'costspan.outcome.name',
  'costspan.outcome.status',
  'user.id',
  'deployment.environment.name',
  'service.name',
];

/** Kind, unit and buckets, as a line. */
const USD_BUCKETS = '0.0001,0.0003,0.001,0.003,0.01,0.03,0.1,0.3,1,3,10,30,100';
const RUN_BUCKETS = '1,2,4,8,16,32,64,128,256';
const TOKEN_BUCKETS =
  '1,4,16,64,256,1024,4096,16384,65536,262144,1048576,4194304,16777216,67108864';
const DURATION_BUCKETS =
  '0.01,0.02,0.04,0.08,0.16,0.32,0.64,1.28,2.56,5.12,10.24,20.48,40.96,81.92';
const AGENT_BUCKETS = '0.1,0.2,0.4,0.8,1.6,3.2,6.4,12.8,25.6,51.2,102.4,204.8,409.6';
const AGENT_CALL_BUCKETS = '1,2,4,8,16,32,64,128';
const WORKFLOW_BUCKETS = '1,5,10,30,60,120,300,600,1800,3600,7200';

const METRIC_LINES: Readonly<Record<string, string>> = {
  'costspan.cost.usd': 'counter {USD}',
  'costspan.tokens': 'counter {token}',
  'costspan.calls': 'counter {call}',
  'costspan.unpriced.tokens': 'counter {token}',
  'costspan.retries': 'counter {retry}',
  'costspan.run.cost.usd': `histogram {USD} ${USD_BUCKETS}`,
  'costspan.run.inference_calls': `histogram {inference_call} ${RUN_BUCKETS}`,
  'costspan.run.tool_calls': `histogram {tool_call} ${RUN_BUCKETS}`,
  'costspan.run.tokens': `histogram {token} ${TOKEN_BUCKETS}`,
  'costspan.budget.limit.usd': 'gauge {USD}',
  'costspan.budget.limit.tokens': 'gauge {token}',
  'costspan.budget.limit.calls': 'gauge {call}',
  'costspan.budget.spent.usd': 'gauge {USD}',
  'costspan.budget.spent.tokens': 'gauge {token}',
  'costspan.budget.spent.calls': 'gauge {call}',
  'costspan.budget.held.usd': 'gauge {USD}',
  'costspan.budget.held.tokens': 'gauge {token}',
  'costspan.budget.held.calls': 'gauge {call}',
  'costspan.budget.forecast.usd': 'gauge {USD}',
  'costspan.budget.forecast.tokens': 'gauge {token}',
  'costspan.budget.forecast.calls': 'gauge {call}',
  'costspan.budget.decisions': 'counter {decision}',
  'costspan.budget.alerts': 'counter {alert}',
  'costspan.agent.alerts': 'counter {alert}',
  'costspan.agent.stops': 'counter {stop}',
  'costspan.background.responses': 'counter {response}',
  'costspan.outcomes': 'counter {outcome}',
  'costspan.outcome.value.usd': 'counter {USD}',
  'costspan.price_book.age.seconds': 'gauge {second}',
  'costspan.unmetered.requests': 'counter {request}',
  'costspan.internal.errors': 'counter {error}',
  'gen_ai.client.operation.cost': `histogram {cost} ${USD_BUCKETS}`,
  'gen_ai.client.inference.duration': `histogram s ${DURATION_BUCKETS}`,
  'gen_ai.client.inference.time_to_first_chunk': `histogram s ${DURATION_BUCKETS}`,
  'gen_ai.client.inference.time_per_output_chunk': `histogram s ${DURATION_BUCKETS}`,
  'gen_ai.client.inference.usage.input_tokens': 'counter {token}',
  'gen_ai.client.inference.usage.output_tokens': 'counter {token}',
  'gen_ai.client.inference.usage.cache_read.input_tokens': 'counter {token}',
  'gen_ai.client.inference.usage.cache_write.input_tokens': 'counter {token}',
  'gen_ai.client.inference.usage.reasoning.output_tokens': 'counter {token}',
  'gen_ai.client.inference.operation.input_tokens': `histogram {token} ${TOKEN_BUCKETS}`,
  'gen_ai.client.inference.operation.output_tokens': `histogram {token} ${TOKEN_BUCKETS}`,
  'gen_ai.client.operation.duration': `histogram s ${DURATION_BUCKETS}`,
  'gen_ai.invoke_agent.duration': `histogram s ${AGENT_BUCKETS}`,
  'gen_ai.invoke_agent.inference_calls': `histogram {inference_call} ${AGENT_CALL_BUCKETS}`,
  'gen_ai.invoke_agent.tool_calls': `histogram {tool_call} ${AGENT_CALL_BUCKETS}`,
  'gen_ai.invoke_workflow.duration': `histogram s ${WORKFLOW_BUCKETS}`,
  'gen_ai.execute_tool.duration': `histogram s ${DURATION_BUCKETS}`,
};

const exported: ReadonlyMap<string, unknown> = new Map(Object.entries(conventions));

describe('the constants', () => {
  it.each(ATTRIBUTES)('have the attribute %s', (name) => {
    const constant = `ATTR_${name.toUpperCase().replaceAll('.', '_')}`;

    expect(exported.get(constant)).toBe(name);
  });

  it.each(Object.keys(METRIC_LINES))('have the metric %s', (name) => {
    const constant = `METRIC_${name.toUpperCase().replaceAll('.', '_')}`;

    expect(exported.get(constant)).toBe(name);
  });

  it.each([
    ['COSTSPAN_PRICE_STATE', ['free', 'partial', 'priced', 'unpriced']],
    ['COSTSPAN_PRICE_MATCH', ['alias', 'exact', 'family', 'overlay']],
    ['COSTSPAN_USAGE_SOURCE', ['estimated', 'provider']],
    ['COSTSPAN_MODEL_TIER', ['frontier', 'mid', 'reasoning', 'small']],
    ['COSTSPAN_CALL_OUTCOME', ['aborted', 'blocked', 'error', 'ok']],
    ['GEN_AI_USAGE_COST_SOURCE', ['local', 'provider']],
    ['COSTSPAN_BUDGET_DECISION', ['alert', 'allow', 'block', 'downgrade', 'override', 'throttle']],
    [
      'COSTSPAN_TOKEN_CLASS',
      ['cache_read', 'cache_write', 'input', 'output', 'reasoning', 'tools', 'unsplit'],
    ],
  ])('have the values of %s', (prefix, values) => {
    const found = [...exported].flatMap(([constant, value]) =>
      constant.startsWith(`${prefix}_VALUE_`) ? [value] : [],
    );

    expect(new Set(found)).toEqual(new Set(values));
  });
});

describe('METRICS', () => {
  it('says kind, unit and buckets of every metric that we emit', () => {
    const lines = Object.values(METRICS).map(({ name, instrument, unit, boundaries }) => [
      name,
      boundaries === undefined
        ? `${instrument} ${unit}`
        : `${instrument} ${unit} ${boundaries.join(',')}`,
    ]);

    expect(Object.fromEntries(lines)).toEqual(METRIC_LINES);
  });

  it('has a text for each metric', () => {
    for (const { description } of Object.values(METRICS)) {
      expect(description).toMatch(/^[A-Z].+\.$/);
    }
  });
});
