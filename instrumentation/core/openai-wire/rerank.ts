import type { TokenUsage } from '../../../conventions/index.ts';
import { asCount, asDictionary } from '../../../providers/read.ts';
import type { CallShape } from '../call/shape.ts';
import { bodyOf } from '../call/request-parameters.ts';
import { readPlainResponse } from './response.ts';
import { convertInputTotal } from '../../../providers/usage/openai.ts';

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
  const searchUnits = asCount(asDictionary(counts)?.['search_units']);
  return searchUnits === undefined ? convertInputTotal(counts) : { searchUnits };
}
