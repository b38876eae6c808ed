/** A guard for JSON objects, so that the answering code can read requests without trusting them. */
export type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** The smallest value that a JSON Schema accepts, for tool arguments and structured output. */
export function sampleOf(schema: unknown): unknown {
  const { type, properties, items, anyOf, enum: values, const: only } = asObject(schema);
  if (only !== undefined) return only;
  if (Array.isArray(values)) return values[0];
  if (Array.isArray(anyOf)) return sampleOf(anyOf[0]);
  switch (Array.isArray(type) ? type[0] : type) {
    case 'string':
      return 'sample';
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return [sampleOf(items)];
    default:
      return Object.fromEntries(
        Object.entries(asObject(properties)).map(([name, inner]) => [name, sampleOf(inner)]),
      );
  }
}
