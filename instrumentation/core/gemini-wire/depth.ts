import { asArray, asDictionary } from '../../../providers/read.ts';

/**
 * Inference calls that the contents of a request prove, the one being sent included: the model's
 * turns with function calls since the user last spoke, plus one. `undefined` without contents.
 */
export function contentsDepth(contents: unknown): number | undefined {
  if (contents == null) return undefined;
  const list = asArray(contents) ?? [contents];
  let turns = 0;
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const content = asDictionary(list[index]);
    const parts = asArray(content?.['parts']);
    // A plain string, or parts without a role, are the user's.
    if (content === undefined || parts === undefined) break;
    if (content['role'] === 'model') {
      if (hasPart(parts, 'functionCall')) turns += 1;
    } else if (!hasPart(parts, 'functionResponse')) {
      break;
    }
  }
  return turns + 1;
}

function hasPart(parts: readonly unknown[], field: string): boolean {
  return parts.some((part) => asDictionary(part)?.[field] != null);
}
