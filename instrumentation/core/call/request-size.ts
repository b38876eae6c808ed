import type { RequestSize } from '../../../conventions/index.ts';
import { unitOfTool, unitOfToolField } from '../../../providers/hosted-tools.ts';
import { asDictionary } from '../../../providers/read.ts';
import type { HostedUnit } from '../../../providers/usage/hosted-use.ts';

/** Fields that name a file, an image or another thing whose tokens its length does not tell. */
const ATTACHMENT_FIELDS: ReadonlySet<string> = new Set([
  'file_id',
  'file_url',
  'file_data',
  'image_url',
  'input_audio',
  'fileUri',
  'file_uri',
  'fileData',
  'inlineData',
  'inline_data',
  's3Location',
]);

/** Fields that name text which the provider has kept. */
const STORED_FIELDS: ReadonlySet<string> = new Set([
  'previous_response_id',
  'previous_message_id',
  'previousResponseId',
  'conversation',
  'prompt',
  'cachedContent',
  'cached_content',
  'promptIdentifier',
]);

/** Times that a tool may run when it states no limit of its own. */
const RUNS_WITHOUT_LIMIT = 5;
/** Deeper than any request; what lies below is not looked at. */
const MOST_DEPTH = 200;
/** Signs that each field, string and number adds in JSON at least. */
const PUNCTUATION = 4;

interface Measured {
  bytes: number;
  attachments: number;
  refersToStored: boolean;
  hasTools: boolean;
  asksForCache: boolean;
  webSearches: number;
  mayUse: Partial<Record<HostedUnit, number>> | undefined;
  /** Tools that may run altogether. */
  mostRuns: number;
}

/** Measures a request before it is sent: lengths only, every value once. */
export function measureRequest(request: unknown): RequestSize {
  const size: Measured = {
    bytes: 0,
    attachments: 0,
    refersToStored: false,
    hasTools: false,
    asksForCache: false,
    webSearches: 0,
    mayUse: undefined,
    mostRuns: Infinity,
  };
  measure(request, '', size, 0);
  const { mostRuns, ...measured } = size;
  return mostRuns === Infinity ? measured : limited(measured, mostRuns);
}

/** No tool runs more often than all of them may. */
function limited(size: RequestSize, mostRuns: number): RequestSize {
  const mayUse = Object.entries(size.mayUse ?? {}).map(
    ([unit, times]) => [unit, Math.min(times, mostRuns)] as const,
  );
  return {
    ...size,
    webSearches: Math.min(size.webSearches, mostRuns),
    mayUse: size.mayUse && Object.fromEntries(mayUse),
  };
}

/** Notes that a tool of the provider may run so many times. */
function mayRun(size: Measured, unit: HostedUnit, times: number): void {
  if (unit === 'webSearches' || unit === 'webSearchPreviews') size.webSearches += times;
  if (unit === 'webSearches') return;
  size.mayUse = { ...size.mayUse, [unit]: (size.mayUse?.[unit] ?? 0) + times };
}

function measure(value: unknown, field: string, size: Measured, depth: number): void {
  if (typeof value === 'string') {
    measureText(value, field, size);
  } else if (typeof value === 'object' && value !== null) {
    if (depth >= MOST_DEPTH) return;
    if (Array.isArray(value)) {
      for (const item of value) measure(item, field, size, depth + 1);
    } else if (isBinary(value)) {
      size.attachments += 1;
    } else {
      measureFields(value as Record<string, unknown>, field, size, depth);
    }
  } else if (value !== undefined && typeof value !== 'function') {
    size.bytes += 2 * PUNCTUATION;
  }
}

function measureFields(
  fields: Record<string, unknown>,
  field: string,
  size: Measured,
  depth: number,
): void {
  // A stored prompt is an object; the prompt of the completions API is text.
  if (STORED_FIELDS.has(field)) size.refersToStored = true;
  if (ATTACHMENT_FIELDS.has(field)) size.attachments += 1;
  if (field === 'cache_control' || field === 'cachePoint') size.asksForCache = true;
  const isTool = field === 'tools';
  const unit = isTool ? unitOfTool(fields) : undefined;
  if (unit !== undefined) {
    const most = fields['max_uses'] ?? asDictionary(fields['args'])?.['maxUses'];
    mayRun(size, unit, typeof most === 'number' && most >= 0 ? most : RUNS_WITHOUT_LIMIT);
  }
  for (const key in fields) {
    if (!Object.hasOwn(fields, key)) continue;
    size.bytes += key.length + PUNCTUATION;
    if (key === 'tools' || key === 'toolConfig') size.hasTools = true;
    if (key === 'web_search_options') mayRun(size, 'webSearches', 1);
    if (key === 'max_tool_calls' && typeof fields[key] === 'number') size.mostRuns = fields[key];
    const ofField = isTool && unit === undefined ? unitOfToolField(key) : undefined;
    if (ofField !== undefined) mayRun(size, ofField, 1);
    measure(fields[key], key, size, depth + 1);
  }
}

function measureText(text: string, field: string, size: Measured): void {
  if (looksEncoded(text) || (ATTACHMENT_FIELDS.has(field) && text !== '')) {
    size.attachments += 1;
    return;
  }
  if (STORED_FIELDS.has(field) && field !== 'prompt' && text !== '') size.refersToStored = true;
  size.bytes += Buffer.byteLength(text) + PUNCTUATION;
}

/** Inline files (base64, `data:` URLs). What is only taken for one costs its budget more, not less. */
function looksEncoded(text: string): boolean {
  if (text.startsWith('data:')) return true;
  return text.length > 1000 && /^[A-Za-z0-9+/_=-]{200}/.test(text);
}

function isBinary(value: object): boolean {
  return (
    ArrayBuffer.isView(value) ||
    value instanceof ArrayBuffer ||
    value instanceof Blob ||
    Symbol.asyncIterator in value
  );
}
