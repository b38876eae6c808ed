import Replicate from 'replicate';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { replicate } from '../../instrumentation/replicate/index.ts';
import { endOpenCalls, openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';

const MODEL = 'meta/llama-3-8b';
const GOING = { id: 'p-1', model: MODEL, status: 'processing', output: null };

let server: ProviderServer;
let recorder: Recorder;
beforeAll(async () => {
  server = await startProviderServer();
  recorder = await startRecorder();
  replicate.patch({
    packageName: 'replicate',
    version: '1',
    path: '/node_modules/replicate',
    format: 'commonjs',
    moduleExports: Replicate,
  });
});
afterAll(async () => {
  await recorder.close();
  await server.close();
});
beforeEach(() => recorder.start());

function client(): Replicate {
  return new Replicate({ auth: 'test', baseUrl: server.url });
}

function event(name: string, data: string): string {
  return `event: ${name}\nid: 1\ndata: ${data}\n\n`;
}

function streamOfTwoWords(): AsyncGenerator {
  server.reset();
  server.next(
    { json: { ...GOING, urls: { stream: `${server.url}/stream` } } },
    {
      headers: { 'content-type': 'text/event-stream' },
      text: event('output', 'Twice') + event('output', ' its half.') + event('done', '{}'),
    },
  );
  return client().stream(MODEL, { input: { prompt: 'How long is it?' } });
}

it('ends a streamed prediction with its stream, whose output is estimated by its text', async () => {
  const said: string[] = [];
  for await (const heard of streamOfTwoWords()) said.push(String(heard));
  expect(said.join('')).toBe('Twice its half.');
  expect(recorder.calls.map(({ call }) => call)).toMatchObject([
    {
      requestModel: MODEL,
      stream: true,
      outcome: 'ok',
      usagePending: false,
      usageSource: 'estimated',
      usage: { input: 4, output: 4 },
    },
  ]);
  expect(openCallCount()).toBe(0);
});

it('takes a stream that is left early for aborted', async () => {
  for await (const heard of streamOfTwoWords()) {
    expect(String(heard)).toBe('Twice');
    break;
  }
  expect(recorder.calls.map(({ call }) => call)).toMatchObject([
    { outcome: 'aborted', usageSource: 'estimated' },
  ]);
});

it('books a prediction whose end nobody sees without a usage, and not as aborted', async () => {
  server.reset();
  server.next({ json: GOING });
  await client().predictions.create({ model: MODEL, input: { prompt: 'How long?' } });
  expect(recorder.calls).toEqual([]);
  endOpenCalls();
  expect(recorder.calls.map(({ call }) => call)).toMatchObject([
    { outcome: 'ok', responseId: 'p-1', usage: undefined, usagePending: true },
  ]);
});
