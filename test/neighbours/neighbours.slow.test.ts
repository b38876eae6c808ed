import { writeSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startServers } from '../register/harness.ts';
import type { SinkSpan } from '../support/otlp-sink.ts';
import { appOf, isInstalled, type Neighbour, type Order } from './app.ts';
import { NEIGHBOURS } from './neighbour-list.ts';

const HOW = 'other instrumentations are not installed here (npm run neighbours)';

if (!isInstalled) {
  if (process.env['COSTSPAN_REQUIRE_PROGRAMS'] === '1') throw new Error(HOW);
  // Past the test runner, which would keep the line to itself.
  writeSync(2, `skipped: ${HOW}\n`);
}

const cases = NEIGHBOURS.flatMap((neighbour) =>
  neighbour.formats.map((format) => [`${neighbour.name}, ${format}`, neighbour, format] as const),
);

describe.skipIf(!isInstalled).each(cases)('beside %s', (_name, neighbour, format) => {
  const servers = startServers();
  let alone: { readonly told: string; readonly code: number | null };

  async function run(order: Order): Promise<{ told: string; code: number | null }> {
    const { source, options } = appOf(neighbour, format, order);
    const { stdout, code, stderr } = await servers.run(source, {
      ...options,
      env: {
        ANTHROPIC_BASE_URL: servers.provider.url,
        ANTHROPIC_API_KEY: 'test',
        LANGSMITH_ENDPOINT: `${servers.provider.url}/langsmith`,
        ...options.env,
      },
    });
    const told = stdout.split('\n').find((line) => line.startsWith('told '));
    if (told === undefined) throw new Error(`The application told nothing:\n${stdout}\n${stderr}`);
    return { told, code };
  }

  beforeAll(async () => {
    const { provider } = servers;
    provider.always(/^\/langsmith/, { json: {} });
    provider.always(({ body }) => (body as { model?: unknown } | undefined)?.model === 'fails', {
      status: 400,
      json: { error: { message: 'no such model', type: 'invalid_request_error' } },
    });
    alone = await run('alone');
    provider.requests.length = 0;
    provider.bill.clear();
    servers.sink.clear();
  }, 60_000);

  afterEach(() => {
    servers.provider.requests.length = 0;
    servers.provider.bill.clear();
  });

  it.each(['costspan first', 'neighbour first'] as const)(
    'changes nothing for the host and books each call once, %s',
    async (order) => {
      expect(await run(order)).toEqual(alone);
      const { provider, sink } = servers;
      const requests = provider.requests.filter(({ path }) => !path.startsWith('/langsmith'));
      const priced = sink.spans.filter((span) => amountOf(span) !== undefined);
      const shown = priced.reduce((sum, span) => sum + Number(amountOf(span)), 0);
      expect(sink.metricValue('costspan.cost.usd')).toBeCloseTo(shown, 9);
      expect(sink.metricValue('costspan.internal.errors')).toBeUndefined();
      const ids = priced.map(({ attributes }) => attributes['gen_ai.response.id']);
      const known = ids.filter((id) => id !== undefined);
      expect(new Set(known).size).toBe(known.length);
      for (const span of priced) expect(isRollUp(span)).toBe(false);

      if (hidesCalls(neighbour, order)) {
        expect(priced.length).toBeGreaterThan(0);
        expect(priced.length).toBeLessThanOrEqual(provider.bill.calls);
        return;
      }
      expect(priced).toHaveLength(provider.bill.calls);
      expect(sink.metricValue('costspan.calls')).toBe(requests.length);
      expect(sink.metricValue('costspan.tokens')).toBe(tokensBilled(provider.bill));
    },
    60_000,
  );
});

function amountOf({ attributes }: SinkSpan): unknown {
  return attributes['gen_ai.usage.cost.amount'];
}

function isRollUp({ attributes }: SinkSpan): boolean {
  const operation = attributes['gen_ai.operation.name'];
  return operation === 'invoke_agent' || operation === 'execute_tool' || operation === 'agent_step';
}

/** A wrapper of one client keeps the SDK's method as it was before us, past which no call comes. */
function hidesCalls({ wrapsClient }: Neighbour, order: Order): boolean {
  return wrapsClient === true && order === 'neighbour first';
}

const CLASSES = [
  'input',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'output',
  'reasoning',
] as const;

function tokensBilled({ byModel }: { byModel: Map<string, { usage: object }> }): number {
  let tokens = 0;
  for (const { usage } of byModel.values()) {
    for (const name of CLASSES) {
      tokens += (usage as Partial<Record<(typeof CLASSES)[number], number>>)[name] ?? 0;
    }
  }
  return tokens;
}
