import * as bedrockModule from '@anthropic-ai/bedrock-sdk';
import * as foundryModule from '@anthropic-ai/foundry-sdk';
import * as vertexModule from '@anthropic-ai/vertex-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  anthropicBedrock,
  anthropicFoundry,
  anthropicVertex,
} from '../../instrumentation/anthropic/index.ts';
import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { createInProcessFetch } from '../support/in-process-fetch.ts';
import { REQUEST, patchModule } from './clients.ts';

interface MessagesClient {
  readonly messages: {
    create(body: object): Promise<unknown>;
    stream(body: object): { finalMessage(): Promise<unknown> };
  };
  readonly beta: { readonly messages: { create(body: object): Promise<unknown> } };
}

/** Client objects of either platform, as far as these tests go. */
function asMessages(client: object): MessagesClient {
  return client as MessagesClient;
}

interface Platform {
  readonly label: string;
  /** How the report names what is patched: by the class where the client's class leads to it. */
  readonly patched: string;
  readonly provider: string;
  readonly address: string;
  readonly instrumentation: SdkInstrumentation;
  readonly moduleExports: object;
  create(fetch: typeof globalThis.fetch): object;
}

const PLATFORMS: readonly Platform[] = [
  {
    label: 'Bedrock',
    patched: 'messages.create',
    provider: 'aws.bedrock',
    address: 'bedrock-runtime.eu-central-1.amazonaws.com',
    instrumentation: anthropicBedrock,
    moduleExports: bedrockModule,
    create: (fetch) =>
      new bedrockModule.AnthropicBedrock({
        awsRegion: 'eu-central-1',
        apiKey: 'key',
        fetch,
      }),
  },
  {
    label: 'Vertex',
    patched: 'messages.create',
    provider: 'gcp.vertex_ai',
    address: 'us-east5-aiplatform.googleapis.com',
    instrumentation: anthropicVertex,
    moduleExports: vertexModule,
    create: (fetch) =>
      new vertexModule.AnthropicVertex({
        region: 'us-east5',
        projectId: 'project',
        authClient: { getRequestHeaders: async () => new Headers() } as never,
        fetch,
      }),
  },
  {
    label: 'Foundry',
    patched: 'Messages.create',
    provider: 'azure.ai.inference',
    address: 'contoso.services.ai.azure.com',
    instrumentation: anthropicFoundry,
    moduleExports: foundryModule,
    create: (fetch) =>
      new foundryModule.AnthropicFoundry({ resource: 'contoso', apiKey: 'key', fetch }),
  },
];

let recorder: Recorder;
beforeAll(async () => {
  recorder = await startRecorder();
});
afterAll(() => recorder.close());
beforeEach(() => recorder.start());

describe.each(PLATFORMS)(
  '$label',
  ({ provider, address, patched, instrumentation, moduleExports, create }) => {
    it('is patched, also where another client shares its resources', async () => {
      const before = create(createInProcessFetch());
      expect(patchModule(instrumentation, moduleExports)).toContain(patched);
      const client = create(createInProcessFetch());
      expect(Object.keys(client)).toEqual(Object.keys(before));
      expect(Object.getOwnPropertyDescriptor(client, 'messages')).toMatchObject({
        enumerable: true,
        writable: true,
        configurable: true,
      });
      // The resource class is the same, so a client made earlier is watched too.
      await asMessages(before).messages.create(REQUEST);
      expect(recorder.calls.length).toBe(1);
    });

    it.each([
      ['whole', (client: MessagesClient) => client.messages.create(REQUEST)],
      ['beta', (client: MessagesClient) => client.beta.messages.create(REQUEST)],
      ['streamed', (client: MessagesClient) => client.messages.stream(REQUEST).finalMessage()],
    ])('has its own provider name, one span and the usage: %s', async (_, run) => {
      await run(asMessages(create(createInProcessFetch())));
      expect(recorder.calls.map(({ call }) => call)).toMatchObject([
        {
          provider,
          serverAddress: address,
          requestModel: 'claude-opus-4-5',
          outcome: 'ok',
          usageSource: 'provider',
          finishReasons: ['end_turn'],
        },
      ]);
      const [call] = recorder.calls;
      expect(call?.call.usage?.input).toBeGreaterThan(0);
      expect(call?.call.usage?.output).toBeGreaterThan(0);
      expect((await recorder.spans()).map(({ name }) => name)).toEqual(['chat claude-opus-4-5']);
    });

    it('lets one client be watched', () => {
      expect(instrumentation.instrumentClient(create(createInProcessFetch()))).toBe(true);
    });
  },
);

it('knows the region of Vertex AI where the address does not tell', async () => {
  patchModule(anthropicVertex, vertexModule);
  for (const region of ['us-east5', 'global']) {
    const client = new vertexModule.AnthropicVertex({
      region,
      projectId: 'project',
      baseURL: 'https://proxy.example.com/v1',
      authClient: { getRequestHeaders: async () => new Headers() } as never,
      fetch: createInProcessFetch(),
    });
    await asMessages(client).messages.create(REQUEST);
  }
  expect(recorder.calls.map(({ call }) => call)).toMatchObject([
    { serverAddress: 'proxy.example.com', inferenceGeo: 'us-east5' },
    { serverAddress: 'proxy.example.com', inferenceGeo: 'global' },
  ]);
});

it('knows the client of Foundry at an address of its own', async () => {
  patchModule(anthropicFoundry, foundryModule);
  const client = new foundryModule.AnthropicFoundry({
    baseURL: 'https://claude.example.com/anthropic/',
    apiKey: 'key',
    fetch: createInProcessFetch(),
  });
  await asMessages(client).messages.create(REQUEST);
  expect(recorder.calls.map(({ call }) => call)).toMatchObject([
    { provider: 'azure.ai.inference', serverAddress: 'claude.example.com' },
  ]);
});
