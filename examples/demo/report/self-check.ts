import {
  ATTR_COSTSPAN_USAGE_SOURCE,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  COSTSPAN_USAGE_SOURCE_VALUE_ESTIMATED,
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_TOKENS,
  type TokenUsage,
} from '../../../conventions/index.ts';
import type { OtlpSink, SinkSpan } from '../../../test/support/otlp-sink.ts';
import type { BilledAnswer } from '../provider.ts';
import { count, usd } from './format.ts';

/** The scope that costspan's own spans of calls are under. */
const CALL_SCOPE = 'costspan';
/** Rounding of the sums; the amounts themselves are whole nano-USD. */
const TOLERANCE_USD = 1e-9;

export interface SelfCheck {
  /** One line with what was compared. */
  readonly line: string;
  /** What does not agree, one sentence each. Empty: all is well. */
  readonly faults: readonly string[];
}

/** Tokens in the classes that spans tell apart. */
interface ModelTokens {
  calls: number;
  input: number;
  cacheRead: number;
  output: number;
}

/**
 * Holds three accounts of the same calls against each other: the metrics, the spans, and the bill
 * of the provider. A stream that was cut off never got its usage, so its estimate is left out of
 * the comparison with the bill and told apart.
 */
export function selfCheck(sink: OtlpSink, answers: readonly BilledAnswer[]): SelfCheck {
  const calls = sink.spans.filter(
    ({ scope, kind }) => scope.name === CALL_SCOPE && kind === 'client',
  );
  const faults: string[] = [];

  const metricUsd = sink.metricValue(METRIC_COSTSPAN_COST_USD) ?? 0;
  const spanUsd = sum(calls, ATTR_GEN_AI_USAGE_COST_AMOUNT);
  if (!(metricUsd > 0)) faults.push('No cost has arrived.');
  if (Math.abs(metricUsd - spanUsd) > TOLERANCE_USD) {
    faults.push(`The metrics add up to ${metricUsd} USD, the spans to ${spanUsd} USD.`);
  }
  const metricTokens = sink.metricValue(METRIC_COSTSPAN_TOKENS) ?? 0;
  const spanTokens =
    sum(calls, ATTR_GEN_AI_USAGE_INPUT_TOKENS) + sum(calls, ATTR_GEN_AI_USAGE_OUTPUT_TOKENS);
  if (metricTokens !== spanTokens) {
    faults.push(`The metrics count ${metricTokens} tokens, the spans ${spanTokens}.`);
  }
  const metricCalls = sink.metricValue(METRIC_COSTSPAN_CALLS) ?? 0;
  if (metricCalls !== calls.length) {
    faults.push(`The metrics count ${metricCalls} calls, and there are ${calls.length} spans.`);
  }

  const estimated = calls.filter(
    ({ attributes }) =>
      attributes[ATTR_COSTSPAN_USAGE_SOURCE] === COSTSPAN_USAGE_SOURCE_VALUE_ESTIMATED,
  );
  const cutOff = new Set(estimated.map(({ attributes }) => attributes[ATTR_GEN_AI_RESPONSE_ID]));
  const billed = billedByModel(answers.filter(({ id }) => id === undefined || !cutOff.has(id)));
  const seen = seenByModel(calls.filter((span) => !estimated.includes(span)));
  faults.push(...compareModels(billed, seen));

  const tokens = [...billed.values()].reduce((all, { input, output }) => all + input + output, 0);
  const verdict = faults.length === 0 ? 'all agree' : 'THEY DISAGREE';
  const cutOffNote = `${estimated.length} cut off and estimated`;
  const line =
    `Self-check: metrics ${usd(metricUsd)} USD, spans ${usd(spanUsd)} USD; ${calls.length} calls, ` +
    `${cutOffNote}; ${count(tokens)} tokens billed, ${billed.size} models: ${verdict}.`;
  return { line, faults };
}

function sum(spans: readonly SinkSpan[], attribute: string): number {
  return spans.reduce((all, { attributes }) => all + Number(attributes[attribute] ?? 0), 0);
}

function billedByModel(answers: readonly BilledAnswer[]): Map<string, ModelTokens> {
  const models = new Map<string, ModelTokens>();
  for (const { model, usage } of answers) {
    add(models, model, {
      input: total(usage, ['input', 'cacheRead', 'cacheWrite', 'cacheWrite1h']),
      cacheRead: usage.cacheRead ?? 0,
      output: total(usage, ['output', 'reasoning']),
    });
  }
  return models;
}

/** Spans without a response, such as those of calls that failed, were billed nothing. */
function seenByModel(spans: readonly SinkSpan[]): Map<string, ModelTokens> {
  const models = new Map<string, ModelTokens>();
  for (const span of spans) {
    const model = span.attributes[ATTR_GEN_AI_RESPONSE_MODEL];
    if (typeof model !== 'string') continue;
    add(models, model, {
      input: sum([span], ATTR_GEN_AI_USAGE_INPUT_TOKENS),
      cacheRead: sum([span], ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS),
      output: sum([span], ATTR_GEN_AI_USAGE_OUTPUT_TOKENS),
    });
  }
  return models;
}

function add(
  models: Map<string, ModelTokens>,
  model: string,
  tokens: Omit<ModelTokens, 'calls'>,
): void {
  const known = models.get(model) ?? { calls: 0, input: 0, cacheRead: 0, output: 0 };
  models.set(model, {
    calls: known.calls + 1,
    input: known.input + tokens.input,
    cacheRead: known.cacheRead + tokens.cacheRead,
    output: known.output + tokens.output,
  });
}

function total(usage: TokenUsage, classes: readonly (keyof TokenUsage)[]): number {
  return classes.reduce((all, name) => all + (usage[name] ?? 0), 0);
}

function compareModels(
  billed: ReadonlyMap<string, ModelTokens>,
  seen: ReadonlyMap<string, ModelTokens>,
): string[] {
  const faults: string[] = [];
  for (const model of new Set([...billed.keys(), ...seen.keys()])) {
    const onBill = JSON.stringify(billed.get(model) ?? 'nothing');
    const onSpans = JSON.stringify(seen.get(model) ?? 'nothing');
    if (onBill !== onSpans) {
      faults.push(`Of ${model} the provider billed ${onBill} and the spans say ${onSpans}.`);
    }
  }
  return faults;
}
