import { PROVIDERS } from './table.ts';

/** Stands for a provider that nothing tells. */
export const UNKNOWN_PROVIDER = '_OTHER';

/**
 * Names that tell who made or watched the call or that nobody knows, not who served the model: the
 * frameworks that write their own where the conventions ask for the provider. Folded, without dots.
 */
const NOT_A_PROVIDER: ReadonlySet<string> = new Set([
  '',
  'langchain',
  'langchain4j',
  'langgraph',
  'strands',
  'strandsagents',
  'springai',
  'pydanticai',
  'crewai',
  'autogen',
  'agno',
  'smolagents',
  'llamaindex',
  'semantickernel',
  'haystack',
  'dspy',
  'mastra',
  'litellm',
  'dify',
  'flowise',
  'langflow',
  'n8n',
  'ag2',
  'letta',
  'phidata',
  'camel',
  'beeai',
  'copilotkit',
  'genkit',
  'googleadk',
  'adk',
  'openaiagents',
  'openaiagentssdk',
  'claudeagentsdk',
  'claudecode',
  'vercelaisdk',
  'aisdk',
  'agentcore',
  'bedrockagentcore',
  'awsbedrockagentcore',
  'amazonbedrockagentcore',
  'logfire',
  'traceloop',
  'openinference',
  'openllmetry',
  'langfuse',
  'langsmith',
  'mlflow',
  'microsoftextensionsai',
  'microsoftagentsai',
  'microsoftagentframework',
  'unknown',
  'custom',
  'other',
]);

/** Longer than any name: it would fill a metric. */
const LONGEST_PROVIDER = 40;

/** A spelling without what writers disagree on: letter case, blanks, dashes and underscores. */
export function foldSpelling(written: string): string {
  return written.toLowerCase().replace(/[\s_-]+/g, '');
}

const NAMES: ReadonlyMap<string, string> = new Map(
  PROVIDERS.flatMap(({ name, spellings = [] }) =>
    [foldSpelling(name), ...spellings].map((spelling) => [spelling, name] as const),
  ),
);

/** Namespaces of well-known names: what stands in one and is not known is a name of tomorrow. */
const NAMESPACE = /^(?:aws|azure\.ai|gcp|ibm)\./;

/** Spellings that are remembered with their names. */
const MOST_SPELLINGS = 500;
const remembered = new Map<string, string | undefined>();

/**
 * The `gen_ai.provider.name` behind what somebody calls the provider, or behind the model where it
 * is called nothing: of spans, model classes and configuration alike.
 *
 * @example 'openai.responses' → 'openai'; 'google.vertex.anthropic.messages' → 'gcp.vertex_ai'
 */
export function providerNameOf(written: string | undefined, model: string | undefined): string {
  return (
    (written === undefined ? undefined : nameBehind(written)) ??
    (written === undefined || model === undefined ? undefined : routedTo(written, model)) ??
    (model === undefined ? undefined : providerOfModel(model)) ??
    UNKNOWN_PROVIDER
  );
}

/** LiteLLM names its models by the provider that it sends them to: `bedrock/anthropic.claude-…`. */
function routedTo(written: string, model: string): string | undefined {
  const slash = model.indexOf('/');
  if (slash <= 0 || foldSpelling(written) !== 'litellm') return undefined;
  return knownProvider(model.slice(0, slash));
}

/** The name behind one spelling, its own where it is a new one; `undefined` where it tells none. */
function nameBehind(written: string): string | undefined {
  if (remembered.has(written)) return remembered.get(written);
  const name = find(written.trim().toLowerCase());
  if (remembered.size >= MOST_SPELLINGS) remembered.clear();
  if (written.length <= LONGEST_PROVIDER * 4) remembered.set(written, name);
  return name;
}

function find(written: string): string | undefined {
  const spelling = foldSpelling(written);
  if (NOT_A_PROVIDER.has(spelling.replaceAll('.', ''))) return undefined;
  const isReserved = NAMESPACE.test(written);
  // The longest beginning that is known: `google.vertex` of `google.vertex.chat`.
  for (let end = spelling.length; end > 0; end = spelling.lastIndexOf('.', end - 1)) {
    const beginning = spelling.slice(0, end);
    if (isReserved && !beginning.includes('.')) break;
    const name = NAMES.get(beginning);
    if (name !== undefined) return name;
  }
  // Others name themselves: `my-provider.chat`.
  const dot = isReserved ? -1 : written.indexOf('.');
  return (dot <= 0 ? written : written.slice(0, dot)).slice(0, LONGEST_PROVIDER);
}

/** The same where only a name that is known counts: of a word that may be anything. */
export function knownProvider(written: string): string | undefined {
  return NAMES.get(foldSpelling(written));
}

/** Names that are words as well: in somebody's own word they say nothing. */
const PLAIN_WORDS: ReadonlySet<string> = new Set([
  'gateway',
  'aigateway',
  'ark',
  'flux',
  'lambda',
  'liquid',
  'meta',
  'modal',
  'oracle',
  'rev',
  'spark',
  'together',
  'writer',
  'yi',
]);

/**
 * The provider that a word of somebody's own is made with, the longest name in it first:
 * `azure-openai-prod` is Azure OpenAI's, `team-anthropic` Anthropic's.
 */
export function knownProviderIn(written: string): string | undefined {
  const words = written.slice(0, LONGEST_PROVIDER * 2).split(/[\s._-]+/);
  for (let length = words.length; length > 0; length -= 1) {
    for (let at = 0; at + length <= words.length; at += 1) {
      const word = words
        .slice(at, at + length)
        .join('')
        .toLowerCase();
      const found = PLAIN_WORDS.has(word) ? undefined : knownProvider(word);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Whose model it is, by the beginning of its name. */
export function providerOfModel(model: string): string | undefined {
  const id = model.toLowerCase();
  return PROVIDERS.find(({ models }) => models?.test(id))?.name;
}
