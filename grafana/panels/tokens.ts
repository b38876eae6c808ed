import {
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_TOKEN_CLASS,
  ATTR_GEN_AI_REQUEST_MODEL,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_WRITE,
  COSTSPAN_TOKEN_CLASS_VALUE_INPUT,
} from '../../conventions/index.ts';
import type { Matcher } from '../queries/promql.ts';
import { type Queries, ratio } from '../queries/queries.ts';
import { CLASS_COLOURS } from './colours.ts';
import {
  type BarGauge,
  barGauge,
  colouredByMeaning,
  limits,
  oneColour,
  SHARE,
  stacked,
  type Stat,
  stat,
  type TimeSeries,
  timeSeries,
  USD,
} from './common.ts';
import { CALLS, traces } from './links.ts';
import { hourly, instant, range } from './targets.ts';
import { MISSING } from './missing.ts';

/** Calls carry whole prompts, so the classes together are what the models read. */
export const READ_CLASSES: readonly string[] = [
  COSTSPAN_TOKEN_CLASS_VALUE_INPUT,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_WRITE,
];

/** Tokens and money of these classes only. */
export function ofClasses(...classes: readonly string[]): Matcher {
  return classes.length === 1
    ? [ATTR_COSTSPAN_TOKEN_CLASS, '=', classes[0] ?? '']
    : [ATTR_COSTSPAN_TOKEN_CLASS, '=~', classes.join('|')];
}

/** Share of the input that came from a cache; 0 where there are no cache reads. */
export function cacheShare(tokensOf: (matcher: Matcher) => string): string {
  const all = tokensOf(ofClasses(...READ_CLASSES));
  const reads = tokensOf(ofClasses(COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ));
  return ratio(`(${reads} or 0 * ${all})`, all);
}

function hourlyCacheShare(q: Queries, by: readonly string[]): string {
  return cacheShare((matcher) => q.perHour('tokens', by, { matchers: [matcher] }));
}

export function tokenRate(q: Queries): TimeSeries {
  const panel = timeSeries(
    'Tokens per second by class',
    'What goes in and comes out, in classes that do not overlap.',
    MISSING.calls,
  );
  return colouredByMeaning(stacked(panel), CLASS_COLOURS)
    .unit('short')
    .withTarget(
      range(
        q.perSecond([ATTR_COSTSPAN_TOKEN_CLASS], q.tokens()),
        q.legend(ATTR_COSTSPAN_TOKEN_CLASS),
      ),
    )
    .dataLinks([traces(q, CALLS, [])]);
}

export function cacheHitRate(q: Queries): Stat {
  return stat(
    'Cache hit rate',
    'Share of the input tokens in the time range that were read from a prompt cache, which costs a fraction of fresh input.',
    MISSING.calls,
  )
    .unit(SHARE)
    .decimals(1)
    .thresholds(oneColour('blue'))
    .withTarget(
      instant(
        cacheShare((matcher) => q.increase([], q.tokens([matcher]))),
        'cached',
      ),
    )
    .dataLinks([traces(q, CALLS, [])]);
}

export function cacheHitRateByModel(q: Queries): TimeSeries {
  const by = [ATTR_COSTSPAN_TEAM, ATTR_GEN_AI_REQUEST_MODEL];
  return timeSeries(
    'Cache hit rate by team and model',
    'Share of the input tokens of each hour that were read from a cache. A fall often follows a change at the start of a prompt.',
    MISSING.rules,
  )
    .unit(SHARE)
    .max(1)
    .withTarget(hourly(hourlyCacheShare(q, by), q.legend(...by)))
    .dataLinks([traces(q, CALLS, by)]);
}

export function cacheSaving(q: Queries): BarGauge {
  const by = [ATTR_GEN_AI_REQUEST_MODEL];
  const cached = ofClasses(
    COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ,
    COSTSPAN_TOKEN_CLASS_VALUE_CACHE_WRITE,
  );
  const fresh = ofClasses(COSTSPAN_TOKEN_CLASS_VALUE_INPUT);
  const total = (kind: 'cost' | 'tokens', matcher: Matcher): string =>
    q.total(kind, by, { matchers: [matcher] });
  const asFresh = `${total('tokens', cached)} * ${ratio(total('cost', fresh), total('tokens', fresh))}`;
  return barGauge(
    'Saved by prompt caches',
    'What the cached tokens of the time range would have cost as fresh input, less what their reads and writes cost. Below zero, writes cost more than the reads save.',
    MISSING.cached,
  )
    .unit(USD)
    .thresholds(limits(0, 0.01, ['red', 'text', 'green']))
    .withTarget(instant(`${asFresh} - ${total('cost', cached)}`, q.legend(...by)))
    .dataLinks([traces(q, CALLS, by)]);
}
