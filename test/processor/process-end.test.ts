import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { repositoryRoot, runChild, startChild } from '../support/run-child.ts';

const HOOKS = pathToFileURL(`${repositoryRoot}/processor/node/process-end.ts`).href;

/** A process in which everything of ours fails, and one without us. */
const failing = (source: string): string => `
  import { atProcessEnd, watchProcessEnd } from '${HOOKS}';
  const fail = () => { throw new Error('ours'); };
  watchProcessEnd({ beforeExit: fail, signalHeard: fail, signalUnheard: async () => fail(),
    get canEndAtOnce() { return fail(); }, lastMoment: fail });
  atProcessEnd(fail);
  ${source}`;

const HOST = `
  process.on('unhandledRejection', (error) => console.log('rejected', error));
  process.on('exit', (code) => console.log('exit', code));
  process.once('beforeExit', () => console.log('beforeExit'));`;

describe('the end of a process in which costspan fails', () => {
  it.each([
    ['by itself', ''],
    ['by process.exit()', 'process.exit(3);'],
    ['by an error', "throw new Error('theirs');"],
    ['by a signal of its own', "process.kill(process.pid, 'SIGTERM');"],
    ['by reallyExit', 'process.reallyExit(5);'],
  ])('%s is the end without costspan', async (_how, end) => {
    const [ours, bare] = await Promise.all([runChild(failing(HOST + end)), runChild(HOST + end)]);
    expect([ours.code, ours.signal, ours.stdout]).toEqual([bare.code, bare.signal, bare.stdout]);
  });

  it('is told of in the diagnostics, once', async () => {
    const { stdout } = await runChild(
      failing(`
        import { diag } from '@opentelemetry/api';
        diag.setLogger({ warn: console.log, error() {}, info() {}, debug() {}, verbose() {} });`),
      { links: { '@opentelemetry/api': '@opentelemetry/api' } },
    );
    expect(
      stdout.match(/costspan: what is left at the end may be unsent: Error: ours/gu),
    ).toHaveLength(1);
  });

  it('comes by a signal of its own where sending needs the loop', async () => {
    const source = `
      import { watchProcessEnd } from '${HOOKS}';
      watchProcessEnd({ beforeExit() {}, signalHeard() {}, canEndAtOnce: false, lastMoment() {},
        signalUnheard: async () => console.log('sent') });
      process.kill(process.pid, 'SIGTERM');`;
    const { code, signal, stdout } = await runChild(source);
    expect({ code, signal, stdout }).toEqual({ code: null, signal: 'SIGTERM', stdout: 'sent\n' });
  });

  it('comes by a signal from outside, heard or not', async () => {
    const stay = `${HOST} setInterval(() => {}, 1000); console.log('ready');`;
    const heard = `process.once('SIGTERM', () => { console.log('heard'); process.exit(7); }); ${stay}`;
    for (const source of [stay, heard]) {
      const ends = [failing(source), source].map(async (program) => {
        const child = startChild(program);
        await child.printed('ready');
        child.process.kill('SIGTERM');
        const { code, signal, stdout } = await child.done;
        return { code, signal, stdout };
      });
      const [ours, bare] = await Promise.all(ends);
      expect(ours).toEqual(bare);
    }
  });
});
