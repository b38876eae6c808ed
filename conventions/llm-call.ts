import type { BillableUnit } from './billable-units.ts';
import type { TokenUsage } from './token-usage.ts';

/**
 * The normal form of one call to a language model. Every way in ends here: our own SDK
 * instrumentation, spans of other instrumentations, and spans from other processes. Everything
 * that prices, attributes or counts reads only this.
 */

/** What a request comes to before anybody has counted its tokens. */
export interface RequestSize {
  /** UTF-8 bytes of everything that is text, names of fields included. No fewer than its tokens. */
  readonly bytes: number;
  /** Images, audio, files and links to such, whose tokens their length does not tell. */
  readonly attachments: number;
  /** It refers to text that the provider has (an earlier response, a stored prompt, a cache). */
  readonly refersToStored: boolean;
  /** It offers tools, for which providers add instructions of their own. */
  readonly hasTools: boolean;
  /** It asks for its text to be kept in a prompt cache. */
  readonly asksForCache: boolean;
  /** Most web searches that the provider may run for it, of whatever kind. */
  readonly webSearches: number;
  /** The most of other units that it says itself it may come to. */
  readonly mayUse?: Readonly<Partial<Record<BillableUnit, number>>> | undefined;
}

/** A tool that is about to run in this process, or that a model asked for. */
export interface ToolCall {
  /** `gen_ai.tool.name`. */
  readonly name: string;
  /**
   * Short digest of the arguments, so that repetitions show without the arguments themselves.
   * `undefined` where they cannot be read.
   */
  readonly argumentsHash: string | undefined;
}

/** A cost that the response itself stated. */
export interface ProviderCost {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** What it is known not to cover, in the words of `LlmCall.alsoBilled`. */
  readonly leavesOut?: readonly string[] | undefined;
}

/** `gen_ai.operation.name` of the call that creates a batch: its money comes with its answers. */
export const OPERATION_CREATE_BATCH = 'create_batch';
/** The same of the span that stands for one reading of a batch's results. */
export const OPERATION_FETCH_BATCH = 'fetch_batch';

/** `gen_ai.operation.name` of asking for a response that was made before: it is no call of its own. */
export const OPERATION_FETCH_RESPONSE = 'fetch_response';

/** Which batch a call created, or which answer of a batch it is. */
export interface BatchPart {
  /** The provider's id of the batch; `undefined` where the results do not tell. */
  readonly id: string | undefined;
  /** Of an answer: the provider's id of its line, or the caller's own (`custom_id`). */
  readonly item: string | undefined;
}

export type CallOutcome = 'ok' | 'error' | 'aborted' | 'blocked';
export type UsageSource = 'provider' | 'estimated';
export type PriceState = 'priced' | 'partial' | 'free' | 'unpriced';
export type PriceMatch = 'exact' | 'alias' | 'family' | 'overlay';
export type CostSource = 'provider' | 'local';

/** The money of one call, in whole nano-USD (10^-9 USD). The parts always sum to `totalNanos`. */
export interface CallCost {
  readonly totalNanos: number;
  readonly inputNanos: number;
  readonly cacheReadNanos: number;
  readonly cacheWriteNanos: number;
  readonly outputNanos: number;
  readonly reasoningNanos: number;
  readonly toolsNanos: number;
  /** The share that could not be told apart: a provider-reported cost of a model without rates. */
  readonly unsplitNanos: number;
  readonly source: CostSource;
}

/** What pricing found for one call. */
export interface CallPrice {
  /** `partial`: the cost is a lower bound, as `missing` was billed beside it; it may be 0. */
  readonly state: PriceState;
  /** Absent when `state` is `unpriced`. */
  readonly cost?: CallCost | undefined;
  /**
   * What `cost` leaves out, sorted and without repeats: words of `LlmCall.alsoBilled`, and
   * `<unit>.rate` for a unit that was counted and has no known rate. Only where `state` is `partial`.
   */
  readonly missing?: readonly string[] | undefined;
  /** Price book and version, such as `genai-prices@0.1.8+overlay:ab12cd`. */
  readonly book: string;
  readonly match?: PriceMatch | undefined;
  /** The service tier that was priced: the one served. */
  readonly tier?: string | undefined;
  /** `frontier`, `mid`, `small`, `reasoning`, or the overlay's own word. */
  readonly modelTier?: string | undefined;
}

/**
 * One call, mutable while it is in flight. Every field exists from the start so that all calls
 * share one hidden class. Times are milliseconds since the epoch, with fractions.
 */
export class LlmCall {
  // The request.
  /** `gen_ai.operation.name`. */
  operation: string;
  /** `gen_ai.provider.name`. */
  provider: string;
  requestModel: string | undefined = undefined;
  serverAddress: string | undefined = undefined;
  serverPort: number | undefined = undefined;
  stream = false;
  /** Service tier asked for; what counts is the one served. */
  requestedTier: string | undefined = undefined;
  previousResponseId: string | undefined = undefined;
  /**
   * Inference calls that the conversation in the request proves, this one included: the assistant
   * turns with tool calls since the last user message, plus one. `undefined` where the request
   * holds no conversation.
   */
  conversationDepth: number | undefined = undefined;
  /**
   * True when the request only answers tool calls of `previousResponseId`, so that the depth is
   * that response's depth plus one.
   */
  continuesPreviousResponse = false;
  /** Most output tokens that the request allows for each choice: `max_tokens` and its like. */
  maxOutputTokens: number | undefined = undefined;
  /** Fewest that it could be sent with: thinking of a fixed length comes out of them. */
  leastOutputTokens: number | undefined = undefined;
  /** Answers asked for: `n`, `candidateCount`. `undefined` means 1. */
  choices: number | undefined = undefined;
  /** Measures the request. Called before it is sent, and only if a budget or a limit asks. */
  requestSize: (() => RequestSize) | undefined = undefined;
  /** Somebody told of it; we did not see it leave. */
  isTold = false;
  /** The call that this one was made inside of, by an SDK that uses another. */
  outer: LlmCall | undefined = undefined;

  // What a budget makes of the request; set by the observer in `admit`, honoured before sending.
  /** Whether `sendModel` can be honoured: the request names its model where it can be changed. */
  canSendModel = false;
  /** The only models that `sendModel` may name, where the request does not suit all. */
  sendableModels: RegExp | undefined = undefined;
  /** The same for `sendMaxOutputTokens`. */
  canLimitOutput = false;
  /** The model to ask instead of `requestModel`. */
  sendModel: string | undefined = undefined;
  /** The `maxOutputTokens` to send instead. */
  sendMaxOutputTokens: number | undefined = undefined;

  // The response.
  responseId: string | undefined = undefined;
  responseModel: string | undefined = undefined;
  finishReasons: string[] | undefined = undefined;
  /** Tool calls that the model asked the caller to run. */
  toolCalls: number | undefined = undefined;
  /** Those of them whose name could be read. */
  requestedTools: readonly ToolCall[] | undefined = undefined;
  /** Service tier served: OpenAI `service_tier`, Anthropic `usage.service_tier`, Gemini `trafficType`. */
  servedTier: string | undefined = undefined;
  /** Anthropic `usage.speed`: `standard` or `fast`. */
  speed: string | undefined = undefined;
  /** Where it ran: Anthropic `usage.inference_geo`, or the region that a client of Vertex AI asks. */
  inferenceGeo: string | undefined = undefined;
  usage: TokenUsage | undefined = undefined;
  usageSource: UsageSource | undefined = undefined;
  /** True when the provider accepted work that it has not done yet (a queued background response). */
  usagePending = false;
  /** The provider works on it whoever listens, and its answer can be fetched. */
  isBackground = false;
  /** Of a fetched response: what became of it. `undefined` while the provider works on it. */
  fetchedOutcome: CallOutcome | undefined = undefined;
  /**
   * Usage billed at another model's rate within the same call: Anthropic's advisors, images that a
   * hosted `tool` made. That of a tool may lack rates; the rest of the call has a price all the same.
   * With `isPart` it is a share of `usage`, of a system whose models are billed and not itself.
   */
  otherModelUsage:
    | readonly {
        readonly model: string;
        readonly usage: TokenUsage;
        readonly tool?: string | undefined;
        readonly isPart?: true | undefined;
      }[]
    | undefined = undefined;
  /**
   * What the provider bills beside the counted usage without telling how much, in lower snake case:
   * `code_interpreter`. A count that is known stands in `usage` instead.
   */
  alsoBilled: readonly string[] | undefined = undefined;
  providerCost: ProviderCost | undefined = undefined;
  /**
   * Set for a call that created a batch, and for each answer of one. An answer was worked on for up
   * to a day by nobody's clock: it has no duration and no place in a run.
   */
  batch: BatchPart | undefined = undefined;

  // How it went.
  startTimeMs = 0;
  endTimeMs = 0;
  /** Seconds from the request to the first chunk. */
  timeToFirstChunkSeconds: number | undefined = undefined;
  /** Chunks received, for a stream. */
  chunks = 0;
  retries = 0;
  /** Failed attempts before the last one that the provider may have billed: timeouts, 5xx. */
  billableAttempts = 0;
  /**
   * The last attempt surely cost nothing: it never left this machine, or was refused unbilled (4xx).
   */
  unbilled = false;
  /** It failed without an answer (a timeout, a lost connection): the provider may have billed all. */
  isUnanswered = false;
  outcome: CallOutcome = 'ok';
  /** `error.type`: low cardinality, never the message. */
  errorType: string | undefined = undefined;
  /**
   * Set when a call nested inside this one was booked: this one is structure and carries no money.
   */
  bookedInside = false;

  /** State that the observer attached in `callStarted`; nobody else reads it. */
  observed: unknown = undefined;

  constructor(operation: string, provider: string) {
    this.operation = operation;
    this.provider = provider;
  }

  /** An answer out of the results of a batch, and not the call that created it. */
  get isBatchAnswer(): boolean {
    return this.batch !== undefined && this.operation !== OPERATION_CREATE_BATCH;
  }
}
