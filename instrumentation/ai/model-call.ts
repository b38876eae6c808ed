import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import type { HeardAnswer } from '../core/answer/heard-answer.ts';

/** What a record remembers of the model that its call is made by. */
export class ModelCall {
  /** The model object: `provider`, `modelId`, `doGenerate`. */
  readonly model: unknown;
  /** Its `provider`, such as `openai.chat`. */
  readonly provider: string;
  characters = 0;
  /** What the provider itself answered, where that could be heard. */
  heard: HeardAnswer | undefined = undefined;
  /** What a stream has told of tools that the provider ran. */
  readonly hosted: Dictionary[] = [];

  constructor(model: unknown) {
    this.model = model;
    this.provider = asString(asDictionary(model)?.['provider']) ?? '';
  }
}

export function modelCallOf(record: CallRecord | undefined): ModelCall | undefined {
  const scratch = record?.scratch;
  return scratch instanceof ModelCall ? scratch : undefined;
}
