import type { Context } from '@opentelemetry/api';
import { addUsage, countsNothing, outputTokensOf } from '../../conventions/index.ts';
import { guarded } from '../core/guard.ts';
import { currentObserver } from '../core/observer.ts';
import { type Dictionary, asArray, asCount, asDictionary, asString } from '../../providers/read.ts';
import { convertAnthropicUsage } from '../../providers/usage/anthropic.ts';
import { startAgent } from '../core/frameworks/structure.ts';
import { type ModelTurn, bookModel } from './model-turn.ts';
import { type ModelTotals, type SessionTotals, readTotals, servedModel, since } from './usage.ts';

/** Sessions whose totals are remembered, since a resumed one goes on from them. */
const MAX_SESSIONS = 1000;
const totalsBySession = new Map<string, SessionTotals>();

function rememberTotals(session: string, totals: SessionTotals): void {
  totalsBySession.delete(session);
  if (totalsBySession.size >= MAX_SESSIONS) {
    const [oldest] = totalsBySession.keys();
    if (oldest !== undefined) totalsBySession.delete(oldest);
  }
  totalsBySession.set(session, totals);
}

/** What one process of Claude Code tells of its turns, each of which ends with a result. */
export class Session {
  readonly #parent: Context;
  /** The session that this one goes on from. */
  readonly #resumed: string | undefined;
  #before: SessionTotals | undefined;
  #turnStartedMs = performance.now();
  #toolCalls = 0;
  /** Of the turn that goes on, by the message's id: parts of one message repeat its usage. */
  #messages = new Map<string, { readonly model: string; readonly totals: ModelTotals }>();

  constructor(parent: Context, resumed: string | undefined) {
    this.#parent = parent;
    this.#resumed = resumed;
    this.#before =
      resumed === undefined ? new Map<string, ModelTotals>() : totalsBySession.get(resumed);
  }

  /** One message of the process. Never throws. */
  message(message: Dictionary): void {
    guarded(
      'claude-agent',
      () => {
        if (message['type'] === 'assistant') this.#assistant(message);
        else if (message['type'] === 'result') this.#result(message);
      },
      undefined,
    );
  }

  /** The process is gone. What the turn had used by then is known but for its last output. */
  closed(): void {
    if (this.#messages.size === 0) return;
    guarded('claude-agent', () => this.#bookMessages('aborted', undefined), undefined);
  }

  #assistant(message: Dictionary): void {
    const answer = asDictionary(message['message']);
    const id = asString(answer?.['id']);
    const model = asString(answer?.['model']);
    const usage = asDictionary(answer?.['usage']);
    const blocks = asArray(answer?.['content'])?.map(asDictionary) ?? [];
    this.#toolCalls += blocks.filter((block) => block?.['type'] === 'tool_use').length;
    if (id === undefined || model === undefined || usage === undefined) return;
    this.#messages.set(id, { model, totals: convertAnthropicUsage(usage) ?? {} });
  }

  #result(result: Dictionary): void {
    const { modelUsage } = result;
    const totals = readTotals(modelUsage);
    const error =
      result['is_error'] === true ? (asString(result['subtype']) ?? 'error') : undefined;
    const before = this.#before;
    this.#before = totals;
    const session = asString(result['session_id']);
    if (session !== undefined) rememberTotals(session, totals);
    if (before === undefined || totals.size === 0) {
      // It goes on from a session that nobody here has seen: only the turn's own figures are new,
      // and those leave out what agents inside it used.
      this.#bookTurn(result, error);
      return;
    }
    const turns: ModelTurn[] = [];
    for (const [model, now] of totals) {
      const used = since(before.get(model), now);
      if (countsNothing(used)) continue;
      const { provider, canonical, isPriced } = servedModel(modelUsage, model);
      turns.push({ model, canonical, provider, used, isPriced, isWhole: true });
    }
    this.#book(turns, error === undefined ? 'ok' : 'error', result, error);
  }

  #bookTurn(result: Dictionary, error: string | undefined): void {
    const outcome = error === undefined ? 'ok' : 'error';
    const usage = asDictionary(result['usage']);
    const model = [...this.#messages.values()].at(-1)?.model;
    if (usage === undefined || model === undefined) {
      this.#bookMessages(outcome, result, error);
      return;
    }
    const { provider, canonical } = servedModel(result['modelUsage'], model);
    const used = convertAnthropicUsage(usage) ?? {};
    const turn = { model, canonical, provider, used, isPriced: false, isWhole: true };
    this.#book([turn], outcome, result, error);
  }

  #bookMessages(
    outcome: ModelTurn['outcome'],
    result: Dictionary | undefined,
    error?: string,
  ): void {
    const byModel = new Map<string, ModelTotals>();
    for (const { model, totals } of this.#messages.values()) {
      byModel.set(model, addUsage(totals, byModel.get(model)));
    }
    const turns = [...byModel].map(([model, used]) => ({
      model,
      canonical: undefined,
      provider: 'anthropic',
      used,
      isPriced: false,
      isWhole: false,
    }));
    this.#book(turns, outcome, result, error);
  }

  #book(
    turns: readonly ModelTurn[],
    outcome: ModelTurn['outcome'],
    result: Dictionary | undefined,
    error: string | undefined,
  ): void {
    const observer = currentObserver();
    const endedMs = performance.now();
    const lasted = asCount(result?.['duration_ms']) ?? endedMs - this.#turnStartedMs;
    const startedMs = endedMs - lasted;
    if (observer !== undefined) {
      const agent = startAgent(undefined, this.#parent, {
        conversationId: asString(result?.['session_id']) ?? this.#resumed,
        startedMs,
      });
      const begun = {
        parent: agent?.context ?? this.#parent,
        startTimeMs: Date.now() - lasted,
        startedMs,
      };
      const main = turns.toSorted(
        (a, b) => (outputTokensOf(b.used) ?? 0) - (outputTokensOf(a.used) ?? 0),
      )[0];
      for (const turn of turns) {
        const isMain = turn === main;
        const calls = isMain ? asCount(result?.['num_turns']) : undefined;
        const toolCalls = isMain ? this.#toolCalls : 0;
        bookModel({ ...turn, outcome, error, calls, toolCalls }, begun, observer);
      }
      if (error === undefined) agent?.end();
      else agent?.fail(error);
    }
    this.#turnStartedMs = endedMs;
    this.#toolCalls = 0;
    this.#messages = new Map();
  }
}
