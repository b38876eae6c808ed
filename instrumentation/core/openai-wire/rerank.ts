import type { TokenUsage } from '../../../conventions/index.ts';
import { asCount, asDictionary } from '../read.ts';
import type { CallShape } from '../shape.ts';
import { bodyOf } from './request.ts';
import { readPlainResponse } from './response.ts';

/** Billed by the token, or by the search unit where the provider counts those. */
export const rerank: CallShape = {
  operation: 'rerank',
  readRequest: () => undefined,
  readResponse(record, response) {
    readPlainResponse(record, response);
    record.call.usage ??= otherUnits(asDictionary(response)?.['usage']);
  },
  requestText: (args) => [bodyOf(args)['query'], bodyOf(args)['documents']],
};

function otherUnits(counts: unknown): TokenUsage | undefined {
  const told = asDictionary(counts);
  const searchUnits = asCount(told?.['search_units']);
  if (searchUnits !== undefined) return { searchUnits };
  const input = asCount(told?.['total_tokens']);
  return input === undefined ? undefined : { input };
}
