import { readdirSync } from 'node:fs';

import Anthropic from '@anthropic-ai/sdk';
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
import OpenAI, { toFile } from 'openai';
import { describe, expect, it } from 'vitest';

import { anthropicFixtures } from '../support/fixtures/anthropic/expected.ts';
import { fixtureBody, fixtureReply, type FixtureCase } from '../support/fixtures/fixture-case.ts';
import { openaiFixtures } from '../support/fixtures/openai/expected.ts';
import { createInProcessFetch } from '../support/in-process-fetch.ts';

const tables = { openai: openaiFixtures, anthropic: anthropicFixtures } as const;
const messages = [{ role: 'user' as const, content: 'Hi' }];

/** Every event of a stream, or the one result. */
async function drain(result: unknown): Promise<unknown> {
  if (typeof result !== 'object' || result === null || !(Symbol.asyncIterator in result)) {
    return result;
  }
  const events: unknown[] = [];
  for await (const event of result as AsyncIterable<unknown>) events.push(event);
  return events;
}

/** Plays the fixture to the real SDK. */
async function play(folder: keyof typeof tables, fixture: FixtureCase): Promise<unknown> {
  const fetch = createInProcessFetch(() => fixtureReply(folder, fixture));
  const options = { apiKey: 'sk-test', maxRetries: 0, fetch };
  const { model } = fixture;
  const stream = fixture.file.endsWith('.jsonl');
  const openai = new OpenAI(options);
  switch (fixture.api) {
    case 'chat':
      return drain(await openai.chat.completions.create({ model, messages, stream }));
    case 'completions':
      return drain(await openai.completions.create({ model, prompt: 'Hi', stream }));
    case 'responses':
      return drain(await openai.responses.create({ model, input: 'Hi', stream }));
    case 'embeddings':
      return openai.embeddings.create({ model, input: 'Hi', encoding_format: 'float' });
    case 'images':
      return drain(await openai.images.generate({ model, prompt: 'Hi', stream }));
    case 'transcription': {
      const file = await toFile(Buffer.from('sound'), 'a.mp3');
      return drain(await openai.audio.transcriptions.create({ model, file, stream }));
    }
    case 'speech':
      return openai.audio.speech.create({ model, input: 'Hi', voice: 'alloy' });
    case 'count_tokens':
      return new Anthropic(options).messages.countTokens({ model, messages });
    case 'messages': {
      const client =
        fixture.provider === 'aws.bedrock'
          ? new AnthropicBedrock({ awsRegion: 'us-east-1', skipAuth: true, fetch })
          : new Anthropic(options);
      return drain(await client.messages.create({ model, messages, max_tokens: 100, stream }));
    }
    default:
      return fixture.api satisfies never;
  }
}

describe.each(['openai', 'anthropic'] as const)('%s fixtures', (folder) => {
  it('are all in the table, and nothing else is', () => {
    const files = readdirSync(new URL(`../support/fixtures/${folder}`, import.meta.url));
    expect(tables[folder].map(({ file }) => file).toSorted()).toEqual(
      files.filter((file) => !file.endsWith('.ts')).toSorted(),
    );
  });

  it.each(tables[folder].map((fixture) => [fixture.file, fixture] as const))(
    '%s is something that the SDK takes',
    async (_, fixture) => {
      if (fixture.fails === true) {
        await expect(play(folder, fixture)).rejects.toThrow();
        return;
      }
      const result = await play(folder, fixture);
      if (Array.isArray(result)) {
        const sent = fixtureBody(folder, fixture.file) as { readonly type?: string }[];
        expect(result).toHaveLength(sent.filter(({ type }) => type !== 'ping').length);
      } else expect(result).toBeTypeOf('object');
    },
  );

  it.each(
    tables[folder].flatMap(({ file, expected }) =>
      expected === undefined ? [] : [[file, expected] as const],
    ),
  )('%s has parts that fit into each other', (file, usage) => {
    const input =
      (usage.input ?? 0) +
      (usage.cacheRead ?? 0) +
      (usage.cacheWrite ?? 0) +
      (usage.cacheWrite1h ?? 0);
    const output = (usage.output ?? 0) + (usage.reasoning ?? 0);
    // The one provider whose total leaves something out.
    const outside = file === 'perplexity-deep-research.json' ? (usage.reasoning ?? 0) : 0;
    expect(input + output - outside).toBe(usage.total ?? input + output);
    const { inputText = 0, inputAudio = 0, inputImage = 0 } = usage;
    expect(inputText + inputAudio + inputImage).toBeLessThanOrEqual(input);
    expect((usage.outputText ?? 0) + (usage.outputAudio ?? 0)).toBeLessThanOrEqual(output);
  });
});
