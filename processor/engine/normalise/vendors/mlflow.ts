import {
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS,
} from '../../../../conventions/index.ts';
import { providerNameOf } from '../../../../providers/names.ts';
import { asCount, asDictionary } from '../../../../providers/read.ts';
import { jsonOf, textOf } from '../read-attribute.ts';
import { readRecorded } from '../recorded-answer.ts';
import type { SpanKind, SpanLook, SpanVendor } from '../vendor.ts';
import { CONVENTION_FIELDS, fieldsWith } from './conventions.ts';

const TYPE = 'mlflow.spanType';
const USAGE = 'mlflow.chat.tokenUsage';
const OUTPUTS = ['mlflow.spanOutputs'];

const KINDS: ReadonlyMap<unknown, SpanKind> = new Map([
  ['CHAT_MODEL', 'call'],
  ['LLM', 'call'],
  ['EMBEDDING', 'call'],
  ['AGENT', 'agent'],
  ['WORKFLOW', 'workflow'],
  ['TOOL', 'tool'],
]);

/** All its values are JSON, texts with their quotes. */
function unquoted(text: string | undefined): string | undefined {
  return text?.replaceAll('"', '');
}

function typeOf({ attributes }: SpanLook): string | undefined {
  return unquoted(textOf(attributes, [TYPE]));
}

/**
 * MLflow's traces. Its counts are the provider's own names for the two sums; the recorded output, if
 * it is the provider's answer, tells more and goes first.
 *
 * @see https://mlflow.org/docs/latest/genai/concepts/span/
 */
export const mlflow: SpanVendor = {
  name: 'MLflow',
  classify: (span) => {
    const type = typeOf(span);
    return type === undefined ? undefined : (KINDS.get(type) ?? 'other');
  },
  operationOf: (span) =>
    typeOf(span) === 'EMBEDDING'
      ? GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS
      : GEN_AI_OPERATION_NAME_VALUE_CHAT,
  fields: fieldsWith({ requestModel: ['mlflow.llm.model', 'model', 'model_name'] }),
  readUsage: ({ attributes }, call) => readRecorded(call, jsonOf(attributes, OUTPUTS)),
  readTokens(counts, { attributes }) {
    const usage = jsonOf(attributes, [USAGE]);
    counts.input ??= asCount(usage?.['input_tokens']);
    counts.output ??= asCount(usage?.['output_tokens']);
    counts.total ??= asCount(usage?.['total_tokens']);
    counts.cacheRead ??= asCount(usage?.['cache_read_input_tokens']);
    counts.cacheWrite ??= asCount(usage?.['cache_creation_input_tokens']);
  },
  readCall(call, { attributes }) {
    const inputs = asDictionary(jsonOf(attributes, ['mlflow.spanInputs']));
    const asked = typeof inputs?.['model'] === 'string' ? inputs['model'] : undefined;
    const told = jsonOf(attributes, OUTPUTS)?.['model'];
    call.requestModel = unquoted(call.requestModel) ?? asked;
    if (typeof told === 'string' && told !== '') call.responseModel ??= told;
    call.provider = providerNameOf(
      unquoted(textOf(attributes, ['mlflow.llm.provider', ...CONVENTION_FIELDS.provider])),
      call.requestModel ?? call.responseModel,
    );
  },
};
