import { createRequire } from 'node:module';

import { aiSdk } from '../../instrumentation/ai/index.ts';
import type { LoadedSdk } from '../../instrumentation/core/sdk.ts';

const require = createRequire(import.meta.url);

/** The part of the AI SDK that these tests use, in every major. */
export interface AiModule {
  generateText(options: object): Promise<AiResult>;
  streamText(options: object): AiStream;
  generateObject(options: object): Promise<{ readonly object: unknown }>;
  streamObject(options: object): { readonly partialObjectStream: AsyncIterable<unknown> };
  embed(options: object): Promise<{ readonly usage: unknown }>;
  embedMany(options: object): Promise<{ readonly usage: unknown }>;
  jsonSchema(schema: object): object;
  stepCountIs?(count: number): unknown;
}

export interface AiResult {
  readonly text: string;
  readonly steps: readonly unknown[];
}

export interface AiStream {
  readonly textStream: AsyncIterable<string>;
  readonly text: PromiseLike<string>;
}

/** A factory of models; `textEmbeddingModel` is the one that every major has. */
export interface AiProvider {
  chat(model: string): object;
  responses(model: string): object;
  textEmbeddingModel(model: string): object;
}

export interface OpenAiModule {
  createOpenAI(options: object): AiProvider;
  /** Has its hosted tools. */
  readonly openai: { readonly tools: Readonly<Record<string, (options: object) => unknown>> };
}

export interface AiCopy {
  readonly label: string;
  readonly major: number;
  readonly format: LoadedSdk['format'];
  readonly ai: string;
  readonly openai: string;
}

/** Every major; the newest is ESM alone. */
export const COPIES: readonly AiCopy[] = [
  ...[4, 5, 6].flatMap((major) =>
    (['esm', 'commonjs'] as const).map((format) => ({
      label: `${major} ${format === 'esm' ? 'ESM' : 'CommonJS'}`,
      major,
      format,
      ai: `ai${major}`,
      openai: `ai${major}-openai`,
    })),
  ),
  { label: '7 ESM', major: 7, format: 'esm', ai: 'ai', openai: '@ai-sdk/openai' },
];

export interface LoadedCopy {
  readonly ai: AiModule;
  readonly openai: OpenAiModule;
}

export async function loadCopy({ ai, openai, format }: AiCopy): Promise<LoadedCopy> {
  const load = async (name: string): Promise<unknown> =>
    format === 'esm' ? await import(name) : require(name);
  return { ai: (await load(ai)) as AiModule, openai: (await load(openai)) as OpenAiModule };
}

/** Watches both packages, as a module hook would. */
export function patchCopy(copy: AiCopy, { ai, openai }: LoadedCopy): readonly string[] {
  return [
    ...patch('ai', copy.ai, copy.format, ai),
    ...patch('@ai-sdk/openai', copy.openai, copy.format, openai),
  ];
}

export function patch(
  packageName: string,
  specifier: string,
  format: LoadedSdk['format'],
  moduleExports: unknown,
): readonly string[] {
  const sdk = aiSdk.find((candidate) => candidate.packageName === packageName);
  const { version } = require(`${specifier}/package.json`) as { version: string };
  const path = `/node_modules/${specifier}`;
  return sdk?.patch({ packageName, version, path, format, moduleExports }).patched ?? [];
}
