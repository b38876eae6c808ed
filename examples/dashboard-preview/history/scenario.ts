/** Who calls which model how often. Rates and sizes are made up; prices are those of the price book. */
export interface Traffic {
  readonly team: string;
  readonly workflow: string;
  readonly provider: string;
  readonly model: string;
  readonly tier: 'frontier' | 'mid' | 'small' | 'reasoning';
  readonly agent?: string;
  /** Calls per second in a busy hour. */
  readonly callsPerSecond: number;
  readonly inputTokens: number;
  /** Share of the input that a cache serves. */
  readonly cached: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly seconds: number;
  readonly callsPerRun: number;
}

/** USD per million tokens. */
export interface Rates {
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly output: number;
}

export const RATES: Readonly<Record<string, Rates>> = {
  'gpt-4o': { input: 2.5, cache_read: 1.25, cache_write: 2.5, output: 10 },
  'gpt-4o-mini': { input: 0.15, cache_read: 0.075, cache_write: 0.15, output: 0.6 },
  'claude-sonnet-4-5': { input: 3, cache_read: 0.3, cache_write: 3.75, output: 15 },
  'claude-haiku-4-5': { input: 1, cache_read: 0.1, cache_write: 1.25, output: 5 },
  o3: { input: 2, cache_read: 0.5, cache_write: 2, output: 8 },
};

const SONNET = { provider: 'anthropic', model: 'claude-sonnet-4-5', tier: 'frontier' } as const;
const HAIKU = { provider: 'anthropic', model: 'claude-haiku-4-5', tier: 'small' } as const;
const GPT_4O = { provider: 'openai', model: 'gpt-4o', tier: 'frontier' } as const;
const MINI = { provider: 'openai', model: 'gpt-4o-mini', tier: 'small' } as const;
const O3 = { provider: 'openai', model: 'o3', tier: 'reasoning' } as const;

export const TRAFFIC: readonly Traffic[] = [
  {
    team: 'support',
    workflow: 'bug-triage',
    ...SONNET,
    agent: 'triage',
    callsPerSecond: 0.06,
    inputTokens: 9000,
    cached: 0.72,
    outputTokens: 420,
    reasoningTokens: 0,
    seconds: 3.2,
    callsPerRun: 6,
  },
  {
    team: 'support',
    workflow: 'reply-draft',
    ...HAIKU,
    callsPerSecond: 0.12,
    inputTokens: 2600,
    cached: 0.45,
    outputTokens: 310,
    reasoningTokens: 0,
    seconds: 1.4,
    callsPerRun: 1.4,
  },
  {
    team: 'search',
    workflow: 'query-rewrite',
    ...MINI,
    callsPerSecond: 1.1,
    inputTokens: 900,
    cached: 0.3,
    outputTokens: 60,
    reasoningTokens: 0,
    seconds: 0.6,
    callsPerRun: 1,
  },
  {
    team: 'search',
    workflow: 'query-rewrite',
    ...GPT_4O,
    callsPerSecond: 0.05,
    inputTokens: 1100,
    cached: 0.3,
    outputTokens: 80,
    reasoningTokens: 0,
    seconds: 1.1,
    callsPerRun: 1,
  },
  {
    team: 'search',
    workflow: 'ranking-notes',
    ...GPT_4O,
    callsPerSecond: 0.07,
    inputTokens: 5200,
    cached: 0.2,
    outputTokens: 350,
    reasoningTokens: 0,
    seconds: 2.4,
    callsPerRun: 2.2,
  },
  {
    team: 'growth',
    workflow: 'competitor-watch',
    ...O3,
    agent: 'researcher',
    callsPerSecond: 0.012,
    inputTokens: 14_000,
    cached: 0.35,
    outputTokens: 700,
    reasoningTokens: 2600,
    seconds: 17,
    callsPerRun: 11,
  },
  {
    team: 'growth',
    workflow: 'copywriter',
    ...SONNET,
    callsPerSecond: 0.02,
    inputTokens: 1800,
    cached: 0,
    outputTokens: 900,
    reasoningTokens: 0,
    seconds: 8,
    callsPerRun: 1.2,
  },
  {
    team: 'unassigned',
    workflow: 'unassigned',
    ...MINI,
    callsPerSecond: 0.3,
    inputTokens: 700,
    cached: 0,
    outputTokens: 120,
    reasoningTokens: 0,
    seconds: 0.8,
    callsPerRun: 1,
  },
];

export const TOOLS: readonly {
  readonly name: string;
  readonly agent: string;
  readonly seconds: number;
}[] = [
  { name: 'search_tickets', agent: 'triage', seconds: 0.35 },
  { name: 'read_log', agent: 'triage', seconds: 0.9 },
  { name: 'fetch_page', agent: 'researcher', seconds: 2.1 },
];

/** Hours before the end of the history. */
function hoursAgo(time: number, end: number): number {
  return (end - time) / 3600;
}

/** Office days and hours, in UTC, and a slow growth. */
export function busyness(time: number, end: number): number {
  const date = new Date(time * 1000);
  const hour = date.getUTCHours() + date.getUTCMinutes() / 60;
  const isWeekend = date.getUTCDay() === 0 || date.getUTCDay() === 6;
  const day = 0.25 + 0.75 * Math.exp(-((hour - 14) ** 2) / 18);
  return day * (isWeekend ? 0.35 : 1) * (1.15 - hoursAgo(time, end) / 4000);
}

/** What is out of the ordinary: the things that the dashboards are for. */
export interface Incident {
  readonly callsFactor: number;
  readonly runDepthFactor: number;
  readonly cachedFactor: number;
  readonly errorShare: number;
  readonly retryShare: number;
}

export function incidentAt(
  { workflow, model, team }: Traffic,
  time: number,
  end: number,
): Incident {
  const ago = hoursAgo(time, end);
  // An agent that does not find its way out.
  const runaway = workflow === 'competitor-watch' && ago < 5 && ago > 2.5;
  // Someone put a time stamp at the start of the prompt.
  const coldCache = workflow === 'bug-triage' && ago < 11;
  // The router escalates.
  const escalation = workflow === 'query-rewrite' && ago < 50;
  // A provider has a bad hour.
  const outage = model.startsWith('gpt') && ago > 9 && ago < 10;
  return {
    callsFactor:
      (runaway ? 7 : 1) * (escalation ? (model === 'gpt-4o' ? 6 : 0.75) : 1) * (outage ? 0.8 : 1),
    runDepthFactor: runaway ? 8 : 1,
    cachedFactor: coldCache ? 0.15 : 1,
    errorShare: outage ? 0.22 : team === 'growth' ? 0.012 : 0.004,
    retryShare: outage ? 0.35 : 0.01,
  };
}
