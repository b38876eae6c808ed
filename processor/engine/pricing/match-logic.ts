/** The book's condition on a model's id. */
export type MatchLogic =
  | { readonly or: readonly MatchLogic[] }
  | { readonly and: readonly MatchLogic[] }
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string };

/** Longer model ids are never looked up, so that no pattern of the book runs on long input. */
export const MAX_MODEL_ID_LENGTH = 128;

/**
 * Patterns of the pinned book, compiled once. Patterns come from nowhere else: an overlay has no
 * way to state one.
 */
const patterns = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  let pattern = patterns.get(source);
  if (pattern === undefined) {
    pattern = new RegExp(source);
    patterns.set(source, pattern);
  }
  return pattern;
}

/** Whether the book's condition holds for `id`, which must be in lower case. */
export function isMatch(logic: MatchLogic, id: string): boolean {
  if ('or' in logic) return logic.or.some((part) => isMatch(part, id));
  if ('and' in logic) return logic.and.every((part) => isMatch(part, id));
  if ('equals' in logic) return id === logic.equals.toLowerCase();
  if ('starts_with' in logic) return id.startsWith(logic.starts_with.toLowerCase());
  if ('ends_with' in logic) return id.endsWith(logic.ends_with.toLowerCase());
  if ('contains' in logic) return id.includes(logic.contains.toLowerCase());
  if ('regex' in logic) return patternOf(logic.regex).test(id);
  return logic satisfies never;
}

/** Whether the condition spells out one of `ids` whole, instead of only a part of it. */
export function names(logic: MatchLogic, ids: readonly string[]): boolean {
  if ('or' in logic) return logic.or.some((part) => names(part, ids));
  if ('and' in logic) return logic.and.some((part) => names(part, ids));
  if ('regex' in logic) {
    // Only a pattern that fixes both ends spells a name; `^(?!…)` excludes names.
    const { regex } = logic;
    const isWhole = regex.startsWith('^') && regex.endsWith('$') && !regex.startsWith('^(?!');
    return isWhole && ids.some((id) => patternOf(regex).test(id));
  }
  const literal =
    'equals' in logic
      ? logic.equals
      : 'starts_with' in logic
        ? logic.starts_with
        : 'ends_with' in logic
          ? logic.ends_with
          : logic.contains;
  return ids.includes(literal.toLowerCase());
}
