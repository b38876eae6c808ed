import { knownProvider } from '../../../providers/names.ts';

/**
 * Model ids as SDKs, gateways and clouds spell them, reduced to what a price list knows. All
 * patterns here are ours, anchored and linear.
 */

/** Routing wishes of OpenRouter, not models: `:free`, `:extended` and `:thinking` are models. */
const ROUTE_SUFFIX = /:(?:nitro|floor|online|exacto)$/;

/**
 * Spellings to look up, best first: the id as it came, then without route, path and vendor.
 *
 * @example 'models/gemini-2.5-pro' → ['models/gemini-2.5-pro', 'gemini-2.5-pro']
 */
export function spellingsOf(model: string): string[] {
  const spellings = [model.trim().toLowerCase()];
  const add = (id: string): void => {
    if (id !== '' && !spellings.includes(id)) spellings.push(id);
  };
  add(spellings[0]!.replace(ROUTE_SUFFIX, ''));
  const id = spellings.at(-1)!;
  // `models/x`, `publishers/google/models/x`, `projects/…/models/x`.
  const models = id.lastIndexOf('models/');
  if (models === 0 || id[models - 1] === '/') add(id.slice(models + 'models/'.length));
  // `arn:aws:bedrock:…:inference-profile/x`, `…::foundation-model/x`. An application's own profile
  // has a random name there, which no list knows.
  if (id.startsWith('arn:')) add(id.slice(id.lastIndexOf('/') + 1));
  // Gateways and SDKs put the vendor's name in front, `openai/x`, or who serves it behind, `x/azure`;
  // Portkey the customer's word for it, `@slug/x`, where Cloudflare has names of its own.
  const last = spellings.at(-1)!;
  add(last.replace(/^@(?!cf\/|hf\/)[^/]*\//, ''));
  const [first, final] = [last.indexOf('/'), last.lastIndexOf('/')];
  if (first > 0 && knownProvider(last.slice(0, first)) !== undefined) add(last.slice(first + 1));
  if (final > 0 && knownProvider(last.slice(final + 1)) !== undefined) add(last.slice(0, final));
  return spellings;
}

/** Endings that say which build of a model answered: dates, Bedrock and Gemini versions. */
const BUILD_SUFFIXES: readonly RegExp[] = [
  /[-@]20\d{6}$/,
  /[-@]20\d{2}-\d{2}-\d{2}$/,
  /-\d{2}-\d{2}$/,
  /-\d{4}$/,
  /-0\d{2}$/,
  /-v\d+(?::\d+)?$/,
  /[-@]latest$/,
  /@default$/,
];

/** Where Bedrock runs a model, and whose model it is: `us.anthropic.`, `amazon.`. */
const BEDROCK_PREFIX = /^(?:(?:global|us|us-gov|eu|apac|au|jp|ca)\.)?(?:[a-z0-9]+\.)?(?=[a-z])/;

/**
 * Names that mean the same model as `id`: without build endings, and without Bedrock's prefixes.
 *
 * @example 'claude-sonnet-4-5-20250929' → also 'claude-sonnet-4-5'
 */
export function equivalentNames(id: string, isBedrock: boolean): string[] {
  const found = [id];
  for (const name of found) {
    // The list grows while it is walked; a few endings at most can follow each other.
    for (const suffix of BUILD_SUFFIXES) {
      const shorter = name.replace(suffix, '');
      if (shorter !== name && found.length < 12 && !found.includes(shorter)) found.push(shorter);
    }
  }
  if (isBedrock) {
    for (const name of found.slice()) {
      const bare = name.replace(BEDROCK_PREFIX, '');
      if (bare !== name) found.push(bare);
    }
  }
  return found;
}

/** `-20250807` as `-2025-08-07`, how the book spells most dates. */
export function withDashedDate(id: string): string {
  return id.replace(/-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=$|[-:])/g, '-$1-$2-$3');
}
