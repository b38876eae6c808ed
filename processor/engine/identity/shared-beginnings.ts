import type { Attribution, AttributionKey, LlmCall } from '../../../conventions/index.ts';
import type { AttributionSource } from '../attribution/attribution-source.ts';

/** What other processes must know of a background response to book it as the one that began it. */
export interface ToldBeginning {
  readonly v: 1;
  readonly operation: string;
  readonly provider: string;
  readonly requestModel: string | undefined;
  readonly requestedTier: string | undefined;
  readonly serverAddress: string | undefined;
  readonly serverPort: number | undefined;
  readonly inferenceGeo: string | undefined;
  readonly startTimeMs: number;
  readonly attribution: Attribution;
  readonly sources: Readonly<Partial<Record<AttributionKey, AttributionSource>>>;
  /** False where the attribution rests on claims that nobody vouched for. */
  readonly isVerified: boolean;
  readonly runId: string;
  /** What the host has set aside for the call, as the host wrote it. */
  readonly hold: unknown;
}

/** What became of the attempt to be the one that books a response. */
export type Claim =
  /** Nobody has booked it; whoever began it said `told`, if it could. */
  | { readonly outcome: 'claimed'; readonly told: string | undefined }
  /** Somebody has. */
  | { readonly outcome: 'taken' }
  /** Nobody has said that it was begun. */
  | { readonly outcome: 'unknown' };

/** Where the processes of a fleet tell each other of background responses. */
export interface SharedBeginnings {
  /** A response was begun. Never throws. */
  begun(key: string, told: string): void;
  /**
   * Asks to book it, which one process may. `isKnown`: it was begun here, so it may be booked though
   * nobody was told. `undefined` where nobody can be asked. Never throws and never rejects.
   */
  claim(key: string, isKnown: boolean): Claim | undefined | Promise<Claim | undefined>;
}

export function toldBeginning(
  call: LlmCall,
  scope: {
    readonly values: Attribution;
    readonly sources: ToldBeginning['sources'];
    readonly inboundVerified: boolean;
  },
  runId: string,
  hold: unknown,
): string {
  const told: ToldBeginning = {
    v: 1,
    operation: call.operation,
    provider: call.provider,
    requestModel: call.requestModel,
    requestedTier: call.requestedTier,
    serverAddress: call.serverAddress,
    serverPort: call.serverPort,
    inferenceGeo: call.inferenceGeo,
    startTimeMs: call.startTimeMs,
    attribution: scope.values,
    sources: scope.sources,
    isVerified: scope.inboundVerified,
    runId,
    hold,
  };
  return JSON.stringify(told);
}

/** What another process of ours has said; `undefined` for anything else. */
export function parseBeginning(text: string | undefined): ToldBeginning | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Reflect.get(value, 'v') !== 1)
    return undefined;
  const { operation, provider, attribution, startTimeMs } = value as Partial<ToldBeginning>;
  const isWhole =
    typeof operation === 'string' &&
    typeof provider === 'string' &&
    typeof attribution === 'object' &&
    attribution !== null &&
    typeof startTimeMs === 'number';
  return isWhole ? (value as ToldBeginning) : undefined;
}
