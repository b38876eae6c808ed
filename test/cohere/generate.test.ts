import * as cohere8 from 'cohere-ai';
import * as cohere7 from 'cohere7';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { cohere } from '../../instrumentation/cohere/index.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';

const META = { api_version: { version: '1' }, billed_units: { input_tokens: 7, output_tokens: 9 } };

describe.each([
  ['cohere-ai 8', cohere8],
  ['cohere-ai 7', cohere7],
])('generate of %s', (name, sdk) => {
  let server: ProviderServer;
  let recorder: Recorder;
  let client: cohere8.CohereClient;

  beforeAll(async () => {
    server = await startProviderServer();
    recorder = await startRecorder();
    cohere.patch({
      packageName: 'cohere-ai',
      version: undefined,
      path: `/${name}`,
      format: 'commonjs',
      moduleExports: sdk,
    });
    const options = { token: 'k', environment: server.url };
    client = new sdk.CohereClient(options) as cohere8.CohereClient;
  });
  afterAll(async () => {
    await recorder.close();
    await server.close();
  });
  beforeEach(async () => {
    server.reset();
    await recorder.start();
  });

  const told = (): unknown => recorder.calls.map(({ call }) => call);

  it('takes the stated counts, and the reason of each generation', async () => {
    server.next({
      json: {
        id: 'g',
        prompt: 'hi',
        generations: [
          { id: '1', text: 'Yes.', finish_reason: 'COMPLETE' },
          { id: '2', text: 'No, not', finish_reason: 'MAX_TOKENS' },
        ],
        meta: META,
      },
    });
    await client.generate({ prompt: 'hi', numGenerations: 2 });
    expect(told()).toMatchObject([
      {
        responseId: 'g',
        usage: { input: 7, output: 9 },
        usageSource: 'provider',
        finishReasons: ['COMPLETE', 'MAX_TOKENS'],
      },
    ]);
  });

  it('takes those that end a stream, not an estimate', async () => {
    const response = { id: 'g', prompt: 'hi', generations: [], meta: META };
    server.next({
      // One event a line.
      text: [
        { event_type: 'text-generation', text: 'Yes', is_finished: false },
        { event_type: 'stream-end', is_finished: true, finish_reason: 'COMPLETE', response },
      ]
        .map((event) => `${JSON.stringify(event)}\n`)
        .join(''),
    });
    const stream = await client.generateStream({ prompt: 'hi' });
    for await (const event of stream) expect(event.eventType).toBeDefined();
    expect(told()).toMatchObject([
      {
        responseId: 'g',
        usage: { input: 7, output: 9 },
        usageSource: 'provider',
        finishReasons: ['COMPLETE'],
      },
    ]);
  });
});
