import { type LlmCall, type TokenUsage, outputTokensOf } from '../../conventions/index.ts';
import { conversationDepth } from '../../providers/conversation.ts';
import { providerNameOf } from '../../providers/names.ts';
import { readAnswer } from '../../providers/usage/answer.ts';
import type { Billed } from '../../providers/usage/hosted-use.ts';
import { convertLangChainUsage } from '../../providers/usage/langchain.ts';
import type { ServedBy } from '../../providers/usage/openai.ts';
import { hostedUseIn } from '../../providers/usage/wire.ts';
import type { HeardAnswer } from '../core/answer/heard-answer.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { endpointOf } from '../core/call/endpoint.ts';
import { type Dictionary, asArray, asCount, asDictionary, asString } from '../../providers/read.ts';
import { textLength } from '../core/sdk-values.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallSettings } from '../core/call/start-call.ts';

/** What the class of a model says of itself, as tracers ask for it. */
function tracingFields(model: object): Dictionary {
  const read: unknown = Reflect.get(model, 'getLsParams');
  return typeof read === 'function' ? (asDictionary(read.call(model, {})) ?? {}) : {};
}

export const modelSettings: CallSettings = {
  endpointOf(model) {
    const fields = asDictionary(model);
    const configured = asDictionary(fields?.['clientConfig'])?.['baseURL'];
    const endpoint = endpointOf(configured ?? fields?.['baseURL'] ?? fields?.['baseUrl']);
    if (endpoint.provider !== undefined) return { ...endpoint, provider: endpoint.provider };
    const told = tracingFields(model as object);
    const provider = providerNameOf(asString(told['ls_provider']), asString(told['ls_model_name']));
    return { ...endpoint, provider };
  },
};

/** Calls of chat models and of the older models for text. */
export function shapeOf(model: object): CallShape {
  const fields = tracingFields(model);
  return {
    operation: fields['ls_model_type'] === 'llm' ? 'text_completion' : 'chat',
    requestedModel: () =>
      asString(fields['ls_model_name']) ??
      asString(Reflect.get(model, 'model')) ??
      asString(Reflect.get(model, 'modelName')),
    readRequest(record, args) {
      record.call.conversationDepth = conversationDepth(args[0]);
    },
    readResponse(record, answer) {
      if (answer instanceof Answer) answer.fill(record);
    },
    requestText: (args) => asArray(args[0])?.map((message) => asDictionary(message)?.['content']),
  };
}

/** What a model answered, whole or chunk by chunk; chunks add up, as LangChain's own do. */
export class Answer {
  chunks = 0;
  characters = 0;
  /** Of the first chunk, on the clock of `performance.now()`. */
  firstMs: number | undefined = undefined;
  /** What the provider itself answered, where that could be heard. */
  heard: HeardAnswer | undefined = undefined;
  #usage: Dictionary | undefined = undefined;
  /** What the provider said beside the text, as far as its model hands it on. */
  readonly #about: Record<string, unknown> = {};
  readonly #toolOutputs: unknown[] = [];
  #id: string | undefined = undefined;
  #toolCalls = 0;

  /** Of a whole `ChatResult` or `LLMResult`. */
  static ofResult(result: unknown): Answer {
    const answer = new Answer();
    const fields = asDictionary(result);
    const output = asDictionary(fields?.['llmOutput']);
    // Its usage is LangChain's own, under a name of the provider's.
    const { model, responseId, serviceTier } = output ?? {};
    answer.#tell({ model, responseId, serviceTier });
    for (const entry of asArray(fields?.['generations']) ?? []) {
      // A model for text has a list of them for each prompt.
      for (const generation of asArray(entry) ?? [entry]) answer.add(generation);
    }
    if (answer.#usage === undefined) {
      const counts = asDictionary(output?.['tokenUsage']);
      answer.#count({
        input_tokens: counts?.['promptTokens'],
        output_tokens: counts?.['completionTokens'],
      });
    }
    return answer;
  }

  add(generation: unknown): void {
    if (this.chunks === 0) this.firstMs = performance.now();
    this.chunks += 1;
    const fields = asDictionary(generation);
    const message = asDictionary(fields?.['message']);
    const more = asDictionary(message?.['additional_kwargs']);
    this.characters += textLength(fields?.['text']);
    this.#tell(asDictionary(fields?.['generationInfo']));
    this.#tell(asDictionary(message?.['response_metadata']));
    this.#about['groundingMetadata'] ??= more?.['groundingMetadata'];
    this.#toolOutputs.push(...(asArray(more?.['tool_outputs']) ?? []));
    this.#id ??= idOf(message);
    const calls = asArray(message?.['tool_calls']);
    if (calls !== undefined) this.#toolCalls = Math.max(this.#toolCalls, calls.length);
    this.#count(asDictionary(message?.['usage_metadata']));
  }

  /** One event of the newer way to stream, which LangChain's models make of their chunks. */
  addEvent(event: unknown): void {
    if (this.chunks === 0) this.firstMs = performance.now();
    this.chunks += 1;
    const fields = asDictionary(event);
    this.characters += textLength(asDictionary(fields?.['delta'])?.['text']);
    this.#tell(asDictionary(fields?.['metadata']));
    this.#tell(asDictionary(fields?.['responseMetadata']));
    const usage = asDictionary(fields?.['usage']);
    // Each is the sum so far.
    if (usage !== undefined) this.#usage = usage;
    if (asString(fields?.['reason']) !== undefined)
      this.#tell({ finish_reason: fields?.['reason'] });
  }

  fill({ call }: CallRecord): void {
    const about = this.#about;
    const told =
      asString(about['model_name']) ?? asString(about['model']) ?? asString(about['modelVersion']);
    const served = { provider: call.provider, model: told ?? call.requestModel };
    const answer = readAnswer(this.heard?.body ?? this.#body(), served);
    call.responseId = answer.id ?? asString(about['id']) ?? this.#id;
    call.responseModel = answer.model ?? told;
    const finish =
      asString(about['finish_reason']) ??
      asString(about['stop_reason']) ??
      asString(about['finishReason']);
    call.finishReasons = answer.finishReasons ?? (finish === undefined ? undefined : [finish]);
    if (this.#toolCalls > 0) call.toolCalls = this.#toolCalls;
    call.otherModelUsage = answer.otherModelUsage;
    call.alsoBilled = answer.alsoBilled;
    if (isWhole(answer.usage)) call.usage = answer.usage;
    else this.#putCounts(call, served, answer.usage);
    call.providerCost = answer.cost;
    call.servedTier = answer.tier;
    call.speed = answer.speed;
    call.inferenceGeo = answer.geo;
  }

  #tell(about: Dictionary | undefined): void {
    for (const [name, value] of Object.entries(about ?? {})) {
      if (value !== undefined && value !== null) this.#about[name] = value;
    }
  }

  #count(usage: Dictionary | undefined): void {
    if (usage !== undefined) this.#usage = summed(this.#usage, usage);
  }

  /** The provider's answer once more, of what its model hands on. */
  #body(): Dictionary {
    const { usage, usageMetadata, meta, ...about } = this.#about;
    const groundingMetadata = about['groundingMetadata'] ?? about['grounding_metadata'];
    return {
      ...about,
      // In a stream no chunk need have all of the provider's own usage.
      ...(this.chunks === 1 && { usage: usage ?? usageMetadata ?? meta }),
      output: about['output'] ?? this.#toolOutputs,
      ...(groundingMetadata !== undefined && {
        candidates: [{ groundingMetadata, finishReason: about['finish_reason'] }],
      }),
    };
  }

  /** What LangChain itself counted, where the provider's own counts are not handed on. */
  #putCounts(call: LlmCall, served: ServedBy, own: TokenUsage | undefined): void {
    const billed: Billed = {
      usage: convertLangChainUsage(this.#usage, served) ?? own,
      otherModelUsage: call.otherModelUsage,
      alsoBilled: undefined,
    };
    hostedUseIn(this.#body(), served).putOn(billed);
    call.usage = billed.usage;
    call.otherModelUsage = billed.otherModelUsage;
    call.alsoBilled = billed.alsoBilled;
  }
}

function isWhole(usage: TokenUsage | undefined): boolean {
  return usage?.input !== undefined && outputTokensOf(usage) !== undefined;
}

/** The counts of two chunks, with those inside of them; each is what the chunk adds. */
function summed(before: Dictionary | undefined, chunk: Dictionary): Dictionary {
  const sum: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(chunk)) {
    const inside = asDictionary(value);
    sum[name] =
      inside === undefined
        ? (asCount(sum[name]) ?? 0) + (asCount(value) ?? 0)
        : summed(asDictionary(sum[name]), inside);
  }
  return sum;
}

/** LangChain makes up ids that begin with `run-`. */
function idOf(message: Dictionary | undefined): string | undefined {
  const id = asString(message?.['id']);
  return id?.startsWith('run-') === true || id?.startsWith('lc_') === true ? undefined : id;
}
