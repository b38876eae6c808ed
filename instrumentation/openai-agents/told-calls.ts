import { statedCost } from '../../providers/stated-cost.ts';
import { readAnswer } from '../../providers/usage/answer.ts';
import { convertOpenAiUsage } from '../../providers/usage/openai.ts';
import { endpointOf } from '../core/call/endpoint.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../providers/read.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallSettings } from '../core/call/start-call.ts';
import type { ToldCall } from '../core/frameworks/told-call.ts';

const settings: CallSettings = {
  endpointOf(data) {
    const endpoint = endpointOf(asDictionary(asDictionary(data)?.['model_config'])?.['base_url']);
    return { ...endpoint, provider: endpoint.provider ?? 'openai' };
  },
};

/** A model span's data: a whole response, or what a model of another provider says of itself. */
const shape: CallShape = {
  operation: 'chat',
  requestedModel: (_, data) => modelOf(data as Dictionary),
  readRequest: () => undefined,
  readResponse({ call }, data) {
    const fields = asDictionary(data) ?? {};
    const response = asDictionary(fields['_response']);
    const served = { provider: call.provider, model: call.requestModel };
    const answer = readAnswer(response ?? {}, served);
    const counted = generationUsage(asDictionary(fields['usage']));
    call.responseId = asString(fields['response_id']) ?? answer.id;
    call.responseModel = answer.model;
    call.finishReasons = answer.finishReasons;
    call.servedTier = answer.tier;
    call.usage = answer.usage ?? convertOpenAiUsage(counted, served);
    call.otherModelUsage = answer.otherModelUsage;
    call.alsoBilled = answer.alsoBilled;
    call.providerCost = answer.cost ?? statedCost(call.provider, counted);
    const calls = asArray(response?.['output'])?.filter(
      (item) => asDictionary(item)?.['type'] === 'function_call',
    );
    if (calls !== undefined && calls.length > 0) call.toolCalls = calls.length;
  },
};

/** Its details stand in one object, under the names of the wire. */
function generationUsage(usage: Dictionary | undefined): Dictionary | undefined {
  if (usage === undefined) return undefined;
  return { ...asDictionary(usage['details']), ...usage };
}

function modelOf(data: Dictionary): string | undefined {
  return asString(data['model']) ?? asString(asDictionary(data['_response'])?.['model']);
}

/** Books a call of a model that asks its provider by an SDK nobody watches. */
export function tellCall(told: ToldCall, data: Dictionary, error: unknown): void {
  told.tell(settings, shape, data, [], (record) => {
    if (error !== null && error !== undefined) {
      record.failed(error);
      return;
    }
    record.responded(data);
  });
}
