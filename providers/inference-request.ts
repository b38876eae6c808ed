import { providerInTable } from './host-table.ts';
import { PROVIDERS, type Provider } from './table.ts';

const BY_NAME: ReadonlyMap<string, Provider> = new Map(
  PROVIDERS.map((provider) => [provider.name, provider]),
);

/** Paths by which a provider is asked to do what it bills, on hosts that also do other things. */
const INFERENCE: readonly RegExp[] = [
  /:(?:streamGenerateContent|generateContent|rawPredict|streamRawPredict|predict|predictLongRunning)$/,
  /:(?:embedContent|batchEmbedContents|batchGenerateContent)$/,
  /\/model\/[^/]+\/(?:invoke|invoke-with-response-stream|invoke-with-bidirectional-stream|converse|converse-stream)$/,
  /\/(?:chat\/completions|completions|responses|embeddings|messages|images\/\w+|audio\/\w+)$/,
  /\/(?:text\/(?:chat|generation|embeddings)(?:_stream)?|retrieveAndGenerate(?:Stream)?|interactions)$/,
];

/** Endings of paths that are asked for free, or by which only data is moved. */
const NOT_INFERENCE =
  /(?::countTokens|\/count_tokens|\/cancel|\/tokenize|\/detokenize|\/moderations|\/cachedContents|\/client_secrets)$/;
/** Resources that are kept, not asked: a POST makes or changes one. */
const KEPT =
  /\/(?:files|uploads|vector_stores|fine_tuning|assistants|containers|conversations|evals|skills|organization|models|datasets|connectors|keys|credits|auth|api\/(?:show|pull|push|create|copy|blobs|ps|tags|version))(?:\/|$)/;

/** Hosts of clouds that serve much besides models. */
const SHARED =
  /(?:googleapis\.com|amazonaws\.com(?:\.cn)?|api\.aws|azure[\w.-]*\.(?:com|net|us|cn)|cloud\.ibm\.com|huggingface\.\w+)$/;

/** Paths by which clouds are asked for connections that stay open and whose answers they bill. */
const CONNECTIONS =
  /(?:[./]BidiGenerate\w+|\/(?:realtime|responses|live\/sessions(?:\/[^/]+\/(?:fork|attach))?))$/;

/** Whether a connection that stays open (WebSocket) to a provider of models is for what it bills. */
export function isInferenceConnection(host: string, path: string): boolean {
  const bare = withoutQuery(path);
  if (CONNECTIONS.test(bare)) return true;
  const { billedPaths, freePaths } = BY_NAME.get(providerInTable(host) ?? '') ?? {};
  if (billedPaths !== undefined) return billedPaths.test(bare);
  return !SHARED.test(host) && freePaths?.test(bare) !== true && !KEPT.test(bare);
}

function withoutQuery(path: string): string {
  const query = path.indexOf('?');
  return (query < 0 ? path : path.slice(0, query)).replace(/\/+$/, '');
}

/**
 * Whether a request to a provider of models asks it for something that it bills: by method and path,
 * since listing models, counting tokens and uploading files cost nothing.
 *
 * A host that serves models alone is taken to bill every other POST, so that an API of tomorrow is
 * not overlooked; on the hosts of clouds, and of providers that say by which paths they bill, the
 * path must be a known one.
 */
export function isInferenceRequest(method: string, host: string, path: string): boolean {
  if (method !== 'POST') return false;
  const bare = withoutQuery(path);
  if (NOT_INFERENCE.test(bare)) return false;
  const { billedPaths, freePaths } = BY_NAME.get(providerInTable(host) ?? '') ?? {};
  if (billedPaths !== undefined) return billedPaths.test(bare);
  if (freePaths?.test(bare) === true) return false;
  if (INFERENCE.some((pattern) => pattern.test(bare))) return true;
  return !SHARED.test(host) && !KEPT.test(bare);
}
