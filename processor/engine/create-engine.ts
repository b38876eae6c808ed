import type {
  Attribution,
  AttributionKey,
  MetricDimension,
} from '../../conventions/attribution.ts';
import type { CallPrice } from '../../conventions/llm-call.ts';
import { HostedEngine } from './hosted-engine.ts';
import type {
  BookedCall,
  FinishedRun,
  MetricPoint,
  SpanResult,
  InputCall,
  InputSpan,
} from './host-data.ts';

/** A price overlay that the host has read, from YAML or JSON. */
export interface OverlaySource {
  /** What the file says, parsed. */
  readonly value: unknown;
  /** Its name, for messages. */
  readonly name: string;
  /** Its version: hexadecimal, such as the SHA-256 of its text. The first six digits are shown. */
  readonly digest: string;
}

export interface EngineSettings {
  readonly attribution?: {
    readonly defaults?: Attribution | undefined;
    /** Keys that every call must have; `costspan.attribution.missing` names those that lack. */
    readonly required?: readonly AttributionKey[] | undefined;
  };
  readonly metrics?: {
    /** `team` and `workflow` where it is left out. */
    readonly dimensions?: readonly MetricDimension[] | undefined;
    readonly maxValuesPerDimension?: number | undefined;
    /** Attribute sets a metric. */
    readonly maxSets?: number | undefined;
  };
  readonly overlay?: OverlaySource | undefined;
  /** Milliseconds since the epoch: for the age of the price book and for runs that fell silent. */
  readonly now?: (() => number) | undefined;
  /** Told of each call as it is booked, such as for a ledger. */
  readonly onCall?: ((call: BookedCall) => void) | undefined;
  /** Told of each run that is over. */
  readonly onRun?: ((run: FinishedRun) => void) | undefined;
  /** Told, in a sentence, what went wrong or cannot be priced; the call goes on unpriced. */
  readonly onProblem?: ((message: string) => void) | undefined;
}

/** What a call came to. */
export interface CallResult {
  /** The attributes that its span should carry. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** `undefined` when it was booked before, by whoever told of it. */
  readonly price: CallPrice | undefined;
}

/** Knows what calls mean: whose they are, where in their run they stand, what they cost. */
export interface CostspanEngine {
  /**
   * Takes ended spans, of one trace or many, whole or a piece of one (in the order in which spans
   * end), and answers what is to become of their attributes. Each call is booked once, and a span
   * that is sent again gets its first answer. Never throws.
   */
  spans(spans: readonly InputSpan[]): readonly SpanResult[];
  /** Takes one call that is over. Never throws. */
  call(call: InputCall): CallResult;
  /** Every metric as it stands: the names, units and attributes of docs/telemetry.md. */
  collect(): readonly MetricPoint[];
  /** Book and version in use, such as `genai-prices@0.1.8+overlay:ab12cd`. */
  readonly priceBook: string;
}

/**
 * Makes an engine. Two of them in one process do not see each other.
 *
 * @throws OverlayError with one sentence, when the overlay has a mistake.
 */
export function createEngine(settings: EngineSettings = {}): CostspanEngine {
  return new HostedEngine(settings);
}
