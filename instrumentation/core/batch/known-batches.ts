import {
  type BatchObject,
  readBatchList,
  readBatchObject,
} from '../../../providers/batches/batch-object.ts';

const MOST_FILES = 10_000;

/** Batches by the provider's ids of their files and their own, the newest last. */
const known = new Map<string, BatchObject>();

/** Learns from what a provider said of a batch, or of a list of them. */
export function learnBatch(provider: string, value: unknown): BatchObject | undefined {
  const batch = readBatchObject(value);
  if (batch !== undefined) remember(provider, batch);
  return batch;
}

export function learnBatches(provider: string, list: unknown): void {
  for (const batch of readBatchList(list)) remember(provider, batch);
}

/** The batch that a file holds results of, where that has been told in this process. */
export function batchOfFile(provider: string, file: string | undefined): BatchObject | undefined {
  return file === undefined ? undefined : known.get(`${provider}\n${file}`);
}

function remember(provider: string, batch: BatchObject): void {
  for (const id of [batch.id, ...batch.files]) {
    const key = `${provider}\n${id}`;
    known.delete(key);
    known.set(key, batch);
  }
  for (const oldest of known.keys()) {
    if (known.size <= MOST_FILES) break;
    known.delete(oldest);
  }
}
