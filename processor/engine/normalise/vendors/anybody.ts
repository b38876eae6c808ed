import type { Attributes } from '../../../../conventions/index.ts';
import { GEN_AI_OPERATION_NAME_VALUE_CHAT } from '../../../../conventions/index.ts';
import { providerNameOf } from '../../../../providers/names.ts';
import { countOf, textOf } from '../read-attribute.ts';
import type { SpanVendor } from '../vendor.ts';
import { CONVENTION_FIELDS, isCountingOfTokens } from './conventions.ts';

type Count = 'input' | 'output' | 'cacheRead' | 'cacheWrite' | 'reasoning' | 'total';
type Role = Count | 'model' | 'provider';

/** What bears the name of tokens or a model and counts none, or is no model's whole. */
const NO_COUNT = /max|limit|budget|remaining|cost|price|avg|audio|image|video|embeddingdim/;
const TOKENS =
  /tokens?(?:count|used|usage)?$|tokens?(?:count)?(?:input|prompt|in|output|completion|out|total)$/;
const MODEL = /(?:^|[._-])(?:request|response)?[._-]?model(?:[._-]?(?:name|id))?$/i;
const PROVIDER = /(?:^|[._-])(?:provider|vendor)(?:[._-]?name)?$/i;

/** Names that have been looked at, each once; an application has few of them. */
const MOST_NAMES = 2000;
const roles = new Map<string, Role | undefined>();

function roleOf(name: string): Role | undefined {
  if (roles.has(name)) return roles.get(name);
  const role = findRole(name);
  if (roles.size >= MOST_NAMES) roles.clear();
  roles.set(name, role);
  return role;
}

function findRole(name: string): Role | undefined {
  if (MODEL.test(name)) return 'model';
  if (PROVIDER.test(name)) return 'provider';
  const folded = name.toLowerCase().replaceAll(/[._-]/g, '');
  if (!TOKENS.test(folded) || NO_COUNT.test(folded)) return undefined;
  if (folded.includes('cach')) return /writ|creat/.test(folded) ? 'cacheWrite' : 'cacheRead';
  if (/reason|think|thought/.test(folded)) return 'reasoning';
  if (/input|prompt|tokensin$/.test(folded)) return 'input';
  if (/output|completion|generated|tokensout$/.test(folded)) return 'output';
  return folded.includes('total') ? 'total' : undefined;
}

/** The attributes that say something of a call, by what they say; of two the first counts. */
function namesIn(attributes: Attributes): Partial<Record<Role, string>> {
  const names: Partial<Record<Role, string>> = {};
  for (const name in attributes) {
    const role = roleOf(name);
    if (role !== undefined) names[role] ??= name;
  }
  return names;
}

/** Whether any name on the span speaks of tokens. A loop over all of them, so kept cheap. */
export function speaksOfTokens(attributes: Attributes): boolean {
  for (const name in attributes) if (name.includes('oken')) return true;
  return false;
}

/**
 * Writers that nobody knows: a span that names a model and counts its tokens, by whatever names, is
 * a call. Unless there is one inside it, silence about it would be the worse mistake; it is marked as
 * a guess.
 */
export const anybody: SpanVendor = {
  name: 'spans of nobody known',
  isGuess: () => true,
  classify({ name, attributes }) {
    if (isCountingOfTokens(name)) return undefined;
    const { model, input, output } = namesIn(attributes);
    if (model === undefined || textOf(attributes, [model]) === undefined) return undefined;
    const counts = [input, output].map((key) => key && countOf(attributes, [key]));
    return counts.some((count) => count !== undefined) ? 'call' : undefined;
  },
  operationOf: () => GEN_AI_OPERATION_NAME_VALUE_CHAT,
  fields: CONVENTION_FIELDS,
  readCall(call, { attributes }) {
    const { model, provider } = namesIn(attributes);
    call.requestModel ??= model && textOf(attributes, [model]);
    call.provider = providerNameOf(
      textOf(attributes, [
        ...CONVENTION_FIELDS.provider,
        ...(provider === undefined ? [] : [provider]),
      ]),
      call.requestModel,
    );
  },
  readTokens(counts, { attributes }) {
    const names = namesIn(attributes);
    const kinds = ['input', 'output', 'cacheRead', 'cacheWrite', 'reasoning', 'total'] as const;
    for (const kind of kinds) {
      const name = names[kind];
      if (name !== undefined) counts[kind] ??= countOf(attributes, [name]);
    }
  },
};
