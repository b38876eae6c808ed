import * as v from 'valibot';
import { type Attribution, ATTRIBUTION_ENTRIES } from '../../../conventions/index.ts';
import type { MatchConfig } from './config.ts';
import { isIsoDate, MODEL_PATTERN, SHORT_TEXT } from './value-rules.ts';

/** What the schemas are made of. Messages complete "`<path>` …", so they begin with "must". */

/** One schema per key of `T`: a key that the type has and the schema lacks does not compile. */
export type Entries<T> = { [K in keyof Required<T>]: v.GenericSchema<unknown, T[K]> };

/** An optional key and the sentence that editors show for it. */
export function described<T>(
  schema: v.GenericSchema<unknown, T>,
  text: string,
): v.OptionalSchema<v.GenericSchema<unknown, T>, undefined> {
  return v.optional(v.pipe(schema, v.description(text)));
}

export const shortText: v.GenericSchema<unknown, string> = v.pipe(
  v.string(),
  v.regex(SHORT_TEXT, 'must be 1 to 64 characters without control characters'),
);
export const modelPattern: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.minLength(1, 'must not be empty'),
  v.regex(MODEL_PATTERN, 'must be a model id without blanks, in which * stands for any text'),
);
export const usd: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.finite('must be finite'),
  v.gtValue(0, 'must be more than 0'),
  v.maxValue(9_000_000, 'must be at most 9,000,000'),
);
export const count: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(Number.MAX_SAFE_INTEGER, 'must be at most 2^53'),
);
export const isoDate: v.GenericSchema<unknown, string> = v.pipe(
  v.string(),
  v.check(isIsoDate, 'must be an ISO 8601 date, such as 2026-12-01 or 2026-12-01T08:00:00Z'),
);

/** A list of at most `most` different values. */
export function distinct<T>(
  item: v.GenericSchema<unknown, T>,
  most: number,
): v.GenericSchema<unknown, T[]> {
  return v.pipe(
    v.array(item),
    v.maxLength(most, `must have at most ${most} entries`),
    v.check((list) => new Set(list).size === list.length, 'must not name anything twice'),
  );
}

/** A list whose entries have different `id`s. */
export function withDistinctIds<T extends { readonly id: string }>(
  item: v.GenericSchema<unknown, T>,
): v.GenericSchema<unknown, T[]> {
  return v.pipe(
    v.array(item),
    v.maxLength(10_000, 'must have at most 10,000 entries'),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const seen = new Set<string>();
      dataset.value.forEach(({ id }, index) => {
        if (seen.has(id)) {
          addIssue({
            message: 'must be unique, but another entry has the same id',
            path: [
              { type: 'array', origin: 'value', input: dataset.value, key: index, value: id },
              { type: 'object', origin: 'value', input: {}, key: 'id', value: id },
            ],
          });
        }
        seen.add(id);
      });
    }),
  );
}

export const attributionEntries: Entries<Attribution> = Object.fromEntries(
  ATTRIBUTION_ENTRIES.map(([key, { brief }]) => [key, described(shortText, brief)]),
) as unknown as Entries<Attribution>;

export const matchEntries: Entries<MatchConfig> = {
  ...attributionEntries,
  agent: described(shortText, 'Agent name.'),
  provider: described(shortText, 'Provider, as in gen_ai.provider.name.'),
  model: described(modelPattern, 'Model id; * stands for any text.'),
};

export const match: v.GenericSchema<unknown, MatchConfig | undefined> = described(
  v.strictObject(matchEntries),
  'Which calls it applies to: all keys must hold, and * stands for any text. Absent: all calls.',
);
