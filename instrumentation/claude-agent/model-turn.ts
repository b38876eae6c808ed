import type { CallObserver, CallOutcome } from '../../conventions/index.ts';
import type { CallShape } from '../core/call/shape.ts';
import { type CallBegun, type CallSettings, startCall } from '../core/call/start-call.ts';
import type { ModelTotals } from './usage.ts';

/** All calls of one model in one turn, which the process tells of together. */
export interface ModelTurn {
  readonly model: string;
  readonly canonical: string | undefined;
  readonly provider: string;
  readonly used: ModelTotals;
  /** Whether the cost that the process states rests on a price. */
  readonly isPriced: boolean;
  /** Whether the figures are the whole truth; else the last output is missing in them. */
  readonly isWhole: boolean;
  readonly outcome?: CallOutcome | undefined;
  readonly error?: string | undefined;
  /** Round trips to the model, which show how deep the loop went. */
  readonly calls?: number | undefined;
  readonly toolCalls?: number | undefined;
}

const settings: CallSettings = {
  endpointOf: (turn) => ({
    provider: (turn as ModelTurn).provider,
    address: undefined,
    port: undefined,
    isKnown: true,
  }),
};

const shape: CallShape = {
  operation: 'chat',
  requestedModel: (_, turn) => (turn as ModelTurn).model,
  readRequest({ call }, [turn]) {
    call.conversationDepth = (turn as ModelTurn).calls;
  },
  readResponse({ call }, value) {
    const turn = value as ModelTurn;
    call.responseModel = turn.canonical;
    const { costUsd = 0, ...usage } = turn.used;
    call.usage = usage;
    call.usageSource = turn.isWhole ? 'provider' : 'estimated';
    if (turn.isWhole && turn.isPriced && costUsd > 0) {
      call.providerCost = { amount: costUsd, currency: 'USD' };
    }
    if (turn.toolCalls !== undefined && turn.toolCalls > 0) call.toolCalls = turn.toolCalls;
    if (turn.outcome !== undefined) call.outcome = turn.outcome;
    if (turn.outcome === 'error') call.errorType = turn.error;
  },
};

export function bookModel(turn: ModelTurn, begun: CallBegun, observer: CallObserver): void {
  const started = startCall(settings, shape, turn, [turn], observer, begun);
  started?.record.responded(turn);
}
