import { PROVIDERS, type StreamUsage } from './table.ts';

const STREAM_USAGE: ReadonlyMap<string, StreamUsage> = new Map(
  PROVIDERS.flatMap(({ name, streamUsage }) =>
    streamUsage === undefined ? [] : [[name, streamUsage] as const],
  ),
);

/** What is known of asking for a stream's usage at a provider; `undefined`: it is not to be asked. */
export function streamUsageOf(provider: string): StreamUsage | undefined {
  return STREAM_USAGE.get(provider);
}

/** A request that could ask for the usage of its stream. */
export interface StreamRequest {
  readonly provider: string;
  /** Whether the host is known to be the provider's: an unknown one may speak its wire only. */
  readonly isKnownHost: boolean;
  readonly baseURL: string;
  /** The `api-version` that it goes to. */
  readonly apiVersion: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Whether the server of a request is known to take `stream_options.include_usage` with it. */
export function takesStreamUsage(request: StreamRequest): boolean {
  const { provider, isKnownHost, baseURL, apiVersion, body } = request;
  // An unknown host is called `openai` for its flavour only.
  if (streamUsageOf(provider) === undefined || (!isKnownHost && provider === 'openai')) {
    return false;
  }
  if (provider !== 'azure.ai.openai') return true;
  // Azure's answers from data of one's own are of another make and refuse it in any version.
  if ('data_sources' in body || 'dataSources' in body) return false;
  return azureTakesStreamOptions(baseURL, apiVersion);
}

/** The first version of Azure's API that takes `stream_options`, by its date. */
const FIRST_WITH_STREAM_OPTIONS = '2024-09-01';

/** The API that goes by no date, such as `https://name.openai.azure.com/openai/v1/`. */
const UNDATED_API = /\/openai\/v1(?:\/|$)/;

/**
 * Whether Azure takes `stream_options` in the version of its API that a request goes to. Older ones
 * answer 400, and one that nobody can tell may be older.
 *
 * @see https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference-preview and the pages of
 *   the versions before
 */
function azureTakesStreamOptions(baseURL: string, apiVersion: string | undefined): boolean {
  if (UNDATED_API.test(URL.canParse(baseURL) ? new URL(baseURL).pathname : '')) return true;
  if (apiVersion === 'preview' || apiVersion === 'latest') return true;
  const date = /^(\d{4}-\d{2}-\d{2})(?:-preview)?$/.exec(apiVersion ?? '')?.[1];
  return date !== undefined && date >= FIRST_WITH_STREAM_OPTIONS;
}
