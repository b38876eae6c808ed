import type { RuleTest } from './promtool.ts';

/** Every alert that is not a budget's, as it fires and resolves. Five minutes are one value. */

const WORKFLOW = { 'costspan.team': 't1', 'costspan.workflow': 'w1' };
const MODEL = { 'costspan.team': 't1', 'gen_ai.request.model': 'm1' };
const W1 = 'costspan_team="t1", costspan_workflow="w1"';

const cost = (labels: string) => `costspan_cost_usd_total{${W1}, ${labels}}`;
const calls = (labels: string) => `costspan_calls_total{${W1}, ${labels}}`;
const tokens = (kind: string) =>
  `costspan_tokens_total{costspan_team="t1", gen_ai_request_model="m1", costspan_token_class="${kind}"}`;

const tokensOf = (kind: string) => `costspan_tokens_total{${W1}, costspan_token_class="${kind}"}`;

/** Thursday and Friday; Saturday and Sunday nothing; five days, and nothing again. */
const WEEKDAYS = '0+1x575 stale _x575 600+1x1439 stale _x500';

const SMALL = 'gen_ai_request_model="m1", costspan_model_tier="small"';
const LARGE = 'gen_ai_request_model="m2", costspan_model_tier="frontier"';

/** 60 steady hours, 3 hours of everything at once, then as before. */
const INCIDENT: RuleTest = {
  name: '60 steady hours raise nothing; then a dear model, a cold cache, retries, errors; then peace',
  interval: '5m',
  series: {
    [cost(SMALL)]: '0+0.125x720 90+0x36 90+0.125x144',
    // Born with the incident: what has no history had no share.
    [cost(LARGE)]: '_x720 0 1+1x35 36+0x144',
    [calls(`${SMALL}, costspan_call_outcome="ok"`)]: '0+100x720 72000+0x36 72000+100x144',
    [calls(`${LARGE}, costspan_call_outcome="ok"`)]: '_x720 0 100+100x35 3600+0x144',
    [calls(`${SMALL}, costspan_call_outcome="error"`)]: '0+0x720 20+20x36 740+0x144',
    [calls(`${SMALL}, costspan_call_outcome="blocked"`)]: '0+0x720 500+500x36 18500+0x144',
    [`costspan_retries_total{${W1}}`]: '_x720 0 60+60x35 2160+0x144',
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
      [calls(`${SMALL}, costspan_call_outcome="ok"`)]: '0+100x620',
      [tokens('input')]: '0+500x288 144000+0x288 145000+1000x40',
      [tokens('cache_read')]: '0+500x288 144000+0x330',
    },
    values: [['40h', 'costspan:cache_read:ratio1h', {}]],
    alerts: [['50h', 'CostspanCacheHitDrop', { ...MODEL, shown: '0%' }]],
  },
  {
    name: 'counters born at their first event are not missed, with a zero before it or without',
    interval: '5m',
    series: {
      'costspan_unpriced_tokens_total{gen_ai_provider_name="openai", gen_ai_request_model="gpt-next"}':
        '_x12 900x12',
      'costspan_unmetered_requests_total{server_address="api.openai.com"}': '_x12 1x12',
      'costspan_internal_errors_total{costspan_component="pricing"}': '_x11 0 1x12',
      [`costspan_agent_stops_total{${W1}, costspan_limit="inference_calls"}`]: '_x11 0 2x12',
      [`costspan_agent_alerts_total{${W1}, costspan_limit="tokens"}`]: '_x11 0 3x12',
      // Half of the calls are used up: no run beyond what is expected.
      'costspan_agent_alerts_total{costspan_limit="inference_calls"}': '_x11 0 3x12',
      [calls('costspan_call_outcome="blocked"')]: '_x12 1x12',
      [`costspan_run_inference_calls_bucket{${W1}, le="64"}`]: '_x12 5x12',
      [`costspan_run_inference_calls_count{${W1}}`]: '_x12 7x12',
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
      [
        '65m',
        'CostspanAgentStopped',
        { ...WORKFLOW, 'costspan.limit': 'inference_calls', shown: '2' },
      ],
      ['100m', 'CostspanAgentStopped'],
      ['65m', 'CostspanRunBeyondExpected', { ...WORKFLOW, 'costspan.limit': 'tokens', shown: '3' }],
      ['100m', 'CostspanRunBeyondExpected'],
      ['65m', 'CostspanCallsBlocked', { ...WORKFLOW, shown: '' }],
      ['100m', 'CostspanCallsBlocked'],
      ['65m', 'CostspanAgentRunaway', { ...WORKFLOW, shown: '2' }],
      ['100m', 'CostspanAgentRunaway'],
    ],
  },
  {
    name: 'a tenth of all tokens has no price',
    interval: '5m',
    series: {
      'costspan_unpriced_tokens_total{gen_ai_request_model="a"}': '0+100x36',
      'costspan_tokens_total{gen_ai_request_model="a"}': '0+100x36',
      'costspan_tokens_total{gen_ai_request_model="b"}': '0+900x36',
    },
    values: [['2h', 'round(costspan:unpriced:ratio1d, 0.01)', { '{}': 0.1 }]],
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

/** With the days and weeks that they need, so with longer steps. */
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
      ['62h30m', 'CostspanTierDrift'],
      [
        '62h30m',
        'CostspanModelMixDrift',
        { ...WORKFLOW, 'gen_ai.request.model': 'm1', shown: '97.92%' },
      ],
    ],
  },
  {
    name: 'prompts and answers grow by half at a cent an hour; later they are as before',
    interval: '5m',
    series: {
      [cost(SMALL)]: '0+0.001x2000',
      [calls('costspan_call_outcome="ok"')]: '0+5x2000',
      [tokensOf('input')]: '0+500x576 289000+1000x300 588500+500x900',
      [tokensOf('cache_read')]: '0+500x576 289000+1000x300 588500+500x900',
      [tokensOf('output')]: '0+100x576 57800+200x300 117700+100x900',
    },
    alerts: [
      ['47h', 'CostspanPromptGrowth'],
      ['55h', 'CostspanPromptGrowth', { ...WORKFLOW, shown: '400' }],
      ['55h', 'CostspanOutputGrowth', { ...WORKFLOW, shown: '40' }],
      ['55h', 'CostspanSpendSpike'],
      ['80h', 'CostspanPromptGrowth'],
      ['80h', 'CostspanOutputGrowth'],
    ],
  },
  {
    name: 'a workflow that brings half of what it costs, from its third week on the double',
    interval: '5m',
    series: {
      [cost(SMALL)]: '0+0.1x6048',
      [calls('costspan_call_outcome="ok"')]: '0+5x6048',
      [`costspan_outcome_value_usd_total{${W1}}`]: '0+0.05x4320 216+0.2x1728',
    },
    alerts: [
      // Not before outcomes are known for a week.
      ['7d', 'CostspanValueBelowCost'],
      ['15d', 'CostspanValueBelowCost', { ...WORKFLOW, shown: '0.50' }],
      ['20d', 'CostspanValueBelowCost'],
    ],
  },
  {
    name: 'nothing comes any more from a team that was always there; others rest at night or at the weekend',
    interval: '5m',
    series: {
      [`costspan_calls_total{costspan_team="gone", costspan_call_outcome="ok"}`]: '0+1x2592 stale',
      [`costspan_calls_total{costspan_team="hourly", costspan_call_outcome="ok"}`]: Array.from(
        { length: 260 },
        () => '0 5 stale _x9',
      ).join(' '),
      [`costspan_calls_total{costspan_team="daily", costspan_call_outcome="ok"}`]: Array.from(
        { length: 10 },
        () => '0+1x119 stale _x167',
      ).join(' '),
      // The tests begin on a Thursday.
      [`costspan_cost_usd_total{costspan_team="weekdays"}`]: WEEKDAYS,
      [`costspan_calls_total{costspan_team="weekdays", costspan_call_outcome="ok"}`]: WEEKDAYS,
    },
    alerts: [
      ['215h', 'CostspanTelemetryStopped'],
      // Saturday, the tenth, at four o'clock.
      ['220h', 'CostspanTelemetryStopped', { 'costspan.team': 'gone', shown: '' }],
      ['245h', 'CostspanTelemetryStopped'],
    ],
  },
];
