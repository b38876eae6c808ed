import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, createContextKey } from '@opentelemetry/api';
import { TOLD_CALL_CONTEXT_KEY } from '../../../conventions/index.ts';

/** Stands in the context of a call that a framework tells of. */
export interface ToldMark {
  taken: boolean;
  readonly outer: ToldMark | undefined;
}

export const TOLD_CALL_KEY: symbol = createContextKey(TOLD_CALL_CONTEXT_KEY);

/** The same where somebody in between makes the call in a context of an earlier moment. */
const running = new AsyncLocalStorage<ToldMark>();

/** Runs `body` as the inside of the call that `mark` stands for. */
export function runTold<T>(mark: ToldMark, body: () => T): T {
  return running.run(mark, body);
}

/** A watched SDK makes the call that frameworks around it will tell of. */
export function takeToldCall(parent: Context): void {
  take(parent.getValue(TOLD_CALL_KEY) as ToldMark | undefined);
  take(running.getStore());
}

function take(innermost: ToldMark | undefined): void {
  let mark = innermost;
  while (mark !== undefined && !mark.taken) {
    mark.taken = true;
    mark = mark.outer;
  }
}
