import type { LlmCall, RequestSize } from '../../../conventions/index.ts';
import type { CallRecord } from './call-record.ts';
import type { Dictionary } from '../../../providers/read.ts';

/**
 * One API of one SDK, such as chat completions: what its requests, responses and chunks say.
 * Every method is called guarded, so a reader may be plain; still it must cope with values of the
 * wrong kind, since servers send them.
 */
export interface CallShape {
  /** `gen_ai.operation.name`. */
  readonly operation: string;
  /** The model asked for, where it is not `model` of the first argument. `client`: see `endpointOf`. */
  requestedModel?(args: readonly unknown[], client: unknown): string | undefined;
  /** Reads the request: stream, tier, depth, and attributes that only it knows. `client`: as above. */
  readRequest(record: CallRecord, args: readonly unknown[], client: unknown): void;
  /** The arguments to call the SDK with instead, when the request has to ask for its usage. */
  prepare?(record: CallRecord, args: readonly unknown[], client: unknown): readonly unknown[];
  /** Reads a whole response, as the SDK parsed it. */
  readResponse(record: CallRecord, response: unknown): void;
  /** Reads what only the headers say, before the body. Only for SDKs that hand out both. */
  readHeaders?(record: CallRecord, response: unknown): void;
  /** Reads one chunk of a stream. The hot path: keeps nothing of the chunk. */
  readChunk?(record: CallRecord, chunk: unknown): void;
  /** Whether the application must not see this chunk, because only we asked for it. */
  hides?(record: CallRecord, chunk: unknown): boolean;
  /** Whether the method gives an async iterable at once and not a promise. Only for plain SDKs. */
  readonly returnsIterable?: boolean;
  /**
   * The stream that a result holds, such as `response.stream`, where the result is no stream itself.
   * Only for plain SDKs.
   */
  streamOf?(result: unknown): unknown;
  /** Field beside the stream with a promise of the whole answer, which then ends the call. */
  readonly wholeField?: string;
  /** How large the request is, where what is sent does not show it: a session keeps its context. */
  requestSize?(args: readonly unknown[], client: unknown): RequestSize;
  /** What is sent, for measuring it. Default: the first argument. */
  sentFields?(args: readonly unknown[], client: unknown): unknown;
  /**
   * The field that limits the output, to be lowered in `body`: `max_tokens`, or
   * `options.num_predict` for one further in. `undefined`: it has none.
   */
  outputLimit?(body: Dictionary, call: LlmCall): string | undefined;
  /**
   * The arguments with the model and the output limit that a budget chose, where they are no plain
   * fields of the first one.
   */
  rewrite?(
    args: readonly unknown[],
    model: string | undefined,
    maxOutputTokens: number | undefined,
  ): readonly unknown[];
  /** The same for what the object holds that the method belongs to: fields to show in place of its own. */
  rewriteTarget?(
    target: unknown,
    model: string | undefined,
    maxOutputTokens: number | undefined,
  ): Dictionary | undefined;
  /** Notes what a budget could change by `rewrite` or `rewriteTarget`, or could not change after all. */
  markChangeable?(record: CallRecord, args: readonly unknown[], client: unknown): void;
  /** Text of the request, for an estimate; called only where the provider sends no usage. */
  requestText?(args: readonly unknown[], client: unknown): unknown;
}
