import { describe, expect, it } from 'vitest';

import { callSpans, PRINT_CHECK, startServers } from '../register/harness.ts';

const LINKS = {
  5: { ai: 'ai5', '@ai-sdk/openai': 'ai5-openai' },
  6: { ai: 'ai6', '@ai-sdk/openai': 'ai6-openai' },
  7: {},
} as const;

const ASK = `generateText({ model: createOpenAI().chat('gpt-4o'), prompt: 'Hi' })`;

describe('the one import, with the AI SDK', () => {
  const servers = startServers();

  it.each([5, 6, 7] as const)('sees %i in a static import of the same file', async (major) => {
    const { stdout, stderr } = await servers.run(
      `import 'costspan/register'; import { generateText } from 'ai';
      import { createOpenAI } from '@ai-sdk/openai';
      await ${ASK};
      ${PRINT_CHECK}`,
      { links: LINKS[major] },
    );
    expect(callSpans(servers.sink), stderr).toEqual(['costspan chat gpt-4o']);
    const { sdks } = JSON.parse(stdout) as { sdks: { packageName: string; notes: string[] }[] };
    expect(sdks.map(({ packageName }) => packageName)).toEqual(
      expect.arrayContaining(['ai', '@ai-sdk/openai']),
    );
    expect(sdks.flatMap(({ notes }) => notes)).toEqual([]);
  });

  it('sees 7 that is loaded late, and its tools', async () => {
    const { stderr } = await servers.run(
      `const { generateText, tool, jsonSchema, isStepCount } = await import('ai');
      const { createOpenAI } = await import('@ai-sdk/openai');
      const add = tool({ inputSchema: jsonSchema({ type: 'object', properties: {} }), execute: async () => '3' });
      await generateText({ model: createOpenAI().chat('gpt-4o'), prompt: 'Add', tools: { add }, stopWhen: isStepCount(3) });`,
      { execArgv: ['--import', 'costspan/register'] },
    );
    expect(callSpans(servers.sink).toSorted(), stderr).toEqual([
      'costspan chat gpt-4o',
      'costspan chat gpt-4o',
      'costspan/structure execute_tool add',
      'costspan/structure invoke_agent',
    ]);
  });

  it('sees 5 in a CommonJS application', async () => {
    const { stderr } = await servers.run(
      `require('costspan/register');
      const { generateText } = require('ai');
      const { createOpenAI } = require('@ai-sdk/openai');
      void ${ASK};`,
      { type: 'commonjs', links: LINKS[5] },
    );
    expect(callSpans(servers.sink), stderr).toEqual(['costspan chat gpt-4o']);
  });

  it('watches a model or a provider that is handed to it', async () => {
    const { stderr } = await servers.run(
      `import { instrument } from 'costspan'; import { generateText } from 'ai';
      import { createOpenAI } from '@ai-sdk/openai';
      import { TracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace';
      import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
      import { trace } from '@opentelemetry/api';
      const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })] });
      trace.setGlobalTracerProvider(provider);
      const model = instrument(createOpenAI().chat('gpt-4o'));
      await generateText({ model, prompt: 'Hi' });
      const openai = instrument(createOpenAI());
      await generateText({ model: openai.chat('gpt-4o-mini'), prompt: 'Hi' });
      await provider.shutdown();`,
    );
    expect(callSpans(servers.sink), stderr).toEqual([
      'costspan chat gpt-4o',
      'costspan chat gpt-4o-mini',
    ]);
  });
});
