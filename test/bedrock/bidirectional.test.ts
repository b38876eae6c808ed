import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import {
  BedrockRuntimeClient,
  InvokeModelWithBidirectionalStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import * as sdk from '@aws-sdk/client-bedrock-runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bedrock } from '../../instrumentation/bedrock/index.ts';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { type LivePipeline, startLivePipeline } from '../scenarios/live-pipeline.ts';
import { encodeBedrockChunk } from '../support/provider/aws-event-stream.ts';

const MODEL = 'amazon.nova-sonic-v1:0';
let live: LivePipeline;
let streams: ServerHttp2Stream[] = [];
let received = 0;
const waiting = new Set<() => void>();

const server = createServer();
server.on('stream', (stream) => {
  streams.push(stream);
  stream.on('error', () => undefined);
  stream.on('data', () => {
    received += 1;
    for (const look of waiting) look();
  });
  stream.respond({ ':status': 200, 'content-type': 'application/vnd.amazon.eventstream' });
  // The SDK hands out the stream once it has begun.
  stream.write(encodeBedrockChunk({ event: START }));
});

async function until(isThere: () => boolean): Promise<void> {
  while (!isThere()) {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
    });
  }
}

beforeAll(async () => {
  const { packageName } = bedrock;
  bedrock.patch({ packageName, version: '3', path: '', format: 'esm', moduleExports: sdk });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(() => {
  server.close();
});
beforeEach(async () => {
  live = await startLivePipeline();
});
afterEach(async () => {
  await live.stop();
  for (const stream of streams) stream.destroy();
  streams = [];
  received = 0;
  expect(openCallCount()).toBe(0);
});

/** What an application says, message by message, until it ends. */
function microphone() {
  const queue: object[] = [];
  let wake: (() => void) | undefined;
  let isOver = false;
  async function* body() {
    for (;;) {
      const event = queue.shift();
      if (event !== undefined) yield { chunk: { bytes: Buffer.from(JSON.stringify({ event })) } };
      else if (isOver) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  return {
    body: body(),
    say(event: object) {
      queue.push(event);
      wake?.();
    },
    end() {
      isOver = true;
      wake?.();
    },
  };
}

function tell(...events: readonly object[]): void {
  for (const event of events) streams[0]?.write(encodeBedrockChunk({ event }));
}

/** Sums of the session: [speech in, text in, speech out, text out]. */
function used(...[speechIn, textIn, speechOut, textOut]: [number, number, number, number]): object {
  const total = {
    input: { speechTokens: speechIn, textTokens: textIn },
    output: { speechTokens: speechOut, textTokens: textOut },
  };
  const usageEvent = {
    completionId: 'c1',
    promptName: 'p',
    sessionId: 's1',
    details: { delta: {}, total },
    totalInputTokens: speechIn + textIn,
    totalOutputTokens: speechOut + textOut,
    totalTokens: speechIn + textIn + speechOut + textOut,
  };
  return { usageEvent };
}

const START = { completionStart: { completionId: 'c1', promptName: 'p', sessionId: 's1' } };
const SOUND = { audioOutput: { completionId: 'c1', content: 'AAAA'.repeat(100) } };

function contentEnd(type: string, stopReason: string): object {
  return { contentEnd: { completionId: 'c1', contentId: 'x', type, stopReason } };
}

async function connect() {
  const { port } = server.address() as AddressInfo;
  const client = new BedrockRuntimeClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 1,
    endpoint: `http://127.0.0.1:${port}`,
  });
  const voice = microphone();
  const command = new InvokeModelWithBidirectionalStreamCommand({
    modelId: MODEL,
    body: voice.body,
  });
  const { body: output } = await client.send(command);
  return { client, voice, output: output! };
}

const decode = (event: {
  readonly chunk?: { readonly bytes?: Uint8Array | undefined } | undefined;
}) =>
  (JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()) as { readonly event: object })
    .event;

describe('a stream of Bedrock that goes both ways', () => {
  it('books what each turn adds, of speech and of text', async () => {
    const { client, voice, output } = await withAttribution({ team: 'voice' }, connect);
    voice.say({ audioInput: { content: 'AAAA' } });
    await until(() => received > 0);
    const events = [
      used(100, 20, 0, 0),
      SOUND,
      used(100, 20, 50, 10),
      contentEnd('TEXT', 'PARTIAL_TURN'),
      contentEnd('AUDIO', 'END_TURN'),
      { toolUse: { toolName: 'look_up', toolUseId: 't', content: '{}' } },
      used(150, 20, 50, 14),
      contentEnd('TOOL', 'TOOL_USE'),
      SOUND,
      used(150, 60, 70, 20),
      contentEnd('AUDIO', 'INTERRUPTED'),
      // Told once more.
      used(150, 60, 70, 20),
      { completionEnd: { completionId: 'c1', stopReason: 'END_TURN' } },
    ];
    tell(...events);
    streams[0]?.end();
    const heard: object[] = [];
    for await (const event of output) heard.push(decode(event));
    voice.end();
    client.destroy();
    expect(heard).toEqual([START, ...events]);

    await live.flush();
    const calls = live.sink.spans.map(({ attributes }) => attributes);
    expect(calls).toMatchObject([
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'aws.bedrock',
        'gen_ai.request.model': MODEL,
        'gen_ai.conversation.id': 's1',
        'gen_ai.usage.input_tokens': 120,
        'gen_ai.usage.audio.input_tokens': 100,
        'gen_ai.usage.output_tokens': 60,
        'gen_ai.usage.audio.output_tokens': 50,
        'gen_ai.response.finish_reasons': ['end_turn'],
        'costspan.team': 'voice',
      },
      { 'gen_ai.usage.input_tokens': 50, 'gen_ai.response.finish_reasons': ['tool_calls'] },
      { 'gen_ai.usage.input_tokens': 40, 'gen_ai.response.finish_reasons': ['interrupted'] },
    ]);
    // (100 speech · 3.4 + 20 text · 0.06 + 50 speech · 13.6 + 10 text · 0.24) / 1e6
    expect(calls[0]?.['gen_ai.usage.cost.amount']).toBeCloseTo(0.001_023_6, 9);
    // All of the session: 150 · 3.4 + 60 · 0.06 + 70 · 13.6 + 20 · 0.24
    expect(live.sink.metricValue('costspan.cost.usd')).toBeCloseTo(0.001_470_4, 9);
  });

  it('books what was counted before the application left', async () => {
    const { client, voice, output } = await connect();
    tell(used(100, 0, 0, 0), SOUND);
    let seen = 0;
    for await (const _event of output) {
      seen += 1;
      if (seen === 3) break;
    }
    voice.end();
    client.destroy();
    await live.flush();
    expect(live.sink.spans).toHaveLength(1);
    expect(live.sink.metricValue('costspan.cost.usd')).toBeCloseTo(0.000_34, 9);
  });

  it('opens none for a team that is paused, and ends one after the turn in which it was', async () => {
    const pause = (team: string): void =>
      live.pipeline.governance.control.configure({
        paused: [{ team, reason: 'costs', until: '2099-01-01' }],
        allowedModels: [],
      });
    const open = await withAttribution({ team: 'noisy' }, connect);
    pause('noisy');
    await expect(withAttribution({ team: 'noisy' }, connect)).rejects.toMatchObject({
      code: 'costspan_paused',
    });
    tell(used(100, 0, 10, 0), contentEnd('AUDIO', 'END_TURN'), SOUND);
    const heard: object[] = [];
    const read = async (): Promise<void> => {
      for await (const event of open.output) heard.push(decode(event));
    };
    await expect(read()).rejects.toMatchObject({ code: 'costspan_paused' });
    expect(heard).toHaveLength(3);
    open.voice.end();
    open.client.destroy();
    await live.flush();
    expect(live.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'ok' })).toBe(1);
  });
});
