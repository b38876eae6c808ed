import { type TokenUsage, addUsage, outputTokensOf } from '../../conventions/index.ts';
import { conversationDepth } from '../../providers/conversation.ts';
import { providerNameOf } from '../../providers/names.ts';
import { statedCost } from '../../providers/stated-cost.ts';
import { convertLangChainUsage } from '../../providers/usage/langchain.ts';
import type { ServedBy } from '../../providers/usage/openai.ts';
import { usageOf } from '../../providers/usage/token-counts.ts';
import { convertWireUsage } from '../../providers/usage/wire.ts';
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
  #usage: TokenUsage | undefined = undefined;
  /** The provider's own usage, where its model hands it on. */
  #raw: unknown = undefined;
  #id: string | undefined = undefined;
  #model: string | undefined = undefined;
  #finish: string | undefined = undefined;
  #toolCalls = 0;

  /** Of a whole `ChatResult` or `LLMResult`. */
  static ofResult(result: unknown): Answer {
    const answer = new Answer();
    const fields = asDictionary(result);
    for (const entry of asArray(fields?.['generations']) ?? []) {
      // A model for text has a list of them for each prompt.
      for (const generation of asArray(entry) ?? [entry]) answer.add(generation);
    }
    if (answer.#usage === undefined) {
      const counts = asDictionary(asDictionary(fields?.['llmOutput'])?.['tokenUsage']);
      answer.#addUsage(
        usageOf({
          input: asCount(counts?.['promptTokens']),
          output: asCount(counts?.['completionTokens']),
        }),
      );
    }
    return answer;
  }

  add(generation: unknown): void {
    if (this.chunks === 0) this.firstMs = performance.now();
    this.chunks += 1;
    const fields = asDictionary(generation);
    const message = asDictionary(fields?.['message']);
    const about = {
      ...asDictionary(fields?.['generationInfo']),
      ...asDictionary(message?.['response_metadata']),
    };
    this.characters += textLength(fields?.['text']);
    this.#id ??= asString(about['id']) ?? idOf(message);
    this.#model ??= asString(about['model_name']) ?? asString(about['model']);
    this.#finish ??=
      asString(about['finish_reason']) ??
      asString(about['stop_reason']) ??
      asString(about['finishReason']);
    const calls = asArray(message?.['tool_calls']);
    if (calls !== undefined) this.#toolCalls = Math.max(this.#toolCalls, calls.length);
    this.#raw = about['usage'] ?? about['usageMetadata'] ?? about['meta'] ?? this.#raw;
    this.#addUsage(convertLangChainUsage(message?.['usage_metadata']));
  }

  fill({ call }: CallRecord): void {
    call.responseId = this.#id;
    call.responseModel = this.#model;
    if (this.#finish !== undefined) call.finishReasons = [this.#finish];
    if (this.#toolCalls > 0) call.toolCalls = this.#toolCalls;
    const served = { provider: call.provider, model: this.#model ?? call.requestModel };
    call.usage = this.#usageFor(served);
    call.providerCost = statedCost(call.provider, this.#raw);
  }

  #addUsage(usage: TokenUsage | undefined): void {
    if (usage !== undefined) this.#usage = addUsage(this.#usage ?? {}, usage);
  }

  /**
   * The provider's own usage goes first, as LangChain knows fewer of its counters; in a stream no
   * chunk need have all of it.
   */
  #usageFor(served: ServedBy): TokenUsage | undefined {
    if (this.chunks !== 1) return this.#usage;
    const own = convertWireUsage(this.#raw, served);
    return own?.input === undefined || outputTokensOf(own) === undefined ? this.#usage : own;
  }
}

/** LangChain makes up ids that begin with `run-`. */
function idOf(message: Dictionary | undefined): string | undefined {
  const id = asString(message?.['id']);
  return id?.startsWith('run-') === true || id?.startsWith('lc_') === true ? undefined : id;
}
