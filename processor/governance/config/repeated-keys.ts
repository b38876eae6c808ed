import { isMap, isScalar, isSeq } from 'yaml';

/**
 * The first key that a map of a YAML document says twice, with its offset in the text. The parser's
 * own search compares each key with each other one: minutes for a megabyte of keys.
 */
export function findRepeatedKey(
  root: unknown,
): { readonly key: string; readonly offset: number } | undefined {
  const open: unknown[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isSeq(node)) open.push(...node.items);
    if (!isMap(node)) continue;
    const seen = new Set<unknown>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? key.value : key;
      // YAML's merge key may stand several times.
      if (seen.has(name) && name !== '<<') {
        return { key: String(name), offset: isScalar(key) ? (key.range?.[0] ?? 0) : 0 };
      }
      seen.add(name);
      open.push(value ?? null);
    }
  }
  return undefined;
}
