import { CONTENT_EVENTS, CONTENT_REPLY, googleError } from './google-fixtures.ts';
import type { Reply } from '../support/provider/reply.ts';
import { OK, type Special, type SpecialContext } from './special.ts';
import { copyOf, drain } from './transcript.ts';

interface Chat {
  sendMessage(parameters: object): Promise<unknown>;
  sendMessageStream(parameters: object): Promise<AsyncIterable<unknown>>;
}

interface Client {
  readonly chats: { create(parameters: object): Chat };
  readonly models: {
    generateContent(parameters: object): Promise<unknown>;
    generateContentStream(parameters: object): Promise<AsyncIterable<unknown>>;
    generateImages(parameters: object): Promise<unknown>;
  };
  readonly interactions: {
    create(parameters: object): Promise<unknown>;
    get(id: string): Promise<unknown>;
  };
}

interface GoogleGenAiModule {
  readonly GoogleGenAI: new (options: object) => Client;
}

const MODEL = 'gemini-2.5-flash';

function clientWith(
  { moduleExports, server }: SpecialContext,
  options: object,
  http: object,
): Client {
  const { GoogleGenAI } = moduleExports as GoogleGenAiModule;
  return new GoogleGenAI({ ...options, httpOptions: { baseUrl: server.url, ...http } });
}

const ASKS_FOR_TOOL: Reply = {
  json: {
    candidates: [
      {
        content: {
          role: 'model',
          parts: [{ functionCall: { name: 'weather', args: { city: 'Oslo' } } }],
        },
        finishReason: 'STOP',
      },
    ],
    usageMetadata: { promptTokenCount: 20, candidatesTokenCount: 5, totalTokenCount: 25 },
  },
};

const WEATHER = {
  tool: async () => ({ functionDeclarations: [{ name: 'weather' }] }),
  callTool: async () => [{ functionResponse: { name: 'weather', response: { sky: 'clear' } } }],
};

const INTERACTION = {
  id: 'int-1',
  object: 'interaction',
  model: MODEL,
  status: 'completed',
  role: 'model',
  created: '2026-01-01T00:00:00Z',
  updated: '2026-01-01T00:00:00Z',
  outputs: [{ type: 'text', text: 'Twice its half.' }],
  steps: [{ type: 'model_output', content: [{ type: 'text', text: 'Twice its half.' }] }],
  usage: {
    total_input_tokens: 100,
    total_cached_tokens: 40,
    total_output_tokens: 20,
    total_thought_tokens: 10,
    total_tool_use_tokens: 6,
    total_tokens: 136,
  },
};

const INTERACTION_EVENTS = [
  {
    event_type: 'interaction.created',
    interaction: { id: 'int-1', status: 'in_progress', model: MODEL },
  },
  { event_type: 'step.start', index: 0, step: { type: 'model_output' } },
  { event_type: 'step.delta', index: 0, delta: { type: 'text', text: 'Twice its half.' } },
  { event_type: 'step.stop', index: 0 },
  { event_type: 'interaction.completed', interaction: INTERACTION },
];

function interactions(major: number): readonly Special[] {
  return [
    {
      name: 'an interaction',
      replies: [{ json: INTERACTION }],
      run: async ({ client }) =>
        copyOf(await (client as Client).interactions.create({ model: MODEL, input: 'a' })),
      expected: [OK],
    },
    {
      name: 'an interaction, streamed',
      replies: [{ sse: INTERACTION_EVENTS }],
      run: async ({ client, moduleExports }) => {
        const stream = await (client as Client).interactions.create({
          model: MODEL,
          input: 'a',
          stream: true,
        });
        return drain(moduleExports, stream as AsyncIterable<unknown>);
      },
      expected: [OK],
    },
    {
      name: 'an interaction in the background, fetched until it is done',
      replies: [
        { json: { ...INTERACTION, id: 'int-2', status: 'in_progress', usage: undefined } },
        { json: { ...INTERACTION, id: 'int-2' } },
        { json: { ...INTERACTION, id: 'int-2' } },
      ],
      run: async ({ client }) => {
        const { interactions: api } = client as Client;
        const started = await api.create({ model: MODEL, input: 'a', background: true });
        return [copyOf(started), copyOf(await api.get('int-2')), copyOf(await api.get('int-2'))];
      },
      // Which of them is booked is not for an SDK's reader to know.
      expected: [{ outcome: 'ok' }, OK, OK],
    },
    {
      name: 'an interaction that fails',
      replies: [googleError(400)],
      run: async ({ client }) =>
        (client as Client).interactions.create({ model: MODEL, input: 'a' }),
      expected: [{ outcome: 'error', errorType: major === 1 ? 'BadRequestError' : /./ }],
    },
  ];
}

/** What only this SDK has: chats, functions called by itself, Vertex AI, interactions, retries. */
export function googleGenAiSpecials(major: number): readonly Special[] {
  return [
    {
      name: 'a chat, whole and streamed',
      replies: [CONTENT_REPLY, { sse: CONTENT_EVENTS }],
      run: async ({ client, moduleExports }) => {
        const chat = (client as Client).chats.create({ model: MODEL });
        const first = copyOf(await chat.sendMessage({ message: 'a' }));
        const stream = await chat.sendMessageStream({ message: 'b' });
        return [first, await drain(moduleExports, stream)];
      },
      expected: [OK, OK],
    },
    {
      name: 'functions that the SDK calls by itself: each request is one call',
      replies: [ASKS_FOR_TOOL, CONTENT_REPLY],
      run: async ({ client }) =>
        copyOf(
          await (client as Client).models.generateContent({
            model: MODEL,
            contents: 'a',
            config: { tools: [WEATHER] },
          }),
        ),
      expected: [OK, OK],
    },
    {
      name: 'images, which count no tokens, and one that was filtered away',
      replies: [
        {
          json: {
            predictions: [
              { mimeType: 'image/png', bytesBase64Encoded: 'AAAA' },
              { raiFilteredReason: 'no' },
            ],
          },
        },
      ],
      run: async (context) => {
        const { models } = clientWith(context, { vertexai: true, apiKey: 'key' }, {});
        return copyOf(await models.generateImages({ model: 'imagen-4.0', prompt: 'a' }));
      },
      expected: [{ ...OK, counts: { images: 1 } }],
    },
    {
      name: 'Vertex AI, whole and streamed',
      replies: [CONTENT_REPLY, { sse: CONTENT_EVENTS }],
      run: async (context) => {
        const { models } = clientWith(context, { vertexai: true, apiKey: 'key' }, {});
        const request = { model: MODEL, contents: 'a' };
        return [
          copyOf(await models.generateContent(request)),
          await drain(context.moduleExports, await models.generateContentStream(request)),
        ];
      },
      expected: [OK, OK],
    },
    {
      name: 'refused once, then answered',
      replies: [googleError(503), CONTENT_REPLY],
      run: async (context) => {
        const retryOptions = { attempts: 2, initialDelay: 0.001, maxDelay: 0.001, jitter: 0 };
        const { models } = clientWith(context, { apiKey: 'key' }, { retryOptions });
        return copyOf(await models.generateContent({ model: MODEL, contents: 'a' }));
      },
      expected: [{ ...OK, retries: 1 }],
    },
    ...interactions(major),
  ];
}
