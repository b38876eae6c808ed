import process from 'node:process';

/**
 * Calls with every answer of `bad-responses.ts` and prints what it saw. The argument `watched` loads
 * costspan first; without it this is the bare SDK.
 */
if (process.argv.includes('watched')) await import('../../instrumentation/register.ts');
const { default: OpenAI } = await import('openai');
const { default: Anthropic } = await import('@anthropic-ai/sdk');
const { badAnswers } = await import('./bad-responses.ts');

/** Long values by their length and ends. */
function shorten(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > 200
    ? `${value.slice(0, 20)}…${value.length}…${value.slice(-20)}`
    : value;
}

async function seen(work: () => Promise<unknown>): Promise<string> {
  const chunks: unknown[] = [];
  try {
    const result = await work();
    if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) {
      for await (const chunk of result as AsyncIterable<unknown>) chunks.push(chunk);
      return JSON.stringify(chunks, shorten);
    }
    return JSON.stringify(result, shorten) ?? 'undefined';
  } catch (error) {
    const facts = error instanceof Error ? [error.constructor.name, error.message] : [error];
    return JSON.stringify([...chunks, 'threw', ...facts], shorten);
  }
}

const messages = [{ role: 'user' as const, content: 'Why?' }];
const lines: string[] = [];
for (const { name, body, stream } of badAnswers()) {
  const type = stream ? 'text/event-stream' : 'application/json';
  const options = {
    apiKey: 'test',
    maxRetries: 0,
    // The SDKs log what they cannot parse; what they then throw is looked at here.
    logLevel: 'off' as const,
    fetch: () => Promise.resolve(new Response(body, { headers: { 'content-type': type } })),
  };
  const openai = new OpenAI(options);
  const anthropic = new Anthropic(options);
  const asked = { model: 'gpt-4o', messages, stream };
  lines.push(
    `${name}, chat: ${await seen(() => openai.chat.completions.create(asked))}`,
    `${name}, responses: ${await seen(() => openai.responses.create({ model: 'gpt-4o', input: 'Why?', stream }))}`,
    `${name}, messages: ${await seen(() => anthropic.messages.create({ ...asked, model: 'claude-sonnet-5', max_tokens: 9 }))}`,
  );
}
process.stdout.write(lines.join('\n'));
