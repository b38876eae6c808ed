import { configSchema } from './schema.ts';

/** Where a value is: map keys and list positions from the root. */
export type ConfigPath = readonly (string | number)[];

/** The schemas that valibot nests, as far as we walk them. */
export interface SchemaNode {
  readonly entries?: Readonly<Record<string, SchemaNode>>;
  readonly item?: SchemaNode;
  readonly wrapped?: SchemaNode;
  readonly options?: readonly unknown[];
}

/** The rules for the value at `path`; `undefined` where there are none. */
export function schemaAt(path: ConfigPath): SchemaNode | undefined {
  let node: SchemaNode | undefined = unwrap(configSchema as SchemaNode);
  for (const key of path) {
    node = unwrap(typeof key === 'number' ? node?.item : entryOf(node, key));
  }
  return node;
}

export interface UnknownKey {
  readonly path: ConfigPath;
  readonly key: string;
  /** The keys that are known in its place. */
  readonly known: readonly string[];
}

/** Every key of `value` that has no rule. */
export function findUnknownKeys(value: unknown): UnknownKey[] {
  const found: UnknownKey[] = [];
  const visit = (part: unknown, node: SchemaNode | undefined, path: ConfigPath) => {
    if (typeof part !== 'object' || part === null || node === undefined) return;
    if (Array.isArray(part)) {
      part.forEach((item, index) => visit(item, unwrap(node.item), [...path, index]));
      return;
    }
    if (node.entries === undefined) return;
    const known = Object.keys(node.entries).filter((key) => key !== '$schema');
    for (const [key, child] of Object.entries(part)) {
      const entry = unwrap(entryOf(node, key));
      if (entry === undefined) found.push({ path: [...path, key], key, known });
      else visit(child, entry, [...path, key]);
    }
  };
  visit(value, schemaAt([]), []);
  return found;
}

function entryOf(node: SchemaNode | undefined, key: string): SchemaNode | undefined {
  const entries = node?.entries;
  return entries !== undefined && Object.hasOwn(entries, key) ? entries[key] : undefined;
}

function unwrap(node: SchemaNode | undefined): SchemaNode | undefined {
  let inner = node;
  while (inner?.wrapped !== undefined) inner = inner.wrapped;
  return inner;
}
