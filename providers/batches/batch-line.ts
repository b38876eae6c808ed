import { type Dictionary, asCount, asDictionary, asString } from '../read.ts';

/** One line of a batch's results, or one of its inlined answers. */
export interface BatchLine {
  /** What the line is known by in its batch: the provider's id of it, else the caller's own. */
  readonly item: string | undefined;
  /** The answer as the provider would have given it to a call of its own. */
  readonly body: Dictionary | undefined;
  /** The request that it answers, where the line repeats it. */
  readonly request: Dictionary | undefined;
  /** The model asked for, where only the line says it. */
  readonly model: string | undefined;
  /** What went wrong, as `error.type`; such a line costs nothing unless it has a body. */
  readonly errorType: string | undefined;
}

/** How one provider writes its lines. */
interface LineWire {
  matches(line: Dictionary): boolean;
  read(line: Dictionary): Omit<BatchLine, 'item'>;
}

const WIRES: readonly LineWire[] = [
  // OpenAI, Azure, Groq, Together, Mistral, DeepInfra, Voyage: what went wrong stands in either place.
  {
    matches: (line) =>
      typeof line['custom_id'] === 'string' && ('response' in line || 'error' in line),
    read: (line) => {
      const response = asDictionary(line['response']);
      const status = asCount(response?.['status_code']);
      // Some servers put the answer where its envelope should be.
      const body =
        asDictionary(response?.['body']) ?? (status === undefined ? response : undefined);
      const hasFailed = line['error'] != null || (status ?? 200) >= 400;
      return {
        body: hasFailed && body?.['usage'] == null ? undefined : body,
        request: undefined,
        model: undefined,
        errorType: hasFailed
          ? errorOf(line['error'] ?? body?.['error'], status === undefined ? '_OTHER' : `${status}`)
          : undefined,
      };
    },
  },
  // Anthropic: `succeeded`, `errored`, `canceled`, `expired`.
  {
    matches: (line) => typeof line['custom_id'] === 'string' && 'result' in line,
    read: (line) => {
      const result = asDictionary(line['result']);
      const type = asString(result?.['type']);
      const error = asDictionary(result?.['error']);
      return {
        body: type === 'succeeded' ? asDictionary(result?.['message']) : undefined,
        request: undefined,
        model: undefined,
        errorType:
          type === 'succeeded' ? undefined : errorOf(error?.['error'] ?? error, type ?? '_OTHER'),
      };
    },
  },
  // Bedrock.
  {
    matches: (line) => 'modelInput' in line && ('modelOutput' in line || 'error' in line),
    read: (line) => ({
      body: asDictionary(line['modelOutput']),
      request: asDictionary(line['modelInput']),
      model: undefined,
      errorType: line['error'] == null ? undefined : errorOf(line['error'], '_OTHER'),
    }),
  },
  // Gemini, inlined (`metadata`) or by file (`key`), and whatever Vertex AI serves (`request`, `status`).
  {
    matches: (line) =>
      isGeminiAnswer(asDictionary(line['response'])) ||
      ('error' in line && ('key' in line || 'metadata' in line || 'response' in line)) ||
      ('request' in line && 'status' in line),
    read: (line) => {
      const response = asDictionary(line['response']);
      const hasAnswer = response !== undefined && Object.keys(response).length > 0;
      const request = asDictionary(line['request']);
      return {
        body: hasAnswer ? response : undefined,
        request,
        model: asString(request?.['model']),
        errorType: hasAnswer ? undefined : errorOf(line['error'], '_OTHER'),
      };
    },
  },
];

const ITEM_FIELDS = ['id', 'custom_id', 'key', 'recordId'] as const;

/**
 * What one line of a batch's results says; `undefined` for what is no such line.
 *
 * @see https://developers.openai.com/api/docs/guides/batch
 * @see https://platform.claude.com/docs/en/build-with-claude/batch-processing
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html
 * @see https://ai.google.dev/gemini-api/docs/batch-api
 */
export function readBatchLine(value: unknown): BatchLine | undefined {
  const line = asDictionary(value);
  if (line === undefined) return undefined;
  const wire = WIRES.find(({ matches }) => matches(line));
  if (wire === undefined) return undefined;
  const metadata = asDictionary(line['metadata']);
  const item =
    ITEM_FIELDS.map((field) => asString(line[field])).find((id) => id !== undefined) ??
    asString(metadata?.['key']);
  return { item, ...wire.read(line) };
}

/** The same for what stands among answers and says nothing but what went wrong. */
export function readFailure(value: unknown): BatchLine | undefined {
  const error = asDictionary(value)?.['error'];
  if (error == null) return undefined;
  const errorType = errorOf(error, '_OTHER');
  return { item: undefined, body: undefined, request: undefined, model: undefined, errorType };
}

function isGeminiAnswer(body: Dictionary | undefined): boolean {
  return (
    body !== undefined &&
    ('candidates' in body ||
      'usageMetadata' in body ||
      'promptFeedback' in body ||
      'embedding' in body ||
      'embeddings' in body)
  );
}

/** A low number of values: codes and types as the provider names them, never its message. */
function errorOf(error: unknown, fallback: string): string {
  const fields = asDictionary(error);
  const code = fields?.['code'] ?? fields?.['errorCode'];
  return (
    asString(code) ??
    (typeof code === 'number' ? `${code}` : undefined) ??
    asString(fields?.['type']) ??
    fallback
  );
}
