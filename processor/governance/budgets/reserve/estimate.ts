import {
  GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS,
  type LlmCall,
  OPERATION_CREATE_BATCH,
  type RequestSize,
} from '../../../../conventions/index.ts';
import type { Pricer, UsageBound } from '../../../engine/pricing/index.ts';
import type { Calibration } from './calibration.ts';
import { limitsOf } from './model-limits.ts';

/** What a call may come to. */
export interface Estimate {
  readonly tokens: number;
  /** Whole nano-USD; `undefined` when the model has no price. */
  readonly usd: number | undefined;
  /** Of which the input alone. */
  readonly inputTokens: number;
  /** What it rests on. */
  readonly bound: UsageBound;
}

/** Both estimates of one call, each made when it is asked for. */
export class CallEstimate {
  readonly calibrationKey: string;
  readonly #call: LlmCall;
  readonly #size: RequestSize;
  readonly #pricer: Pricer;
  readonly #calibration: Calibration;
  #firm: Estimate | undefined;
  #likely: Estimate | undefined;

  constructor(
    call: LlmCall,
    workflow: string | undefined,
    pricer: Pricer,
    calibration: Calibration,
  ) {
    this.#call = call;
    this.#pricer = pricer;
    this.#calibration = calibration;
    this.#size = call.requestSize?.() ?? UNMEASURED;
    this.calibrationKey = calibration.keyOf(workflow ?? '', call.provider, modelOf(call) ?? '');
  }

  /** Bytes of the request, where they are all that its tokens come from. */
  get plainBytes(): number | undefined {
    const { bytes, attachments, refersToStored, webSearches } = this.#size;
    const isPlain = bytes > 0 && attachments === 0 && !refersToStored && webSearches === 0;
    return isPlain ? bytes : undefined;
  }

  /** A true upper bound: one token a byte, the most output, the dearest class of each. */
  get firm(): Estimate {
    return (this.#firm ??= this.#make(true));
  }

  /** What 95 of 100 such calls stay under. */
  get likely(): Estimate {
    return (this.#likely ??= this.#make(false));
  }

  /** The same for an unknown model at the dearest rates of its provider. */
  atDearest(isFirm: boolean): number | undefined {
    return this.#pricer.boundAtDearest(this.#call, this.#bound(isFirm));
  }

  /**
   * What the ended call used, at the dearest rates of its provider, for one that has no price;
   * `undefined` where it used nothing that anybody knows of.
   */
  usedAtDearest(): number | undefined {
    return this.#call.operation === 'moderation' ? 0 : this.#pricer.usageAtDearest(this.#call);
  }

  /** The most that it came to, where its price leaves rates out. */
  usedAtMost(): number | undefined {
    return this.#pricer.atMost(this.#call);
  }

  /** What the input alone may come to; `undefined` when the model has no price. */
  inputUsd(isFirm: boolean): number | undefined {
    const { bound } = isFirm ? this.firm : this.likely;
    return this.#usd({ ...bound, outputTokens: 0 });
  }

  /** Forgets what was worked out, because the model or the output limit has changed. */
  changed(): void {
    this.#firm = undefined;
    this.#likely = undefined;
  }

  /** Nano-USD that each further output token of every choice adds; `undefined` without a price. */
  outputRate(isFirm: boolean): number | undefined {
    const bound = this.#bound(isFirm);
    const with1000 = this.#usd({ ...bound, outputTokens: 1_000 });
    const without = this.#usd({ ...bound, outputTokens: 0 });
    if (with1000 === undefined || without === undefined) return undefined;
    return ((with1000 - without) / 1_000) * choicesOf(this.#call);
  }

  #make(isFirm: boolean): Estimate {
    const bound = this.#bound(isFirm);
    // Charged when its answers are read; the least of all amounts asks whether anything is left.
    if (this.#call.operation === OPERATION_CREATE_BATCH) {
      return { tokens: 1, usd: 1, inputTokens: 1, bound };
    }
    return {
      tokens: Math.ceil(bound.inputTokens + bound.outputTokens),
      usd: this.#usd(bound),
      inputTokens: Math.ceil(bound.inputTokens),
      bound,
    };
  }

  #usd(bound: UsageBound): number | undefined {
    const call = this.#call;
    const usd = this.#pricer.bound(call, modelOf(call), bound);
    // Providers check content for free; a model that is priced says so itself.
    return usd ?? (call.operation === 'moderation' ? 0 : undefined);
  }

  #bound(isFirm: boolean): UsageBound {
    const size = this.#size;
    const call = this.#call;
    return {
      inputTokens: isFirm ? firmInput(size, call) : this.#likelyInput(size),
      outputTokens: choicesOf(call) * (isFirm ? this.#firmOutput() : this.#likelyOutput()),
      bytes: size.bytes,
      webSearches: size.webSearches,
      mayUse: size.mayUse,
      asksForCache: size.asksForCache,
      hasAttachments: size.attachments > 0,
      isFirm,
    };
  }

  #likelyInput({ bytes, attachments, refersToStored, webSearches }: RequestSize): number {
    return (
      bytes / this.#calibration.bytesPerToken(this.calibrationKey) +
      attachments * LIKELY_ATTACHMENT +
      (refersToStored ? LIKELY_STORED : 0) +
      webSearches * LIKELY_SEARCH_RESULT
    );
  }

  #firmOutput(): number {
    const call = this.#call;
    if (!hasOutput(call)) return 0;
    const model = modelOf(call);
    const limit = call.sendMaxOutputTokens ?? call.maxOutputTokens;
    if (limit !== undefined) return limit;
    const own = model === undefined ? undefined : this.#pricer.maxOutput(call.provider, model);
    return own ?? limitsOf(model).output;
  }

  #likelyOutput(): number {
    const call = this.#call;
    if (!hasOutput(call)) return 0;
    const limit = call.sendMaxOutputTokens ?? call.maxOutputTokens ?? Infinity;
    const seen = this.#calibration.outputP95(this.calibrationKey);
    return Math.min(limit, seen ?? LIKELY_OUTPUT, limitsOf(modelOf(call)).output);
  }
}

/** Where an SDK cannot say how large the request is. */
const UNMEASURED: RequestSize = {
  bytes: 0,
  attachments: 0,
  refersToStored: true,
  hasTools: true,
  asksForCache: false,
  webSearches: 0,
};

/** A page, a picture or some seconds of speech, in tokens. */
const LIKELY_ATTACHMENT = 1_500;
const LIKELY_STORED = 4_000;
const LIKELY_SEARCH_RESULT = 3_000;
/** Answers of most calls; the first ones of a workflow are estimated so. */
const LIKELY_OUTPUT = 1_000;
/**
 * What providers add when a request offers tools: 264 to about 800 tokens.
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview
 */
const TOOL_INSTRUCTIONS = 1_000;

function firmInput(size: RequestSize, call: LlmCall): number {
  const { bytes, attachments, refersToStored, webSearches, hasTools } = size;
  // What lies at the provider, in a file or on the web can fill the whole context window.
  if (attachments > 0 || refersToStored || webSearches > 0) {
    return Math.max(bytes, limitsOf(modelOf(call)).input);
  }
  return bytes + (hasTools ? TOOL_INSTRUCTIONS : 0);
}

function modelOf({ sendModel, requestModel }: LlmCall): string | undefined {
  return sendModel ?? requestModel;
}

function choicesOf({ choices }: LlmCall): number {
  return choices === undefined || choices < 1 ? 1 : choices;
}

function hasOutput({ operation }: LlmCall): boolean {
  return operation !== GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS && !OUTPUTLESS.has(operation);
}

const OUTPUTLESS: ReadonlySet<string> = new Set([
  'moderation',
  'rerank',
  'create_cache',
  'update_cache',
]);
