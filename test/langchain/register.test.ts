import { describe, expect, it } from 'vitest';

import { callSpans, startServers } from '../register/harness.ts';

const RUN = `
  const model = new ChatOpenAI({ model: 'gpt-4o' });
  const schema = { type: 'object', properties: {} };
  const weather = tool(async () => 'sunny', { name: 'weather', description: 'd', schema });
  const agent = createReactAgent({ llm: model, tools: [weather], name: 'forecaster' });
  const done = agent.invoke({ messages: [{ role: 'user', content: 'Weather?' }] });`;

const EXPECTED = [
  'costspan chat gpt-4o',
  'costspan chat gpt-4o',
  'costspan/structure execute_tool weather',
  'costspan/structure invoke_agent forecaster',
];

describe('the one import, with LangGraph', () => {
  const servers = startServers();

  it('sees it in a static import of the same file', async () => {
    const { stderr } = await servers.run(
      `import 'costspan/register';
      import { ChatOpenAI } from '@langchain/openai';
      import { createReactAgent } from '@langchain/langgraph/prebuilt';
      import { tool } from '@langchain/core/tools';
      ${RUN} await done;`,
    );
    expect(callSpans(servers.sink).toSorted(), stderr).toEqual(EXPECTED);
    expect(stderr).toContain('@langchain/langgraph');
    expect(stderr).not.toContain('skipped');
  });

  it('sees it in a CommonJS application', async () => {
    const { stderr } = await servers.run(
      `require('costspan/register');
      const { ChatOpenAI } = require('@langchain/openai');
      const { createReactAgent } = require('@langchain/langgraph/prebuilt');
      const { tool } = require('@langchain/core/tools');
      ${RUN}`,
      { type: 'commonjs' },
    );
    expect(callSpans(servers.sink).toSorted(), stderr).toEqual(EXPECTED);
  });
});
