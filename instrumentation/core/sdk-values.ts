import { asDictionary, asString } from '../../providers/read.ts';

export function asSignal(value: unknown): AbortSignal | undefined {
  return value instanceof AbortSignal ? value : undefined;
}

/** A header of a `Response` of any making: older SDKs bring their own `fetch`. */
export function headerOf(response: unknown, name: string): string | undefined {
  const headers = asDictionary(asDictionary(response)?.['headers']);
  const get = headers?.['get'];
  return typeof get === 'function' ? asString(get.call(headers, name)) : undefined;
}

/** UTF-16 length of a string, 0 for anything else. */
export function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}

/**
 * Characters of text anywhere inside `value`, for estimates of tokens. Looks at lengths only, and
 * stops after `budget` values so that a huge request costs a bounded time.
 */
export function textLength(value: unknown): number {
  let budget = 10_000;
  const measure = (inner: unknown): number => {
    if (typeof inner === 'string') return looksLikeBinary(inner) ? 0 : inner.length;
    if (typeof inner !== 'object' || inner === null || budget <= 0) return 0;
    budget -= 1;
    let length = 0;
    for (const key in inner) {
      if (Object.hasOwn(inner, key)) length += measure((inner as Record<string, unknown>)[key]);
    }
    return length;
  };
  return measure(value);
}

/** Inline files, images and audio (base64, `data:` URLs) are long but are not text. */
function looksLikeBinary(text: string): boolean {
  return text.startsWith('data:') || (text.length > 1000 && !/\s/.test(text.slice(0, 200)));
}

/** Characters a token stands for on average; used only where the provider sent no usage. */
const CHARACTERS_PER_TOKEN = 4;

/** A rough count of tokens for a text of `characters` characters: at least 1 for any text. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}
