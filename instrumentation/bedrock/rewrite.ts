import type { CallRecord } from '../core/call/call-record.ts';
import { type Dictionary, asCount, asDictionary, asString } from '../../providers/read.ts';
import { type BedrockRequest, OUTPUT_LIMITS, requestOf } from './request.ts';

/** Prompts that are kept at AWS have a model and parameters of their own, which no request may name. */
const STORED_PROMPT = /:prompt\//;

/** Models whose bodies are the same, a pattern each. */
const SAME_BODIES: readonly RegExp[] = [
  /anthropic\.claude/,
  /amazon\.nova-(?!.*(?:canvas|reel|sonic|embed))/,
  /amazon\.titan-text/,
  /meta\.llama/,
  /cohere\.command-r/,
  /cohere\.command-(?:text|light)/,
  /mistral\.(?:mistral-7b|mixtral-8x7b|mistral-(?:large|small)-2402)/,
  /ai21\.jamba/,
  /openai\.gpt-oss/,
  /qwen\.qwen3/,
];

function modelIdOf({ input }: BedrockRequest): string {
  return asString(input['modelId']) ?? '';
}

/** Converse asks every model alike, but for fields that only one maker's models know. */
export function markConverse({ call }: CallRecord, args: readonly unknown[]): void {
  const request = requestOf(args);
  const model = modelIdOf(request);
  if (STORED_PROMPT.test(model)) return;
  call.canLimitOutput = true;
  call.canSendModel = model !== '';
  const own = asDictionary(request.input['additionalModelRequestFields']);
  if (own === undefined) return;
  const thinking = asDictionary(own['thinking']) ?? asDictionary(own['reasoning_config']);
  const budget = asCount(thinking?.['budget_tokens']);
  if (budget !== undefined) call.leastOutputTokens = budget + 1;
  call.sendableModels = SAME_BODIES.find((pattern) => pattern.test(model));
  call.canSendModel = call.sendableModels !== undefined;
}

/** The body is in the words of its model's maker. */
export function markInvoke({ call }: CallRecord, args: readonly unknown[]): void {
  const request = requestOf(args);
  const { body } = request;
  const model = modelIdOf(request);
  call.sendableModels = SAME_BODIES.find((pattern) => pattern.test(model));
  call.canSendModel = call.sendableModels !== undefined;
  call.canLimitOutput = body !== undefined && limitIn(body, model) !== undefined;
}

/** A copy of the command's input, with another model where one was chosen. */
function inputOf({ input }: BedrockRequest, model: string | undefined): Record<string, unknown> {
  return model === undefined ? { ...input } : { ...input, modelId: model };
}

/** The same command with another model, or another limit of the output. */
export function rewriteConverse(
  args: readonly unknown[],
  model: string | undefined,
  maxOutputTokens: number | undefined,
): readonly unknown[] {
  const request = requestOf(args);
  const input = inputOf(request, model);
  if (maxOutputTokens !== undefined) {
    input['inferenceConfig'] = {
      ...asDictionary(input['inferenceConfig']),
      maxTokens: maxOutputTokens,
    };
  }
  return [request.with(input)];
}

export function rewriteInvoke(
  args: readonly unknown[],
  model: string | undefined,
  maxOutputTokens: number | undefined,
): readonly unknown[] {
  const request = requestOf(args);
  const input = inputOf(request, model);
  const { body } = request;
  const limit = body && limitIn(body, modelIdOf(request));
  if (limit !== undefined && maxOutputTokens !== undefined) {
    input['body'] = JSON.stringify(withLimit(body ?? {}, limit, maxOutputTokens));
  }
  return [request.with(input)];
}

interface Limit {
  /** The object of the body that it stands in, where it is not the body itself. */
  readonly within?: string;
  readonly name: string;
}

/** Where a body without a limit would say one, by its model. */
const LIMITS: readonly (readonly [RegExp, Limit])[] = [
  [/amazon\.nova/, { within: 'inferenceConfig', name: 'maxTokens' }],
  [/amazon\.titan-text/, { within: 'textGenerationConfig', name: 'maxTokenCount' }],
  [/meta\.llama/, { name: 'max_gen_len' }],
  [/openai\.gpt-oss/, { name: 'max_completion_tokens' }],
  [
    /anthropic\.claude|mistral\.|cohere\.command|ai21\.jamba|deepseek\.|qwen\./,
    { name: 'max_tokens' },
  ],
];

/** Bodies say it by names that are told from all others, or not at all. */
function limitIn(body: Dictionary, model: string): Limit | undefined {
  for (const within of ['inferenceConfig', 'textGenerationConfig']) {
    const name = limitNameIn(asDictionary(body[within]));
    if (name !== undefined) return { within, name };
  }
  const name = limitNameIn(body);
  if (name !== undefined) return { name };
  return LIMITS.find(([pattern]) => pattern.test(model))?.[1];
}

function limitNameIn(config: Dictionary | undefined): string | undefined {
  return config && OUTPUT_LIMITS.find((name) => name in config);
}

function withLimit(body: Dictionary, { within, name }: Limit, most: number): Dictionary {
  return within === undefined
    ? { ...body, [name]: most }
    : { ...body, [within]: { ...asDictionary(body[within]), [name]: most } };
}
