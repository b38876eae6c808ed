import type { LlmCall } from '../../conventions/index.ts';
import { convertSpan } from '../../processor/engine/normalise/foreign-call.ts';
import { recognise } from '../../processor/engine/normalise/recognise.ts';
import type { RawAnswer } from './answers.ts';

type SpanAttributes = Readonly<Record<string, string | number>>;

/** Whose span says who the provider is. */
const PROVIDERS: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  gemini: 'google',
  converse: 'aws.bedrock',
  mistral: 'mistral_ai',
  cohere: 'cohere',
};

function providerOf({ wire, baseUrl = '' }: RawAnswer): string {
  if (baseUrl.includes('x.ai')) return 'xai';
  if (baseUrl.includes('openrouter')) return 'openrouter';
  if (baseUrl.includes('perplexity')) return 'perplexity';
  return PROVIDERS[wire] ?? 'openai';
}

const GENKIT: Readonly<Record<string, string>> = {
  google: 'googleai',
  'aws.bedrock': 'bedrock',
  mistral_ai: 'mistral',
};

/** Writers of spans that record the provider's own answer. */
export const RECORDERS: Readonly<Record<string, (answer: RawAnswer) => SpanAttributes>> = {
  OpenInference: (answer) => ({
    'openinference.span.kind': 'LLM',
    'llm.provider': providerOf(answer),
    'llm.model_name': answer.model,
    'llm.token_count.prompt': 1,
    'llm.token_count.completion': 1,
    'output.mime_type': 'application/json',
    'output.value': JSON.stringify(answer.body),
  }),
  Genkit: (answer) => {
    const provider = providerOf(answer);
    return {
      'genkit:type': 'action',
      'genkit:metadata:subtype': 'model',
      'genkit:name': `${GENKIT[provider] ?? provider}/${answer.model}`,
      'genkit:output': JSON.stringify({ usage: { inputTokens: 1 }, raw: answer.body }),
    };
  },
  MLflow: (answer) => ({
    'mlflow.spanType': '"CHAT_MODEL"',
    'mlflow.llm.model': JSON.stringify(answer.model),
    'mlflow.llm.provider': JSON.stringify(providerOf(answer)),
    'mlflow.spanOutputs': JSON.stringify(answer.body),
    'mlflow.chat.tokenUsage': JSON.stringify({ input_tokens: 1, output_tokens: 1 }),
  }),
};

/** The call that a span with these attributes stands for. */
export function callOfSpan(attributes: SpanAttributes): LlmCall | undefined {
  const span = {
    name: 'call',
    attributes,
    startTime: [1, 0] as [number, number],
    endTime: [2, 0] as [number, number],
    status: { code: 0 },
  };
  const recognised = recognise(span);
  return recognised && convertSpan(span, recognised);
}
