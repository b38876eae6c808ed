import { describe, expect, it } from 'vitest';

import { callSpans, startServers } from '../register/harness.ts';

const RUN = `
  setTraceProcessors([]);
  const parameters = { type: 'object', properties: {}, required: [], additionalProperties: false };
  const weather = tool({ name: 'weather', description: 'd', parameters, execute: async () => 'sunny' });
  const agent = new Agent({ name: 'forecaster', instructions: 'x', model: 'gpt-4o', tools: [weather] });
  const done = run(agent, 'Weather?');`;

const EXPECTED = [
  'costspan chat gpt-4o',
  'costspan chat gpt-4o',
  'costspan/structure execute_tool weather',
  'costspan/structure invoke_agent forecaster',
];

describe('the one import, with OpenAI Agents', () => {
  const servers = startServers();

  it('sees them in a static import of the same file', async () => {
    const { stderr } = await servers.run(
      `import 'costspan/register';
      import { Agent, run, tool, setTraceProcessors } from '@openai/agents';
      ${RUN} await done;`,
    );
    expect(callSpans(servers.sink).toSorted(), stderr).toEqual(EXPECTED);
  });

  it('sees them in a CommonJS application', async () => {
    const { stderr } = await servers.run(
      `require('costspan/register');
      const { Agent, run, tool, setTraceProcessors } = require('@openai/agents');
      ${RUN}`,
      { type: 'commonjs' },
    );
    expect(callSpans(servers.sink).toSorted(), stderr).toEqual(EXPECTED);
  });
});
