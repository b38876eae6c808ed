import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { runChild } from '../support/run-child.ts';

/** Another workflow at work beside the runaway, which must not notice. */
const BESIDE = `
const plain = new OpenAI({ apiKey: 'sk-test', baseURL: process.env.PROVIDER, maxRetries: 0 });
const beside = withAttribution({ workflow: 'other' }, async () => {
  let sent = 0;
  for (; sent < 20; sent += 1) await plain.chat.completions.create({
    model: 'gpt-4o', messages: [{ role: 'user', content: 'beside' }] });
  return sent;
});
let runs = 0;
let stopped;
`;
const REPORT = `
console.log(JSON.stringify({ runs, code: stopped?.code, limit: stopped?.limit, beside: await beside }));
`;

const LANGGRAPH = `
import 'costspan/register';
import { ChatOpenAI } from '@langchain/openai';
import { tool } from '@langchain/core/tools';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import OpenAI from 'openai';
import { withAttribution } from 'costspan';
${BESIDE}
const search = tool(() => { runs += 1; return 'nothing'; }, {
  name: 'search', description: 'searches',
  schema: { type: 'object', properties: { q: { type: 'string' } } } });
const llm = new ChatOpenAI({ model: 'gpt-4o', apiKey: 'sk-test', maxRetries: 0,
  configuration: { baseURL: process.env.PROVIDER } });
const agent = createReactAgent({ llm, tools: [search] });
try {
  await withAttribution({ workflow: 'research' }, () => agent.invoke(
    { messages: [{ role: 'user', content: 'runaway' }] }, { recursionLimit: 100 }));
} catch (error) { stopped = error; }
${REPORT}`;

const AI_SDK = `
import 'costspan/register';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, stepCountIs, tool } from 'ai';
import OpenAI from 'openai';
import { withAttribution } from 'costspan';
${BESIDE}
const openai = createOpenAI({ apiKey: 'sk-test', baseURL: process.env.PROVIDER });
const search = tool({ description: 'searches',
  inputSchema: jsonSchema({ type: 'object', properties: { q: { type: 'string' } } }),
  execute: async () => { runs += 1; return 'nothing'; } });
try {
  await withAttribution({ workflow: 'research' }, () => generateText({
    model: openai.chat('gpt-4o'), tools: { search }, stopWhen: stepCountIs(100), maxRetries: 2,
    prompt: 'runaway' }));
} catch (error) { stopped = error; }
${REPORT}`;

let provider: ProviderServer;
let round = 0;

/** A model that always wants to search again. */
function searchAgain() {
  round += 1;
  const call = {
    id: `call_${round}`,
    type: 'function',
    function: { name: 'search', arguments: `{"q":"${round}"}` },
  };
  return {
    json: {
      id: `chatcmpl-${round}`,
      object: 'chat.completion',
      created: 1_790_000_000,
      model: 'gpt-4o-2024-08-06',
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: { role: 'assistant', content: null, tool_calls: [call] },
        },
      ],
      usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
    },
    billed: { model: 'runaway', usage: { input: 100, output: 20 } },
  };
}

beforeEach(async () => {
  round = 0;
  provider = await startProviderServer();
  provider.always(({ body }) => JSON.stringify(body).includes('runaway'), searchAgain);
});
afterEach(() => provider.close());

async function runAway(source: string, limits: string): Promise<unknown> {
  const { stdout, stderr } = await runChild(source, {
    env: { PROVIDER: provider.openaiUrl, OTEL_SDK_DISABLED: 'true' },
    files: { 'costspan.yaml': `agents: [{ match: { workflow: research }, ${limits} }]` },
  });
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`It printed no result:\n${stdout}\n${stderr}`);
  return JSON.parse(line);
}

describe.each([
  ['LangGraph', LANGGRAPH],
  ['the AI SDK', AI_SDK],
])('a runaway of %s', (_name, source) => {
  it('is stopped at exactly its inference calls', async () => {
    expect(await runAway(source, 'maxInferenceCalls: 5')).toEqual({
      runs: 5,
      code: 'costspan_agent_limit',
      limit: 'inference_calls',
      beside: 20,
    });
    expect(provider.bill.byModel.get('runaway')?.calls).toBe(5);
  });

  it('is stopped before the tool that would be one too many', async () => {
    expect(await runAway(source, 'maxToolCalls: 3')).toMatchObject({
      runs: 3,
      code: 'costspan_agent_limit',
      limit: 'tool_calls',
      beside: 20,
    });
    expect(provider.bill.byModel.get('runaway')?.calls).toBeLessThanOrEqual(4);
  });
});
