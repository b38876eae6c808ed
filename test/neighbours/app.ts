import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChildOptions } from '../support/run-child.ts';

export type Format = 'esm' | 'commonjs';

/** Another instrumentation, and how an application sets it up. */
export interface Neighbour {
  readonly name: string;
  /** Its packages, for the table of versions. */
  readonly packages: readonly string[];
  readonly formats: readonly Format[];
  /**
   * Code that sets it up, with `load(name)` for a module's exports and the modules `openaiModule` and
   * `anthropicModule`. Leaves the clients `openai` and `anthropic`, or one of them.
   */
  readonly setUp: string;
  /** What must stand before the SDKs are loaded. */
  readonly before?: string;
  /** Code that makes the calls; default: those of the two SDKs. */
  readonly calls?: string;
  /** It wraps a client instead of the SDK. */
  readonly wrapsClient?: true;
  /** What bare imports get, such as another major. */
  readonly links?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

const FOLDER: string = fileURLToPath(new URL('./', import.meta.url));

export const isInstalled: boolean = existsSync(`${FOLDER}node_modules/.package-lock.json`);

/** A package installed here, as the target of a link of a test application. */
export function installed(name: string): string {
  return `../test/neighbours/node_modules/${name}`;
}

const TELL = `
  const told = [];
  const tell = async (name, call) => {
    try { told.push([name, await call()]); } catch (error) { told.push([name, error.constructor.name]); }
  };
  const read = async (stream) => { let count = 0; for await (const part of stream) count += part ? 1 : 0; return count > 0; };`;

const CALLS = `${TELL}
  const messages = [{ role: 'user', content: 'Why is the sky blue?' }];
  if (openai !== undefined) {
    await tell('chat', async () => (await openai.chat.completions.create({ model: 'gpt-4o', messages })).choices[0].message.content);
    await tell('chat stream', async () => read(await openai.chat.completions.create({ model: 'gpt-4o', messages, stream: true, stream_options: { include_usage: true } })));
    await tell('responses', async () => (await openai.responses.create({ model: 'gpt-4o', input: 'Why?' })).output_text);
    await tell('embeddings', async () => (await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'sky' })).data[0].embedding.length);
    await tell('together', async () => (await Promise.all([1, 2, 3].map(() => openai.chat.completions.create({ model: 'gpt-4o-mini', messages })))).length);
    await tell('failure', () => openai.chat.completions.create({ model: 'fails', messages }));
  }
  if (anthropic !== undefined) {
    await tell('messages', async () => (await anthropic.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 64, messages })).content[0].text);
    await tell('messages stream', async () => read(await anthropic.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 64, messages, stream: true })));
  }
  console.log('told ' + JSON.stringify(told));`;

/** What the AI SDK is asked; `more` are the options that switch its telemetry on. */
export const AI_CALLS: string = `${TELL}
  const tools = { weather: { description: 'Weather', inputSchema: ai.jsonSchema({ type: 'object', properties: {} }), execute: async () => 'sunny' } };
  await tell('generateText', async () => (await ai.generateText({ model: provider.chat('gpt-4o'), prompt: 'Why?', ...more })).text);
  await tell('tools', async () => (await ai.generateText({ model: provider.chat('gpt-4o'), prompt: 'Call the tool weather?', tools, stopWhen: ai.stepCountIs(3), ...more })).steps.length);
  await tell('streamText', async () => read(ai.streamText({ model: provider.chat('gpt-4o'), prompt: 'Why?', ...more }).textStream));
  await tell('embed', async () => (await ai.embed({ model: provider.textEmbeddingModel('text-embedding-3-small'), value: 'sky', ...more })).embedding.length);
  console.log('told ' + JSON.stringify(told));`;

const LOAD_ESM = `const load = (name) => import(name);`;
const LOAD_CJS = `const load = async (name) => require(name);`;

/** Where costspan is set up: before the neighbour, after it, or not at all. */
export type Order = 'costspan first' | 'neighbour first' | 'alone';

/** The application: a source text and how to run it. */
export function appOf(
  neighbour: Neighbour,
  format: Format,
  order: Order,
): { readonly source: string; readonly options: ChildOptions } {
  const isEsm = format === 'esm';
  const register = isEsm ? `await import('costspan/register');` : `require('costspan/register');`;
  const { before = '', setUp, calls = CALLS } = neighbour;
  const theirs = `
    const openaiModule = await load('openai');
    const anthropicModule = await load('@anthropic-ai/sdk');
    const OpenAI = openaiModule.default ?? openaiModule;
    const Anthropic = anthropicModule.default ?? anthropicModule;
    let openai, anthropic;
    ${setUp}`;
  const body = {
    alone: `${OWN_TELEMETRY}${before}${theirs}${calls}`,
    'costspan first': `${register}${before}${theirs}${calls}`,
    'neighbour first': `${before}${theirs}${register}${calls}`,
  }[order];
  return {
    source: isEsm ? `${LOAD_ESM}\n${body}` : `${LOAD_CJS}\n(async () => {${body}})();`,
    options: {
      type: isEsm ? 'module' : 'commonjs',
      links: neighbour.links ?? {},
      env: neighbour.env ?? {},
    },
  };
}

/** What an application without costspan has instead, so that the neighbour works as it does beside. */
const OWN_TELEMETRY = `
  const { trace: trace_, context: context_ } = await load('@opentelemetry/api');
  const { TracerProvider: TracerProvider_ } = await load('@opentelemetry/sdk-trace');
  const { AsyncLocalStorageContextManager: Manager_ } = await load('@opentelemetry/context-async-hooks');
  context_.setGlobalContextManager(new Manager_().enable());
  trace_.setGlobalTracerProvider(new TracerProvider_({ spanProcessors: [] }));`;
