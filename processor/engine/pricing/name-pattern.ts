/**
 * A model name, or a part of one with `*` at its beginning, its end or both. Text from outside is
 * never run as a regular expression.
 */
export interface NamePattern {
  readonly kind: 'equals' | 'prefix' | 'suffix' | 'contains';
  /** Lower case, without the stars. */
  readonly text: string;
}

const NOT_IN_NAMES = /[\\^$|(){}?+]|\.\*|^\/|\/$/;

/** What is wrong with `text` as a pattern, or the pattern. */
export function parseNamePattern(text: string): NamePattern | string {
  if (NOT_IN_NAMES.test(text)) {
    return 'looks like a regular expression, which is never run: write a name, or a name with * at its end';
  }
  const isOpenStart = text.startsWith('*');
  const isOpenEnd = text.length > 1 && text.endsWith('*');
  const inner = text.slice(isOpenStart ? 1 : 0, isOpenEnd ? -1 : undefined).toLowerCase();
  if (inner.includes('*')) return 'may have * at its beginning and its end only';
  const kind = isOpenStart
    ? isOpenEnd || inner === ''
      ? 'contains'
      : 'suffix'
    : isOpenEnd
      ? 'prefix'
      : 'equals';
  return { kind, text: inner };
}

/** `name` must be in lower case. */
export function fitsPattern({ kind, text }: NamePattern, name: string): boolean {
  switch (kind) {
    case 'equals':
      return name === text;
    case 'prefix':
      return name.startsWith(text);
    case 'suffix':
      return name.endsWith(text);
    case 'contains':
      return name.includes(text);
    default:
      return kind satisfies never;
  }
}

/** Whether some name could fit both. Errs on the side of yes. */
export function couldMeet(a: NamePattern, b: NamePattern): boolean {
  if (a.kind === 'equals') return fitsPattern(b, a.text);
  if (b.kind === 'equals') return fitsPattern(a, b.text);
  if (a.kind === 'prefix' && b.kind === 'prefix') {
    return a.text.startsWith(b.text) || b.text.startsWith(a.text);
  }
  if (a.kind === 'suffix' && b.kind === 'suffix') {
    return a.text.endsWith(b.text) || b.text.endsWith(a.text);
  }
  return true;
}
