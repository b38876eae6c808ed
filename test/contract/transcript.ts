/** What an application saw of a call: a value, or an error in every respect that code looks at. */
export type Outcome = { readonly value: unknown } | { readonly error: ErrorFacts };

export interface ErrorFacts {
  readonly className: string | undefined;
  readonly message: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Exported error classes that it is an instance of. */
  readonly instanceOf: readonly string[];
  readonly cause: string | undefined;
}

export async function outcomeOf(
  moduleExports: unknown,
  run: () => Promise<unknown>,
): Promise<Outcome> {
  try {
    return { value: await run() };
  } catch (error) {
    return { error: errorFacts(moduleExports, error) };
  }
}

const FIELDS = ['status', 'code', 'type', 'param', 'error', 'request_id', 'requestID', 'name'];

export function errorFacts(moduleExports: unknown, error: unknown): ErrorFacts {
  const object = Object(error) as Record<string, unknown>;
  const classes = Object.entries(moduleExports as object)
    .filter(([, value]) => typeof value === 'function' && value.prototype instanceof Error)
    .filter(([, value]) => error instanceof value)
    .map(([name]) => name);
  const { cause, message } = object;
  return {
    className: object.constructor?.name,
    message: typeof message === 'string' ? message : undefined,
    fields: Object.fromEntries(FIELDS.map((name) => [name, object[name]])),
    instanceOf: classes,
    cause: cause instanceof Error ? `${cause.constructor.name}: ${cause.message}` : undefined,
  };
}

/** A copy of what a chunk holds, its methods left out. */
export function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return JSON.parse(JSON.stringify(value)) as unknown;
  }
}

/** A whole stream, and how it ended. */
export async function drain(
  moduleExports: unknown,
  stream: AsyncIterable<unknown>,
  onChunk?: (count: number) => void,
): Promise<{ readonly chunks: unknown[]; readonly ended: unknown }> {
  const chunks: unknown[] = [];
  try {
    for await (const chunk of stream) {
      chunks.push(copyOf(chunk));
      onChunk?.(chunks.length);
    }
    return { chunks, ended: 'done' };
  } catch (error) {
    return { chunks, ended: errorFacts(moduleExports, error) };
  }
}

/** Of a response, all but what changes from one to the next. */
export function responseFacts(response: Response): object {
  const headers = [...response.headers].filter(
    ([name]) => !['date', 'connection', 'keep-alive'].includes(name),
  );
  return { status: response.status, headers, className: response.constructor.name };
}
