import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_SPAN_KIND,
  ATTR_GEN_AI_SPAN_KIND_NAME,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL,
  GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT,
  GEN_AI_OPERATION_NAME_VALUE_INVOKE_WORKFLOW,
  type Attributes,
} from '../../../conventions/index.ts';
import type { SpanKind, SpanLook, SpanVendor } from './vendor.ts';
import { aiSdk, aiSdk7 } from './vendors/ai-sdk.ts';
import { anybody, speaksOfTokens } from './vendors/anybody.ts';
import { anthropicSdk } from './vendors/anthropic-sdk.ts';
import { braintrust } from './vendors/braintrust.ts';
import { claudeCode } from './vendors/claude-code.ts';
import { codex } from './vendors/codex.ts';
import { bareUsage, conventions, isUnknownOperation } from './vendors/conventions.ts';
import { genkit } from './vendors/genkit.ts';
import { googleAdk } from './vendors/google-adk.ts';
import { haystack } from './vendors/haystack.ts';
import { laminar } from './vendors/laminar.ts';
import { langfuse } from './vendors/langfuse.ts';
import { langsmith } from './vendors/langsmith.ts';
import { logfirePending } from './vendors/logfire.ts';
import { loongsuite } from './vendors/loongsuite.ts';
import { mlflow } from './vendors/mlflow.ts';
import { openinference } from './vendors/openinference.ts';
import { openlit } from './vendors/openlit.ts';
import { openllmetry, openllmetryStructure } from './vendors/openllmetry.ts';
import { sentry } from './vendors/sentry.ts';
import { strands } from './vendors/strands.ts';

/**
 * Who may have written a span, in the order of asking; the first that knows it decides. A kind of
 * one's own goes before the conventions, because such writers use their names loosely too.
 */
const VENDORS: readonly SpanVendor[] = [
  logfirePending,
  langfuse,
  openinference,
  aiSdk,
  langsmith,
  openllmetryStructure,
  genkit,
  mlflow,
  haystack,
  laminar,
  loongsuite,
  googleAdk,
  aiSdk7,
  anthropicSdk,
  strands,
  claudeCode,
  openllmetry,
  openlit,
  sentry,
  braintrust,
  conventions,
  bareUsage,
  codex,
  anybody,
];

/** What a span is, and whose. */
export interface Recognised {
  readonly kind: SpanKind;
  readonly vendor: SpanVendor;
  /** A call by no rule for its writer: it names a model and tokens, and that is all that is known. */
  readonly isGuess: boolean;
}

/** Instrumentations of OpenTelemetry's own: what they say of models they say by the conventions. */
const UPSTREAM = '@opentelemetry/';

/**
 * Whether anything on the span speaks of a model. The application's other spans end here, so each
 * name stands written out: a lookup by a name that varies takes several times as long.
 */
function hasMark({ name, attributes, instrumentationScope }: SpanLook): boolean {
  if (
    attributes[ATTR_GEN_AI_OPERATION_NAME] !== undefined ||
    attributes[ATTR_GEN_AI_REQUEST_MODEL] !== undefined
  ) {
    return true;
  }
  return (
    instrumentationScope?.name.startsWith(UPSTREAM) !== true &&
    (attributes['ai.operationId'] !== undefined ||
      attributes['openinference.span.kind'] !== undefined ||
      attributes['langfuse.observation.type'] !== undefined ||
      attributes['langsmith.span.kind'] !== undefined ||
      attributes['traceloop.span.kind'] !== undefined ||
      attributes['llm.request.type'] !== undefined ||
      attributes['genkit:type'] !== undefined ||
      attributes[ATTR_GEN_AI_RESPONSE_MODEL] !== undefined ||
      attributes[ATTR_GEN_AI_USAGE_INPUT_TOKENS] !== undefined ||
      attributes['ai.model_id'] !== undefined ||
      attributes['mlflow.spanType'] !== undefined ||
      attributes['haystack.component.type'] !== undefined ||
      attributes['lmnr.span.type'] !== undefined ||
      attributes[ATTR_GEN_AI_SPAN_KIND] !== undefined ||
      attributes[ATTR_GEN_AI_SPAN_KIND_NAME] !== undefined ||
      attributes['braintrust.metrics'] !== undefined ||
      name.startsWith('claude_code.') ||
      speaksOfTokens(attributes))
  );
}

/** What `span` stands for; `undefined` for one that speaks of no model. */
export function recognise(span: SpanLook): Recognised | undefined {
  if (!hasMark(span)) return undefined;
  for (const vendor of VENDORS) {
    const kind = vendor.classify(span);
    if (kind === undefined) continue;
    const isGuess =
      kind === 'call' && (vendor.isGuess?.(span) ?? isUnknownOperation(span.attributes));
    return { kind, vendor, isGuess };
  }
  return undefined;
}

const STRUCTURE: readonly (readonly [operation: string, kind: SpanKind])[] = [
  [GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT, 'agent'],
  [GEN_AI_OPERATION_NAME_VALUE_INVOKE_WORKFLOW, 'workflow'],
  [GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL, 'tool'],
];

/**
 * What a span is, as far as its start tells: by its attributes, else by its name. A name alone makes
 * no call, because it does not say whose model it was.
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-agent-spans.md
 */
export function classifySpan(span: SpanLook): SpanKind {
  const recognised = recognise(span);
  if (recognised !== undefined) return recognised.kind;
  const { name } = span;
  // All three operations begin with one of these.
  if (!name.startsWith('invoke_') && !name.startsWith('execute_')) return 'other';
  if (name === 'execute_tool (merged)') return 'other';
  for (const [operation, kind] of STRUCTURE) {
    if (name === operation || name.startsWith(`${operation} `)) return kind;
  }
  return 'other';
}

/** Whether a span that is about to start speaks of a model, an agent or a tool. */
export function isGenAiStart(name: string, attributes: Attributes): boolean {
  const span: SpanLook = { name, attributes };
  return hasMark(span) || classifySpan(span) !== 'other';
}
