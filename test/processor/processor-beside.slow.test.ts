import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../processor/governance/config/index.ts';
import { unstoppable } from '../../processor/node/unstoppable.ts';
import { CALL, startServers } from '../register/harness.ts';
import { tempApp } from '../support/run-child.ts';
import { FILES, rowsIn, run, SDKS, setUp } from './own-set-up.ts';

describe('CostspanProcessor in an OpenTelemetry set-up of the application', () => {
  const servers = startServers();
  const line = SDKS['3.x']!;
  const app = setUp(line);

  it('follows the file', async () => {
    const { stdout, stderr, code } = await servers.run(
      `${app} import { setTimeout as pause } from 'node:timers/promises';
       import { writeFileSync } from 'node:fs';
       const stop = start();
       const team = () => told()['costspan.team'];
       const changesTo = async (text, wanted) => {
         writeFileSync(new URL('./costspan.yaml', import.meta.url), text);
         while (team() !== wanted) await pause(20);
       };
       const alive = setInterval(() => {}, 1000);
       console.log(team());
       await changesTo('attribution: { defaults: { team: second } }', 'second');
       writeFileSync(new URL('./costspan.yaml', import.meta.url), 'attribution: { defaults: { team: [] } }');
       await new Promise((told) => { const { write } = process.stderr; process.stderr.write = (text) => {
         process.stderr.write = write; told(); return write.call(process.stderr, text); }; });
       console.log(team());
       await changesTo('attribution: { defaults: { team: third } }', 'third');
       clearInterval(alive);
       await stop();`,
      { files: { 'costspan.yaml': 'attribution: { defaults: { team: first } }' } },
    );
    expect([code, stdout]).toEqual([0, 'first\nsecond\n']);
    expect(stderr).toMatch(/costspan\.yaml:1: .*team/u);
    expect(stderr).toMatch(/the previous configuration holds/u);
  });

  const BAD = { 'costspan.yaml': 'attribution: { defaults: { team: [] } }' };
  const MISTAKE = /costspan\.yaml:1:/gu;

  it.each([
    ['alone', app, ''],
    ['and costspanInstrumentations after it', app, 'costspanInstrumentations();'],
    ['and register before it', `import 'costspan/register'; ${app}`, ''],
    ['and register with an SDK', `import 'costspan/register'; import 'openai'; ${app}`, ''],
  ])('says what is wrong with the file once: %s', async (_what, before, after) => {
    const { stderr, code } = await servers.run(
      `${before} const stop = start(); ${after} told(); await stop();`,
      { files: BAD },
    );
    expect(code).toBe(0);
    expect(stderr.match(MISTAKE)).toHaveLength(1);
    expect(servers.sink.metricValue('costspan.calls', { 'costspan.team': 'unassigned' })).toBe(1);
  });

  it('tells of a mistake where it is made when the first turn is over', async () => {
    const { stderr } = await servers.run(
      `import 'costspan/register'; ${app} await new Promise(setImmediate); await new Promise(setImmediate);
       const stop = start(); told(); await stop();`,
      { files: BAD },
    );
    expect(stderr.match(MISTAKE)).toHaveLength(1);
  });

  it('does nothing with COSTSPAN_DISABLED', async () => {
    const { stderr, code } = await servers.run(
      `${app} const stop = start(); told(); await stop();`,
      {
        files: BAD,
        env: { COSTSPAN_DISABLED: 'true' },
      },
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(Object.keys(servers.sink.spans[0]?.attributes ?? {}).join()).not.toMatch(
      /costspan|cost/u,
    );
    expect(servers.sink.metricValue('costspan.calls')).toBeUndefined();
  });

  /** Does not hand on onEnding, as many do not. */
  const IN_COMPOSITE = `const inComposite = () => { const one = new CostspanProcessor(); return {
    onStart: (span, parent) => one.onStart(span, parent), onEnd: (span) => one.onEnd(span),
    forceFlush: async () => {}, shutdown: async () => {} }; };`;

  it.each([
    ['costspanInstrumentations after it', app, 'start()', 'costspanInstrumentations();'],
    ['costspanInstrumentations before it', `${app} costspanInstrumentations();`, 'start()', ''],
    ['register', `import 'costspan/register'; ${app}`, 'start()', ''],
    ['a second one in a composite', app, `start(inComposite())`, 'costspanInstrumentations();'],
  ])('counts each call once beside %s', async (_what, before, begin, after) => {
    using folder = tempApp({
      ...FILES,
      'main.mjs': `${before}
      ${IN_COMPOSITE}
      const stop = ${begin}; ${after}
      const { default: OpenAI } = await import('openai');
      await withAttribution({ team: 'support' }, async () => { told(); ${CALL} });
      await stop();`,
    });
    const { code, stderr } = await run(servers, folder.file('main.mjs'), { cwd: folder.path });
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/CostspanProcessor alone|only once it has ended/u);
    expect(servers.sink.metricValue('costspan.calls', { 'costspan.team': 'support' })).toBe(2);
    expect(await rowsIn(folder.file('rows'))).toHaveLength(2);
    expect(servers.sink.metricValue('costspan.budget.decisions')).toBeGreaterThan(0);
  });

  it.each([
    [
      'once where two of them hear of it',
      `${app} ${IN_COMPOSITE} const stop = start(inComposite());`,
    ],
    [
      'where what is around it does not say that spans are about to end',
      `${app} ${IN_COMPOSITE}
       const tracers = new Provider({ spanProcessors: [inComposite(), batch(new OTLPTraceExporter())] });
       trace.setGlobalTracerProvider(tracers); const stop = () => tracers.shutdown();`,
    ],
  ])('counts a tool %s', async (_what, source) => {
    const { code } = await servers.run(
      `${source} trace.getTracer('somebody').startActiveSpan('invoke_agent a',
         { attributes: { 'gen_ai.operation.name': 'invoke_agent' } }, (span) => {
           trace.getTracer('somebody').startSpan('execute_tool t', { attributes: { 'gen_ai.operation.name': 'execute_tool' } },
             trace.setSpan(context.active(), span)).end();
           trace.getTracer('somebody').startSpan('chat gpt-4o', { attributes: { 'gen_ai.operation.name': 'chat',
             'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o', 'gen_ai.usage.input_tokens': 9 } },
             trace.setSpan(context.active(), span)).end();
           span.end();
         });
       await stop();`,
    );
    expect(code).toBe(0);
    expect(
      servers.sink.spans.find(({ name }) => name === 'invoke_agent a')?.attributes,
    ).toMatchObject({ 'costspan.run.tool_calls': 1 });
  });

  const UNPRICED = FILES['costspan.yaml'].replace(/^pricing.*$/mu, '');

  it.each([
    ['charges', 'await stop();', ['small', 7_500_000]],
    ['writes down', 'process.exit();', [7_500_000]],
  ])('%s a call that is told before budgets are open', async (_what, end, row) => {
    using folder = tempApp({
      'costspan.yaml': UNPRICED,
      'main.mjs': `${app} const stop = start(); withAttribution({ team: 'support' }, () => told()); ${end}`,
    });
    const { code } = await run(servers, folder.file('main.mjs'), { cwd: folder.path });
    expect(code).toBe(0);
    expect(await rowsIn(folder.file('rows'))).toEqual([row]);
  });

  it.each<[string, string, RegExp | undefined]>([
    ['nothing', '{}', undefined],
    ['soft budgets', 'budgets: [{ id: b, limitUsd: 9, period: day, mode: soft }]', undefined],
    [
      'budgets that alert',
      'budgets: [{ id: b, limitUsd: 9, period: day, action: alert }]',
      undefined,
    ],
    ['expected tokens', 'agents: [{ expectedTokens: 9000 }]', undefined],
    ['required keys', 'attribution: { required: [team], mode: warn }', undefined],
    ['a budget', 'budgets: [{ id: b, limitUsd: 9, period: day }]', / so budgets \(b\) in /u],
    ['limits', 'agents: [{ maxRetries: 3 }]', / so agents in /u],
    ['a pause', 'paused: [{ team: x }]', / so paused in /u],
    ['models', 'allowedModels: [gpt-4o]', / so allowedModels in /u],
    ['refusals', 'attribution: { required: [team], mode: block }', / so attribution\.mode in /u],
  ])('knows what it cannot stop: %s', (_what, yaml, told) => {
    using folder = tempApp({ 'costspan.yaml': yaml });
    const { config, problems } = loadConfig({ cwd: folder.path, env: {} });
    expect(problems).toEqual([]);
    if (told === undefined) expect(unstoppable(config)).toBeUndefined();
    else expect(unstoppable(config)).toMatch(told);
  });

  it.each([
    [
      'what is configured to refuse them',
      'paused: [{ team: x }]',
      /^costspan: .* paused in .*\n$/u,
    ],
    [
      'nothing where nothing is',
      'budgets: [{ id: b, limitUsd: 9, period: day, mode: soft }]',
      /^$/u,
    ],
  ])('says once that it stops no calls: %s', async (_what, yaml, said) => {
    const { code, stderr } = await servers.run(
      `${app} const stop = start(); told(); told(); await new Promise(setImmediate); await stop();`,
      { files: { 'costspan.yaml': yaml } },
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(said);
  });

  it('books a span that takes no attributes once it has ended, and closes its run', async () => {
    const old = SDKS['2.2']!;
    const { code } = await servers.run(
      `${setUp(old)} const frozen = { onStart() {}, onEnd: (span) => Object.freeze(span.attributes),
         forceFlush: async () => {}, shutdown: async () => {} };
       const stop = start(frozen); agent(() => { told(); told(); }); await stop();`,
      old,
    );
    expect(code).toBe(0);
    expect(servers.sink.metricValue('costspan.calls')).toBe(2);
    expect(servers.sink.metricValue('costspan.run.inference_calls')).toBe(2);
    expect(servers.sink.metricValue('costspan.internal.errors')).toBe(3);
  });

  it('says where metrics lack', async () => {
    const { stderr } = await servers.run(
      `${line.tracing} import { trace } from '@opentelemetry/api'; import { CostspanProcessor } from 'costspan';
       const provider = new Provider({ spanProcessors: [new CostspanProcessor()] });
       const span = provider.getTracer('somebody').startSpan('chat', { attributes: { 'gen_ai.operation.name': 'chat',
         'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o', 'gen_ai.usage.input_tokens': 9 } });
       span.end();`,
    );
    expect(stderr).toMatch(
      /^costspan: The application has set up OpenTelemetry for traces and none for metrics/u,
    );
  });
});
