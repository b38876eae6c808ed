import { GEN_AI_OPERATION_NAME_VALUE_CHAT, type HrTime, LlmCall } from '../../conventions/index.ts';
import { providerNameOf } from '../../providers/names.ts';
import { serviceOf } from './identity/service.ts';
import type { EndedSpan } from './normalise/foreign-call.ts';
import type { InputCall, InputSpan } from './host-data.ts';

/** A span in the form that it is read in. Its attributes are a copy, which the answer changes. */
export function endedSpanOf(told: InputSpan): EndedSpan {
  return {
    name: told.name,
    attributes: { ...told.attributes },
    instrumentationScope: { name: told.scopeName },
    startTime: hrTimeOf(told.startTime),
    endTime: hrTimeOf(Math.max(told.startTime, told.endTime)),
    status: told.status ?? { code: 0 },
    service: serviceOf(told.resource),
  };
}

export function llmCallOf(told: InputCall): LlmCall {
  const { operation = GEN_AI_OPERATION_NAME_VALUE_CHAT, requestModel, responseModel } = told;
  const call = new LlmCall(operation, providerNameOf(told.provider, requestModel ?? responseModel));
  call.isTold = true;
  call.requestModel = requestModel;
  call.responseModel = responseModel;
  call.responseId = told.responseId;
  call.usage = told.usage;
  if (told.usage !== undefined) call.usageSource = 'provider';
  call.alsoBilled = told.alsoBilled;
  call.providerCost = told.providerCost;
  call.servedTier = told.servedTier;
  call.serverAddress = told.serverAddress;
  call.stream = told.stream === true;
  call.outcome = told.outcome ?? (told.errorType === undefined ? 'ok' : 'error');
  call.errorType = told.errorType;
  call.startTimeMs = told.startTime;
  call.endTimeMs = told.endTime;
  return call;
}

function hrTimeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
