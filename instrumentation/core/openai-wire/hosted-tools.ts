import type { CallRecord } from '../call/call-record.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../../providers/read.ts';
import { HostedUse } from '../../../providers/usage/hosted-use.ts';
import { toolItemOf } from '../../../providers/usage/openai-tools.ts';
import type { ServedBy } from '../../../providers/usage/openai.ts';
import { addBreakdown, addMessage } from '../../../providers/usage/other-tools.ts';
import { hostedUseIn } from '../../../providers/usage/wire.ts';

/** More items of tools than one response has; a wrong server must not fill the memory. */
const MOST_ITEMS = 1_000;

/** What must be remembered of a response until its end. */
class ResponseTools {
  /** The hosted tools of the request, which its answer repeats as a rule. */
  requested: readonly Dictionary[] = [];
  /** Items of tools that came one by one. */
  readonly items: Dictionary[] = [];
}

function toolsOf(record: CallRecord): ResponseTools | undefined {
  return record.scratch instanceof ResponseTools ? record.scratch : undefined;
}

/** Remembers the hosted tools of a request for a response: what of them tells a price. */
export function rememberHostedTools(record: CallRecord, tools: unknown): void {
  const hosted = (asArray(tools) ?? [])
    .map(asDictionary)
    .filter((tool) => tool !== undefined)
    .filter(({ type }) => type !== 'function' && type !== 'custom' && typeof type === 'string')
    .map((tool) => ({
      type: tool['type'],
      model: asString(tool['model']),
      environment: { type: asDictionary(tool['environment'])?.['type'] },
    }));
  if (hosted.length === 0) return;
  const own = new ResponseTools();
  own.requested = hosted;
  record.scratch = own;
}

/** Takes in an item that is whole. A stream that breaks off tells of its tools in no other way. */
export function readToolItem(record: CallRecord, value: unknown, served: ServedBy): void {
  const item = toolItemOf(value);
  if (item === undefined) return;
  const tools = toolsOf(record) ?? new ResponseTools();
  record.scratch = tools;
  if (tools.items.length < MOST_ITEMS) tools.items.push(item);
  record.call.alsoBilled = undefined;
  hostedUseIn({ output: tools.items, tools: tools.requested }, served).putOn(record.call);
}

/** Sets what the tools of a whole response come to. */
export function putHostedUse(record: CallRecord, body: Dictionary, served: ServedBy): void {
  const tools = toolsOf(record);
  const { call } = record;
  call.alsoBilled = undefined;
  call.otherModelUsage = undefined;
  const told = withModels(asArray(body['tools']), tools?.requested);
  hostedUseIn({ ...body, tools: told }, served, tools?.items).putOn(call);
}

/** The tools that an answer repeats, each with the model that its request named where it names none. */
function withModels(
  told: readonly unknown[] | undefined,
  requested: readonly Dictionary[] | undefined,
): readonly unknown[] {
  if (told === undefined || told.length === 0) return requested ?? [];
  if (requested === undefined) return told;
  return told.map((value) => {
    const tool = asDictionary(value);
    const own = requested.find(({ type }) => type === tool?.['type']);
    return own === undefined || tool?.['model'] != null ? value : { ...tool, model: own['model'] };
  });
}

/** Takes in what a chunk of a chat completion tells of tools that the server ran. */
export function readToolDelta(record: CallRecord, delta: Dictionary): void {
  const use = record.scratch instanceof HostedUse ? record.scratch : new HostedUse();
  addMessage(use, delta, record.call.provider);
  if (!use.isEmpty) record.scratch = use;
}

/** Takes in the models that a system of several asked, as the last chunk tells them. */
export function readBreakdown(record: CallRecord, body: Dictionary, served: ServedBy): void {
  const use = record.scratch instanceof HostedUse ? record.scratch : new HostedUse();
  if (use.models.length === 0) addBreakdown(use, body, served);
  if (!use.isEmpty) record.scratch = use;
}

/** Sets what they come to so far; a usage that came later does not have it. */
export function putToolDeltas(record: CallRecord): void {
  if (record.scratch instanceof HostedUse) record.scratch.putOn(record.call);
}
