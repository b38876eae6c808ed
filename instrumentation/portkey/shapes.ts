import { ATTR_GEN_AI_PROVIDER_NAME } from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import type { CallShape } from '../core/call/shape.ts';
import { chatCompletions, completions, embeddings } from '../core/openai-wire/shapes.ts';
import { asSignal } from '../core/sdk-values.ts';
import { gatewayOf, providerBehind } from '../../providers/gateways.ts';
import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';

const GATEWAY = gatewayOf('api.portkey.ai');

/** Parameters of one request, which the SDK makes the gateway's headers of. */
const PARAMETERS: Readonly<Record<string, string>> = {
  'x-portkey-custom-host': 'customHost',
  'x-portkey-provider': 'provider',
  'x-portkey-config': 'config',
  'x-portkey-virtual-key': 'virtualKey',
};

function readParameters(record: CallRecord, [, parameters, options]: readonly unknown[]): void {
  record.requests = 0;
  const signal = asSignal(asDictionary(options)?.['signal']);
  if (signal !== undefined) record.signal = signal;
  const given = asDictionary(parameters);
  if (given === undefined || GATEWAY === undefined) return;
  const { call, attributes } = record;
  const behind = providerBehind(GATEWAY, call.requestModel, (name) =>
    parameterText(given, PARAMETERS[name] ?? name),
  );
  if (behind === undefined) return;
  call.provider = behind;
  attributes[ATTR_GEN_AI_PROVIDER_NAME] = behind;
}

function parameterText(parameters: Dictionary, name: string): string | undefined {
  const value = parameters[name];
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : asString(value);
}

/** What the gateway answers from its own cache costs nothing. */
function readCacheStatus({ call }: CallRecord, response: unknown): void {
  const getHeaders = asDictionary(response)?.['getHeaders'];
  if (typeof getHeaders !== 'function') return;
  const status = asString(asDictionary(getHeaders())?.['cache-status']);
  if (status === 'HIT' || status === 'SEMANTIC HIT') {
    call.providerCost = { amount: 0, currency: 'USD' };
  }
}

function throughGateway(shape: CallShape): CallShape {
  return {
    ...shape,
    readRequest(record, args, client) {
      readParameters(record, args);
      shape.readRequest(record, args, client);
    },
    readResponse(record, response) {
      shape.readResponse(record, response);
      readCacheStatus(record, response);
    },
  };
}

export const chat: CallShape = throughGateway(chatCompletions);
export const text: CallShape = throughGateway(completions);
export const embed: CallShape = throughGateway(embeddings);

/** A prompt that is kept with the gateway, and which names the model. */
export const prompt: CallShape = throughGateway({
  ...chatCompletions,
  requestedModel: () => undefined,
});
