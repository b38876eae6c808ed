import { type Context, createContextKey } from '@opentelemetry/api';

/** Stands in the context of a call that a framework tells of. */
export interface ToldMark {
  taken: boolean;
  readonly outer: ToldMark | undefined;
}

export const TOLD_CALL_KEY: symbol = createContextKey('costspan.told-call');

/** A watched SDK makes the call that frameworks around it will tell of. */
export function takeToldCall(parent: Context): void {
  let mark = parent.getValue(TOLD_CALL_KEY) as ToldMark | undefined;
  while (mark !== undefined && !mark.taken) {
    mark.taken = true;
    mark = mark.outer;
  }
}
