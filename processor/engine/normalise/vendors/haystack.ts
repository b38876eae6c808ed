import {
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS,
} from '../../../../conventions/index.ts';
import { providerNameOf } from '../../../../providers/names.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../../../providers/read.ts';
import { convertWireUsage } from '../../../../providers/usage/wire.ts';
import { jsonOf, textOf } from '../read-attribute.ts';
import type { SpanLook, SpanVendor } from '../vendor.ts';
import { CONVENTION_FIELDS } from './conventions.ts';

const TYPE = 'haystack.component.type';
const OUTPUT = ['haystack.component.output', 'haystack.component.outputs'];

/** What a component tells of its call: beside its first reply, or of an embedder beside its result. */
function metaOf({ attributes }: SpanLook): Dictionary | undefined {
  const output = jsonOf(attributes, OUTPUT);
  const reply = asDictionary(asArray(output?.['replies'])?.[0]);
  const metas = [
    reply?.['meta'],
    reply?.['_meta'],
    asArray(output?.['meta'])?.[0],
    output?.['meta'],
  ].map(asDictionary);
  return metas.find((meta) => asDictionary(meta?.['usage']) !== undefined);
}

/**
 * Haystack's pipelines. A component is a call where its recorded output tells a usage, which it does
 * while the content is traced; the usage is the provider's own.
 *
 * @see https://docs.haystack.deepset.ai/docs/tracing
 */
export const haystack: SpanVendor = {
  name: 'Haystack',
  classify: (span) => {
    if (span.attributes[TYPE] === undefined) return undefined;
    return metaOf(span) === undefined ? 'other' : 'call';
  },
  operationOf: ({ attributes }) =>
    /Embedder/.test(textOf(attributes, [TYPE]) ?? '')
      ? GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS
      : GEN_AI_OPERATION_NAME_VALUE_CHAT,
  fields: CONVENTION_FIELDS,
  readUsage: (span, { provider, requestModel: model }) =>
    convertWireUsage(metaOf(span)?.['usage'], { provider, model }),
  readCall(call, span) {
    const meta = metaOf(span);
    call.requestModel ??= asString(meta?.['model']);
    const reason = asString(meta?.['finish_reason']);
    if (reason !== undefined) call.finishReasons ??= [reason];
    // The type is called by its provider: `OpenAIChatGenerator`, `AmazonBedrockChatGenerator`.
    const maker = /^(\w+?)(?:Chat|Document|Text)?(?:Generator|Embedder)$/.exec(
      textOf(span.attributes, [TYPE])?.split('.').at(-1) ?? '',
    )?.[1];
    call.provider = providerNameOf(maker, call.requestModel);
  },
};
