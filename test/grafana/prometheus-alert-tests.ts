import type { RuleTest } from './promtool.ts';

/** Every alert that is not a budget's, as it fires and resolves. Five minutes are one value. */

const WORKFLOW = { 'costspan.team': 't1', 'costspan.workflow': 'w1' };
const MODEL = { 'costspan.team': 't1', 'gen_ai.request.model': 'm1' };
const W1 = 'costspan_team="t1", costspan_workflow="w1"';

const cost = (labels: string) => `costspan_cost_usd_total{${W1}, ${labels}}`;
const calls = (labels: string) => `costspan_calls_total{${W1}, ${labels}}`;
const tokens = (kind: string) =>
  `costspan_tokens_total{costspan_team="t1", gen_ai_request_model="m1", costspan_token_class="${kind}"}`;

const SMALL = 'gen_ai_request_model="m1", costspan_model_tier="small"';
const LARGE = 'gen_ai_request_model="m2", costspan_model_tier="frontier"';

/** 60 steady hours, 3 hours of everything at once, then as before. */
const INCIDENT: RuleTest = {
  name: '60 steady hours raise nothing; then a dear model, a cold cache, retries, errors; then peace',
  interval: '5m',
  series: {
    [cost(SMALL)]: '0+0.125x720 90+0x36 90+0.125x144',
    // Born with the incident: what has no history had no share.
    [cost(LARGE)]: '_x720 1+1x36 37+0x144',
    [calls(`${SMALL}, costspan_call_outcome="ok"`)]: '0+100x720 72000+0x36 72000+100x144',
    [calls(`${LARGE}, costspan_call_outcome="ok"`)]: '_x720 100+100x36 3700+0x144',
    [calls(`${SMALL}, costspan_call_outcome="error"`)]: '0+0x720 20+20x36 740+0x144',
    [calls(`${SMALL}, costspan_call_outcome="blocked"`)]: '0+0x720 500+500x36 18500+0x144',
    [`costspan_retries_total{${W1}}`]: '_x720 60+60x36 2220+0x144',
    [tokens('input')]: '0+500x720 361000+1000x36 397500+500x144',
    [tokens('cache_read')]: '0+500x720 360000+0x36 360500+500x144',
  },
  values: [
    [
      '48h',
      'round(costspan:cost_usd:increase1h, 0.01)',
      { '{costspan_team="t1", costspan_workflow="w1"}': 1.5 },
    ],
    ['48h', 'costspan:retries:ratio10m + 0', { '{costspan_team="t1", costspan_workflow="w1"}': 0 }],
    ['60h', 'ALERTS', {}],
  ],
  alerts: [
    ['62h', 'CostspanSpendSpike', { ...WORKFLOW, shown: '12.00' }],
    ['66h', 'CostspanSpendSpike'],
    ['62h', 'CostspanCostPerCallRise', { ...WORKFLOW, shown: '0.0083' }],
    ['66h', 'CostspanCostPerCallRise'],
    ['61h', 'CostspanModelMixDrift', { ...WORKFLOW, 'gen_ai.request.model': 'm2', shown: '100%' }],
    ['68h', 'CostspanModelMixDrift'],
    [
      '62h',
      'CostspanTierDrift',
      { ...WORKFLOW, 'costspan.model.tier': 'frontier', shown: '81.97%' },
    ],
    ['66h', 'CostspanTierDrift'],
    ['62h', 'CostspanCacheHitDrop', { ...MODEL, shown: '0%' }],
    ['66h', 'CostspanCacheHitDrop'],
    ['62h', 'CostspanRetryStorm', { ...WORKFLOW, shown: '50%' }],
    ['64h', 'CostspanRetryStorm'],
    ['62h', 'CostspanErrorRateHigh', { ...WORKFLOW, shown: '16.67%' }],
    ['64h', 'CostspanErrorRateHigh'],
  ],
};

export const ALERTS: readonly RuleTest[] = [
  INCIDENT,
  {
    name: 'a day of silence leaves a gap, and the baseline still works after it',
    interval: '5m',
    series: {
      [tokens('input')]: '0+500x288 144000+0x288 145000+1000x40',
      [tokens('cache_read')]: '0+500x288 144000+0x330',
    },
    values: [['40h', 'costspan:cache_read:ratio1h', {}]],
    alerts: [['50h', 'CostspanCacheHitDrop', { ...MODEL, shown: '0%' }]],
  },
  {
    name: 'counters born at their first event are not missed',
    interval: '5m',
    series: {
      'costspan_unpriced_tokens_total{gen_ai_provider_name="openai", gen_ai_request_model="gpt-next"}':
        '_x12 900x12',
      'costspan_unmetered_requests_total{server_address="api.openai.com"}': '_x12 1x12',
      'costspan_internal_errors_total{costspan_component="pricing"}': '_x12 1x12',
      'costspan_agent_stops_total{costspan_limit="inference_calls"}': '_x12 2x12',
      [calls('costspan_call_outcome="blocked"')]: '_x12 1x12',
      [`costspan_run_inference_calls_bucket{${W1}, le="64"}`]: '_x12 1x12',
      [`costspan_run_inference_calls_bucket{${W1}, le="+Inf"}`]: '_x12 1x12',
    },
    alerts: [
      [
        '65m',
        'CostspanUnpricedModel',
        { 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-next', shown: '' },
      ],
      ['100m', 'CostspanUnpricedModel'],
      ['65m', 'CostspanUnmeteredRequests', { 'server.address': 'api.openai.com', shown: '' }],
      ['100m', 'CostspanUnmeteredRequests'],
      ['65m', 'CostspanInternalErrors', { 'costspan.component': 'pricing', shown: '' }],
      ['100m', 'CostspanInternalErrors'],
      ['65m', 'CostspanAgentStopped', { 'costspan.limit': 'inference_calls', shown: '2' }],
      ['100m', 'CostspanAgentStopped'],
      ['65m', 'CostspanCallsBlocked', { ...WORKFLOW, shown: '' }],
      ['100m', 'CostspanCallsBlocked'],
      ['65m', 'CostspanAgentRunaway', { ...WORKFLOW, shown: '63' }],
      ['100m', 'CostspanAgentRunaway'],
    ],
  },
  {
    name: 'a tenth of all tokens has no price',
    interval: '5m',
    series: {
      'costspan_unpriced_tokens_total{gen_ai_request_model="a"}': '0+100x12',
      'costspan_tokens_total{gen_ai_request_model="a"}': '0+100x12',
      'costspan_tokens_total{gen_ai_request_model="b"}': '0+900x12',
    },
    values: [['1h', 'round(costspan:unpriced:ratio1d, 0.01)', { '{}': 0.1 }]],
  },
  {
    name: 'spend without a team, as a label and as none, until a day has passed without',
    interval: '5m',
    series: {
      'costspan_cost_usd_total{costspan_team="t1"}': '0+1x800',
      'costspan_cost_usd_total{costspan_team="unassigned"}': '0+0.06x400 24x400',
      costspan_cost_usd_total: '0+0.04x400 16x400',
      costspan_price_book_age_seconds: '0x300 5270400x200 100x300',
    },
    alerts: [
      ['26h', 'CostspanUntaggedSpend', { shown: '9.091%' }],
      ['60h', 'CostspanUntaggedSpend'],
      ['24h', 'CostspanPriceBookStale'],
      ['27h', 'CostspanPriceBookStale', { shown: '61d 0h 0m 0s' }],
      ['44h', 'CostspanPriceBookStale'],
    ],
  },
];

/** With the weeks that they need, so with longer steps. */
export const WEEKS: readonly RuleTest[] = [
  {
    name: 'work that moves to a smaller model is no escalation',
    interval: '5m',
    series: {
      [cost(LARGE)]: '0+1x720 720+0x48',
      [cost(SMALL)]: '0+0x720 0.25+0.25x48',
      [calls(`${LARGE}, costspan_call_outcome="ok"`)]: '0+100x720 72000+0x48',
      [calls(`${SMALL}, costspan_call_outcome="ok"`)]: '0+0x720 100+100x48',
    },
    alerts: [
      ['62h', 'CostspanTierDrift'],
      [
        '62h',
        'CostspanModelMixDrift',
        { ...WORKFLOW, 'gen_ai.request.model': 'm1', shown: '97.96%' },
      ],
    ],
  },
  {
    name: 'an hour that is dear every week, and shares of a handful of calls, are not news',
    interval: '5m',
    series: {
      // 12 USD in the last hour of every day: 24 hours are 288 values.
      [cost(SMALL)]: Array.from(
        { length: 10 },
        (_, day) => `${day * 12}+0x275 ${day * 12}+1x11`,
      ).join(' '),
      [calls('costspan_call_outcome="ok"')]: '0+1x2880',
      [calls('costspan_call_outcome="error"')]: '0+1x2880',
      [`costspan_retries_total{${W1}}`]: '0+1x2880',
    },
    alerts: [
      ['24h', 'CostspanSpendSpike', { ...WORKFLOW, shown: '12.00' }],
      ['192h', 'CostspanSpendSpike'],
      ['24h', 'CostspanErrorRateHigh'],
      ['24h', 'CostspanRetryStorm'],
    ],
  },
];
