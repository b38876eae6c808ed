import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as whole from '../../index.ts';
import * as edge from '../../edge.ts';
import { runChild, tempApp } from '../support/run-child.ts';

/** As a build for an edge runtime resolves: by its condition, and with no module of Node. */
async function bundle(source: string): Promise<string> {
  using app = tempApp({ 'main.mjs': source });
  const { outputFiles } = await build({
    entryPoints: [app.file('main.mjs')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['edge-light'],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

const SENTENCE = /^costspan: This is an edge runtime[^\n]*runtime = 'nodejs'[^\n]*\n$/;

describe('an edge runtime', () => {
  it('gets everything that Node gets', () => {
    expect(Object.keys(edge).toSorted()).toEqual(Object.keys(whole).toSorted());
  });

  it('is told once that nothing is watched, and goes on as without us', async () => {
    const source = await bundle(
      `import { currentRunHandle, instrument, onEscalate, pauseCalls, recordOutcome, withAttribution } from 'costspan';
       const client = { ask: () => 'answered' };
       console.log(instrument(client) === client, withAttribution({ team: 'a' }, () => client.ask()));
       recordOutcome({ name: 'solved', status: 'success' });
       onEscalate(() => {})();
       console.log(JSON.stringify(currentRunHandle()));
       console.log(await pauseCalls({ team: 'a' }, { reason: 'r', actor: 'a' }).catch((error) => error.message.includes('edge runtime')));`,
    );
    const { code, stdout, stderr } = await runChild(source);
    expect([code, stdout]).toEqual([0, 'true answered\n""\ntrue\n']);
    expect(stderr).toMatch(SENTENCE);
  });

  it('is told the same by register', async () => {
    const source = await bundle(`import 'costspan/register'; console.log('answered');`);
    const { code, stdout, stderr } = await runChild(source);
    expect([code, stdout]).toEqual([0, 'answered\n']);
    expect(stderr).toMatch(SENTENCE);
  });
});
