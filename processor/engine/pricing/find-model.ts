import type { PriceMatch } from '../../../conventions/index.ts';
import type { Book, BookModel, BookProvider } from './book.ts';
import { isMatch, MAX_MODEL_ID_LENGTH, names } from './match-logic.ts';
import { equivalentNames, spellingsOf, withDashedDate } from './model-ids.ts';

/** A model of the book, and how sure the match is. */
export interface BookEntry {
  readonly model: BookModel;
  readonly match: Exclude<PriceMatch, 'overlay'>;
}

/**
 * Finds a model of one of the book's providers, in the book's own order of entries, or returns
 * `undefined`. Costs up to 0.1 ms: call once and keep the answer.
 */
export function findInBook(book: Book, bookId: string, model: string): BookEntry | undefined {
  if (model === '' || model.length > MAX_MODEL_ID_LENGTH) return undefined;
  if (bookId === 'huggingface') return findOnHuggingFace(book, model);
  const provider = book.get(bookId);
  if (provider === undefined) return undefined;
  const spellings = spellingsOf(model);
  for (const spelling of spellings) {
    const found =
      search(book, provider, spelling) ?? search(book, provider, withDashedDate(spelling));
    if (found !== undefined) {
      return { model: found, match: judge(found, spelling, spelling === spellings[0], bookId) };
    }
  }
  return undefined;
}

/** The router takes `model:provider`, and prices are the provider's; it may also pick one itself. */
function findOnHuggingFace(book: Book, model: string): BookEntry | undefined {
  const colon = model.lastIndexOf(':');
  return colon < 0
    ? undefined
    : findInBook(
        book,
        `huggingface_${model.slice(colon + 1).toLowerCase()}`,
        model.slice(0, colon),
      );
}

/** As the library does: own models first, then those of the providers that it falls back to. */
function search(book: Book, provider: BookProvider, id: string): BookModel | undefined {
  const own = provider.models.find((model) => isMatch(model.match, id));
  if (own !== undefined) return own;
  for (const fallback of provider.fallback_model_providers ?? []) {
    const other = book.get(fallback)?.models.find((model) => isMatch(model.match, id));
    if (other !== undefined) return other;
  }
  return undefined;
}

/**
 * `exact`: the listed id. `alias`: another listed name, or a listed name and a build ending.
 * `family`: only the beginning or a part fits, so this may be tomorrow's model at today's rate
 * (`claude-sonnet-5-5` finds `claude-sonnet-5`).
 */
function judge(
  model: BookModel,
  spelling: string,
  isAsWritten: boolean,
  bookId: string,
): BookEntry['match'] {
  const id = model.id.toLowerCase();
  if (spelling === id && isAsWritten) return 'exact';
  // A fine-tuned model's name starts with its base model by rule, so a prefix is no guess.
  if (spelling.startsWith('ft:')) return 'alias';
  const equivalents = equivalentNames(spelling, bookId === 'aws');
  return equivalents.includes(id) || names(model.match, equivalents) ? 'alias' : 'family';
}

/**
 * Whether an entry without any rate means that the model costs nothing. The book writes free
 * models that way, and also a few whose price it could not express.
 */
export function isStatedFree(bookId: string, model: BookModel): boolean {
  return (
    model.id.endsWith(':free') ||
    bookId === 'github-copilot' ||
    (bookId === 'openai' && model.id === 'moderation') ||
    (bookId === 'google' && model.id.startsWith('gemma-'))
  );
}
