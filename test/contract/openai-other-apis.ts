import { RESPONSES_REQUEST, SAME_ID, methodOf, responses } from './openai-fixtures.ts';
import { OK, type Special, listen } from './special.ts';

interface ResponseHelper {
  finalResponse(): Promise<unknown>;
}

export const RESPONSES: readonly Special[] = [
  {
    name: 'responses.parse',
    replies: [responses.whole],
    run: async ({ client }) => methodOf(client, 'responses.parse')(RESPONSES_REQUEST),
    expected: [OK],
  },
  {
    name: 'responses.stream',
    replies: [{ headers: SAME_ID, sse: responses.events }],
    run: async ({ client }) => {
      const helper = methodOf(client, 'responses.stream')(RESPONSES_REQUEST);
      const heard = listen(helper, ['event', 'error', 'end']);
      return { final: await (helper as ResponseHelper).finalResponse(), heard };
    },
    expected: [OK],
  },
  {
    name: 'a response in the background, fetched twice',
    replies: [
      {
        headers: SAME_ID,
        json: { ...(responses.whole.json as object), id: 'resp_bg', status: 'queued', usage: null },
      },
      { headers: SAME_ID, json: { ...(responses.whole.json as object), id: 'resp_bg' } },
      { headers: SAME_ID, json: { ...(responses.whole.json as object), id: 'resp_bg' } },
    ],
    run: async ({ client }) => [
      await methodOf(client, 'responses.create')({ ...RESPONSES_REQUEST, background: true }),
      await methodOf(client, 'responses.retrieve')('resp_bg' as unknown as object),
      await methodOf(client, 'responses.retrieve')('resp_bg' as unknown as object),
    ],
    // Which of them is booked is not for an SDK's reader to know.
    expected: [{ outcome: 'ok' }, OK, OK],
  },
];

const TOKENS = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };

export const OTHER_APIS: readonly Special[] = [
  {
    name: 'embeddings',
    replies: [
      {
        headers: SAME_ID,
        json: {
          object: 'list',
          model: 'text-embedding-3-small',
          data: [
            {
              object: 'embedding',
              index: 0,
              embedding: Buffer.from(new Float32Array([1, 2, 3]).buffer).toString('base64'),
            },
          ],
          usage: { prompt_tokens: 9, total_tokens: 9 },
        },
      },
    ],
    run: async ({ client }) =>
      methodOf(client, 'embeddings.create')({ model: 'text-embedding-3-small', input: 'Hi.' }),
    expected: [OK],
  },
  {
    name: 'completions',
    replies: [
      {
        headers: SAME_ID,
        json: {
          id: 'cmpl-1',
          object: 'text_completion',
          model: 'm',
          choices: [{ index: 0, text: 'Hi.', finish_reason: 'stop' }],
          usage: TOKENS,
        },
      },
    ],
    run: async ({ client }) =>
      methodOf(client, 'completions.create')({ model: 'gpt-3.5-turbo-instruct', prompt: 'Hi' }),
    expected: [OK],
  },
  {
    name: 'images',
    replies: [
      {
        headers: SAME_ID,
        json: {
          created: 1,
          data: [{ b64_json: 'aGk=' }],
          usage: { input_tokens: 9, output_tokens: 4, total_tokens: 13 },
        },
      },
    ],
    run: async ({ client }) =>
      methodOf(client, 'images.generate')({ model: 'gpt-image-1', prompt: 'A string.' }),
    expected: [{ ...OK, counts: { input: 9, output: 4, outputImage: 4, total: 13, images: 1 } }],
  },
  {
    name: 'images that are billed by the piece',
    replies: [{ headers: SAME_ID, json: { created: 1, data: [{ url: 'a' }, { url: 'b' }] } }],
    run: async ({ client }) =>
      methodOf(client, 'images.generate')({ model: 'dall-e-2', prompt: 'A string.', n: 2 }),
    expected: [{ ...OK, counts: { images: 2 } }],
  },
  {
    name: 'speech, a binary answer',
    replies: [{ headers: { ...SAME_ID, 'content-type': 'audio/mpeg' }, bytes: Buffer.from('abc') }],
    run: async ({ client }) => {
      const answer = await methodOf(
        client,
        'audio.speech.create',
      )({ model: 'tts-1', voice: 'alloy', input: 'Hi.' });
      return Buffer.from(await (answer as Response).arrayBuffer()).toString();
    },
    expected: [OK],
  },
  {
    name: 'moderations',
    replies: [
      { headers: SAME_ID, json: { id: 'modr-1', model: 'omni-moderation-latest', results: [] } },
    ],
    run: async ({ client }) => methodOf(client, 'moderations.create')({ input: 'Hi.' }),
    expected: [{ outcome: 'ok' }],
  },
];
