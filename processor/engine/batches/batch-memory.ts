import type { LlmCall } from '../../../conventions/index.ts';
import type { AttributionScope } from '../attribution/attribution-scope.ts';
import { RecentMap } from '../loops/recent-map.ts';
import { SeenKeys } from './seen-keys.ts';

/** Batches whose creator is remembered. */
const REMEMBERED_BATCHES = 10_000;
/** Answers remembered at least, so that reading them again books nothing: ten of the largest batches. */
const REMEMBERED_ANSWERS = 500_000;

/** Who created which batch, and which answers have been booked. */
export class BatchMemory {
  readonly #creators = new RecentMap<AttributionScope>(REMEMBERED_BATCHES);
  readonly #answers: SeenKeys;

  constructor(rememberedAnswers: number = REMEMBERED_ANSWERS) {
    this.#answers = new SeenKeys(rememberedAnswers);
  }

  /** `call` has created a batch for `scope`, in the run `runId`. */
  created(call: LlmCall, scope: AttributionScope, runId: string | undefined): void {
    const id = call.batch?.id;
    if (id === undefined) return;
    // Its answers belong to the run of the create as if another process had handed it on.
    const inRun = runId === undefined ? scope : { ...scope, inboundRun: { id: runId } };
    this.#creators.set(batchKey(call.provider, id), inRun);
  }

  /** Whose a batch is; `undefined` where another process created it. */
  creatorOf(provider: string, batchId: string | undefined): AttributionScope | undefined {
    return batchId === undefined ? undefined : this.#creators.get(batchKey(provider, batchId));
  }

  /** Notes an answer as booked; false when it was already. One that nothing names is always new. */
  isNew(call: LlmCall): boolean {
    const key = answerKey(call);
    return key === undefined || this.#answers.add(key);
  }
}

function batchKey(provider: string, batchId: string): string {
  return `${provider}\n${batchId}`;
}

/**
 * What one answer is known by wherever it is read: its own id, and the id of its line, since
 * stand-ins give every response one id; where it has none, its line within its batch.
 */
export function answerKey({
  provider,
  responseModel,
  responseId,
  batch,
}: LlmCall): string | undefined {
  const item = batch?.item;
  if (responseId !== undefined) {
    return `${provider}|${responseModel ?? ''}|${responseId}|${item ?? ''}`;
  }
  return item === undefined ? undefined : `${provider}||${batch?.id ?? ''}|${item}`;
}
