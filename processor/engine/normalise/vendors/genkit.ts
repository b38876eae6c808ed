import {
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS,
} from '../../../../conventions/index.ts';
import { providerNameOf } from '../../../../providers/names.ts';
import { asCount, asDictionary, type Dictionary } from '../../../../providers/read.ts';
import { jsonOf } from '../read-attribute.ts';
import { readRecorded } from '../recorded-answer.ts';
import type { SpanKind, SpanVendor } from '../vendor.ts';
import { CONVENTION_FIELDS } from './conventions.ts';

const SUBTYPE = 'genkit:metadata:subtype';
const NAME = 'genkit:name';

const KINDS: ReadonlyMap<unknown, SpanKind> = new Map([
  ['model', 'call'],
  ['background-model', 'call'],
  ['embedder', 'call'],
  ['flow', 'workflow'],
  ['agent', 'agent'],
  ['tool', 'tool'],
]);

/**
 * Genkit. A model's action is named `plugin/model`; its usage stands in the recorded output.
 *
 * @see https://github.com/genkit-ai/genkit js/core/src/tracing/instrumentation.ts
 */
export const genkit: SpanVendor = {
  name: 'Genkit',
  classify: ({ attributes }) => {
    const subtype = attributes[SUBTYPE];
    if (subtype !== undefined) return KINDS.get(subtype) ?? 'other';
    return attributes['genkit:type'] === undefined ? undefined : 'other';
  },
  operationOf: ({ attributes }) =>
    attributes[SUBTYPE] === 'embedder'
      ? GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS
      : GEN_AI_OPERATION_NAME_VALUE_CHAT,
  fields: {
    ...CONVENTION_FIELDS,
    requestModel: [NAME],
    agent: [NAME],
    workflow: [NAME],
    tool: [NAME],
  },
  readUsage: ({ attributes }, call) =>
    readRecorded(call, rawAnswer(jsonOf(attributes, ['genkit:output']))),
  readTokens(counts, { attributes }) {
    const usage = asDictionary(jsonOf(attributes, ['genkit:output'])?.['usage']);
    if (usage === undefined) return;
    counts.input = asCount(usage['inputTokens']);
    counts.output = asCount(usage['outputTokens']);
    counts.reasoning = asCount(usage['thoughtsTokens']);
    counts.cacheRead = asCount(usage['cachedContentTokens']);
    counts.total = asCount(usage['totalTokens']);
    // Its plugins for Google hand on the API's counts, which keep thinking apart.
    if (/^(?:googleai|vertexai)\//.test(String(attributes[NAME]))) counts.thinking = 'outside';
  },
  readCall(call, { attributes }) {
    const name = String(attributes[NAME]);
    const slash = name.indexOf('/');
    if (slash > 0) {
      call.requestModel = name.slice(slash + 1);
      call.provider = providerNameOf(name.slice(0, slash), call.requestModel);
    }
    const output = jsonOf(attributes, ['genkit:output']);
    const reason = output?.['finishReason'];
    if (typeof reason === 'string') call.finishReasons = [reason];
    const raw = rawAnswer(output);
    const version = raw?.['modelVersion'] ?? raw?.['model'];
    if (typeof version === 'string' && version !== '') call.responseModel = version;
    const id = raw?.['id'] ?? raw?.['responseId'];
    if (typeof id === 'string' && id !== '') call.responseId = id;
  },
};

/** The provider's own answer, which some plugins hand on. */
function rawAnswer(output: Dictionary | undefined): Dictionary | undefined {
  return asDictionary(output?.['raw']) ?? asDictionary(output?.['custom']);
}
