import { describe, expect, it } from 'vitest';
import { CALL, startServers } from '../register/harness.ts';
import { tempApp } from '../support/run-child.ts';
import { FILES, rowsIn, run, SDKS, setUp } from './own-set-up.ts';

describe.each(Object.entries(SDKS))('CostspanProcessor alone, on SDK %s', (version, line) => {
  const servers = startServers();
  const isLate = version === '2.0' || version === '2.2';

  it('reads the configuration and does all that concerns spans of others', async () => {
    using app = tempApp(
      {
        ...FILES,
        'deep/down/main.mjs': `${setUp(line)}
      const stop = start();
      // The overlay is being read: until then calls are counted, and priced a moment later.
      while (told()['costspan.price.state'] === undefined) await new Promise(setImmediate);
      context.with(baggage({ 'costspan.workflow': 'triage' }), () => withAttribution({ team: 'support' }, () =>
        agent(() => { told(); told('our-own'); told(); })));
      await stop();`,
      },
      line,
    );
    const { stderr, code } = await run(servers, app.file('deep/down/main.mjs'), {
      cwd: app.file('deep/down'),
      env: { COSTSPAN_TEAM: 'from-environment' },
    });
    expect(code).toBe(0);
    const { spans, logs } = servers.sink;
    const [first, own, last] = spans.filter(
      ({ name, attributes }) =>
        name.startsWith('chat ') && attributes['costspan.team'] === 'support',
    );
    expect(first?.attributes).toMatchObject({
      'costspan.team': 'support',
      'costspan.workflow': 'triage',
      'costspan.cost_center': 'cc-100',
      'costspan.price.state': 'priced',
      'costspan.loop.depth': 1,
      'costspan.agent.depth': 1,
      'gen_ai.usage.cost.amount': 0.0075,
    });
    expect(own?.attributes).toMatchObject({
      'costspan.price.match': 'overlay',
      'gen_ai.usage.cost.amount': 0.002,
    });
    expect(last?.attributes['costspan.loop.depth']).toBe(3);
    expect(spans.find(({ name }) => name === 'invoke_agent a')?.attributes).toMatchObject({
      'costspan.run.inference_calls': 3,
      'costspan.run.cost.amount': 0.017,
    });
    const dimensions = {
      'costspan.team': 'support',
      'costspan.workflow': 'triage',
      'costspan.cost_center': 'cc-100',
    };
    expect(servers.sink.metricValue('costspan.calls', dimensions)).toBe(3);
    expect(servers.sink.metricValue('costspan.cost.usd', dimensions)).toBeCloseTo(0.017, 12);
    expect(servers.sink.metricValue('costspan.budget.spent.usd')).toBeCloseTo(0.017, 12);
    expect(await rowsIn(app.file('rows'))).toEqual([
      ['small', 7_500_000],
      ['small', 2_000_000],
      ['small', 7_500_000],
    ]);
    expect(
      logs.map(({ eventName, attributes }) => [
        eventName,
        attributes['costspan.budget.id'] ?? attributes['costspan.limit'],
      ]),
    ).toEqual([
      ['costspan.budget.alert', 'small'],
      ['costspan.agent.alert', 'inference_calls'],
    ]);
    expect(stderr.match(/^costspan:/gmu) ?? []).toHaveLength(isLate ? 2 : 1);
    expect(stderr).toMatch(/^costspan: CostspanProcessor alone .* so agents in costspan\.yaml /mu);
    const late =
      /^costspan: .* only once it has ended, so .*gen_ai\.usage\.cost\.\*.* late .* upgrade to @opentelemetry\/sdk-trace-base 2\.3\.0 or newer\.$/mu;
    if (isLate) expect(stderr).toMatch(late);
    else expect(stderr).not.toMatch(late);
  });

  it('counts once beside register, and puts totals on the spans around calls', async () => {
    const { stderr, code } = await servers.run(
      `import 'costspan/register'; ${setUp(line)} import OpenAI from 'openai';
       const stop = start();
       await trace.getTracer('app').startActiveSpan('work', async (span) => { ${CALL} told(); span.end(); });
       await stop();`,
      line,
    );
    expect(code).toBe(0);
    expect(servers.sink.metricValue('costspan.calls')).toBe(2);
    expect(servers.sink.spans.find(({ name }) => name === 'work')?.attributes).toMatchObject({
      'costspan.run.inference_calls': 2,
    });
    expect(stderr.match(/only once it has ended/gu) ?? []).toHaveLength(isLate ? 1 : 0);
    expect(stderr).not.toMatch(/CostspanProcessor alone/u);
  });
});
