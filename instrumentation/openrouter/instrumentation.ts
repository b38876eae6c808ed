import { images, speech, transcriptions } from '../core/openai-wire/media-shapes.ts';
import { rerank } from '../core/openai-wire/rerank.ts';
import { chatCompletions, embeddings, responses } from '../core/openai-wire/shapes.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { SpeakeasySdk } from '../core/speakeasy/speakeasy-sdk.ts';
import { packages } from './metadata.ts';

/** The same paths below `/presets` store a request for later and ask no model. */
const SHAPES: readonly (readonly [RegExp, CallShape])[] = [
  [/^(?:\/interns\/[^/]+)?\/chat\/completions$/, chatCompletions],
  [/^\/responses$/, responses],
  [/^\/embeddings$/, embeddings],
  [/^\/rerank$/, rerank],
  [/^\/images$/, images],
  [/^\/audio\/speech$/, speech],
  [/^\/audio\/transcriptions$/, transcriptions],
];

/** The requests of `@openrouter/sdk` that reach a model; each answer states its own cost. */
export const openRouterSdk: SpeakeasySdk = {
  packageName: packages[0].packageName,
  clientExports: ['OpenRouter'],
  isOwn: (client) => 'generations' in client,
  provider: 'openrouter',
  shapeOf: (path) => SHAPES.find(([pattern]) => pattern.test(path))?.[1],
};

export const openRouterShapes: readonly CallShape[] = SHAPES.map(([, shape]) => shape);
