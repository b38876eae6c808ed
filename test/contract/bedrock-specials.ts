import { type Commands, awsError, clientConfig, converse } from './bedrock-fixtures.ts';
import { OK, type Special } from './special.ts';
import { drain } from './transcript.ts';

interface Client {
  readonly middlewareStack: { add(middleware: unknown, options: object): void };
  send(command: object, ...more: unknown[]): Promise<unknown>;
}

interface Module {
  readonly BedrockRuntime: new (config: object) => {
    converse(input: object): Promise<unknown>;
    converseStream(input: object): Promise<{ readonly stream: AsyncIterable<unknown> }>;
  };
  readonly BedrockRuntimeClient: new (config: object) => Client;
}

const INPUT = {
  modelId: 'amazon.nova-lite-v1:0',
  messages: [{ role: 'user', content: [{ text: 'a' }] }],
};

/** What only the AWS SDK has: other ways to send, its own middlewares, its retries. */
export function bedrockSpecials(commands: Commands): readonly Special[] {
  const { whole, streamed } = converse(commands);
  if (whole === undefined || streamed === undefined) throw new TypeError('no fixtures');
  const Converse = commands['ConverseCommand'];
  const CountTokens = commands['CountTokensCommand'];
  if (Converse === undefined || CountTokens === undefined) throw new TypeError('no such command');
  return [
    {
      name: 'the aggregated client and a subclass',
      replies: [whole.reply, streamed.reply, whole.reply],
      async run({ server, moduleExports }) {
        const { BedrockRuntime, BedrockRuntimeClient } = moduleExports as Module;
        const aggregated = new BedrockRuntime(clientConfig(server.url));
        const answer = await aggregated.converse(INPUT);
        const { stream } = await aggregated.converseStream(INPUT);
        const chunks = await drain(moduleExports, stream);
        class Own extends BedrockRuntimeClient {}
        return [answer, chunks, await new Own(clientConfig(server.url)).send(new Converse(INPUT))];
      },
      expected: [OK, OK, OK],
    },
    {
      name: 'a callback',
      replies: [whole.reply],
      run: ({ client }) =>
        new Promise((resolve, reject) => {
          void (client as Client).send(new Converse(INPUT), (error: unknown, output: unknown) => {
            if (error === null) resolve(output);
            else reject(error);
          });
        }),
      expected: [OK],
    },
    {
      name: 'a middleware of the application, which answers itself',
      replies: [],
      async run({ client }) {
        const { middlewareStack } = client as Client;
        const output = {
          output: { message: { content: [] } },
          usage: { inputTokens: 3, outputTokens: 1 },
        };
        middlewareStack.add(() => async () => ({ output, response: {} }), { step: 'build' });
        return (client as Client).send(new Converse(INPUT));
      },
      expected: [OK],
    },
    {
      name: 'throttled twice, then answered',
      replies: [awsError(429), awsError(429), whole.reply],
      async run({ server, moduleExports }) {
        const { BedrockRuntimeClient } = moduleExports as Module;
        const retrying = new BedrockRuntimeClient(
          clientConfig(server.url, {
            maxAttempts: 3,
            retryStrategy: {
              acquireInitialRetryToken: async () => ({
                getRetryCount: () => 0,
                getRetryDelay: () => 0,
              }),
              refreshRetryTokenForRetry: async () => ({
                getRetryCount: () => 1,
                getRetryDelay: () => 0,
              }),
              recordSuccess: () => undefined,
            },
          }),
        );
        return retrying.send(new Converse(INPUT));
      },
      expected: [{ ...OK, retries: 2 }],
    },
    {
      name: 'counting tokens, which costs nothing',
      replies: [{ json: { inputTokens: 7 } }],
      run: async ({ client }) =>
        (client as Client).send(
          new CountTokens({
            modelId: INPUT.modelId,
            input: { converse: { messages: INPUT.messages } },
          }),
        ),
      expected: [],
    },
  ];
}
