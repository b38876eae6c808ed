import { expect, it } from 'vitest';
import { runChild } from '../support/run-child.ts';

const APP = `import 'costspan/register';
import OpenAI from 'openai';
const fetch = async (_url, init) => {
  console.log(JSON.stringify(JSON.parse(init.body).stream_options ?? null));
  return new Response('data: [DONE]\\n\\n', { headers: { 'content-type': 'text/event-stream' } });
};
const client = new OpenAI({ apiKey: 'sk-test', baseURL: 'https://api.openai.com/v1', fetch });
const messages = [{ role: 'user', content: 'hello' }];
for await (const chunk of await client.chat.completions.create({ model: 'gpt-4o', messages, stream: true })) void chunk;
`;

it.each([
  ['true', '{"include_usage":true}'],
  ['false', 'null'],
])('streamUsage: %s sends stream_options %s', async (value, sent) => {
  const { stdout, code } = await runChild(APP, {
    files: { 'costspan.yaml': `streamUsage: ${value}\n` },
    env: { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
  });
  expect(stdout.trim()).toBe(sent);
  expect(code).toBe(0);
});
