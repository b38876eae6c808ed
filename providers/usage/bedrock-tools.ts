import { type Dictionary, asArray, asDictionary, asString } from '../read.ts';
import { HostedUse } from './hosted-use.ts';

/**
 * What Bedrock ran for an answer of `Converse`: system tools of its models (the grounding of Nova on
 * the web, its interpreter of code), and guardrails, which are billed by the text that they read.
 *
 * @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/web-grounding.html
 * @see https://aws.amazon.com/bedrock/pricing/
 */
export function hostedUseOfConverse(body: Dictionary): HostedUse {
  const use = new HostedUse();
  const message = asDictionary(asDictionary(body['output'])?.['message']);
  for (const block of asArray(message?.['content']) ?? []) addConverseBlock(use, block);
  addGuardrail(use, body);
  return use;
}

/** A block, whole or at its start in a stream. */
export function addConverseBlock(use: HostedUse, value: unknown): void {
  const tool = asDictionary(asDictionary(value)?.['toolUse']);
  if (tool?.['type'] === 'server_tool_use') use.name(asString(tool['name']) ?? 'server_tool');
}

/** The guardrail of a whole answer, of a stream's last event, or of an `InvokeModel` body. */
export function addGuardrail(use: HostedUse, body: Dictionary): void {
  const isTold =
    asDictionary(asDictionary(body['trace'])?.['guardrail']) !== undefined ||
    body['stopReason'] === 'guardrail_intervened' ||
    body['amazon-bedrock-guardrailAction'] != null;
  if (isTold) use.name('guardrail');
}
