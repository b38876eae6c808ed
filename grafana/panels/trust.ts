import {
  ATTR_COSTSPAN_BACKGROUND_STATE,
  ATTR_COSTSPAN_COMPONENT,
  ATTR_COSTSPAN_PRICE_STATE,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_USAGE_SOURCE,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_SERVER_ADDRESS,
  COSTSPAN_PRICE_STATE_VALUE_PARTIAL,
  COSTSPAN_USAGE_SOURCE_VALUE_ESTIMATED,
  METRIC_COSTSPAN_BACKGROUND_RESPONSES,
  METRIC_COSTSPAN_INTERNAL_ERRORS,
  METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS,
  METRIC_COSTSPAN_UNMETERED_REQUESTS,
  METRIC_COSTSPAN_UNPRICED_TOKENS,
} from '../../conventions/index.ts';
import type { Matcher } from '../queries/promql.ts';
import { type Queries, ratio } from '../queries/queries.ts';
import { ATTRIBUTED, chosen, ENVIRONMENT, MODELLED } from '../queries/scope.ts';
import {
  barGauge,
  type BarGauge,
  COUNT,
  limits,
  SECONDS,
  SHARE,
  type Stat,
  stat,
} from './common.ts';
import { ESTIMATED_CALLS, PARTIAL_CALLS, traces, UNPRICED_CALLS, UNTAGGED_CALLS } from './links.ts';
import { instant } from './targets.ts';
import { MISSING } from './missing.ts';

export function unpricedShare(q: Queries): Stat {
  const unpriced = q.select(METRIC_COSTSPAN_UNPRICED_TOKENS, chosen(MODELLED));
  return stat(
    'Unpriced tokens',
    'Share of the tokens whose model has no price: their money is missing from every figure here. Add the model to the price overlay.',
    MISSING.calls,
  )
    .unit(SHARE)
    .decimals(2)
    .thresholds(limits(0.000001, 0.05))
    .withTarget(
      instant(
        ratio(`(${q.increase([], unpriced)} or vector(0))`, q.increase([], q.tokens())),
        'unpriced',
      ),
    )
    .dataLinks([traces(q, UNPRICED_CALLS, [])]);
}

export function untaggedShare(q: Queries): Stat {
  const day = (matchers: readonly Matcher[]): string =>
    q.spendOver('24h', [], { scope: [ENVIRONMENT], matchers });
  const untagged = ratio(
    `(${day([[ATTR_COSTSPAN_TEAM, '=~', '|unassigned']])} or vector(0))`,
    day([]),
  );
  return stat(
    'Spend without a team',
    'Share of a day of spend whose team is unknown: nobody sees it in a showback. Wrap the calls in withAttribution.',
    MISSING.rules,
  )
    .unit(SHARE)
    .decimals(1)
    .thresholds(limits(0.05, 0.2))
    .withTarget(instant(untagged, 'untagged'))
    .dataLinks([traces(q, UNTAGGED_CALLS, [])]);
}

export function estimatedShare(q: Queries): Stat {
  const estimated = q.calls([
    [ATTR_COSTSPAN_USAGE_SOURCE, '=', COSTSPAN_USAGE_SOURCE_VALUE_ESTIMATED],
  ]);
  return stat(
    'Estimated calls',
    'Share of the calls whose tokens were estimated, since no usage arrived: streams that were cut, mostly.',
    MISSING.calls,
  )
    .unit(SHARE)
    .decimals(2)
    .thresholds(limits(0.05, 0.2))
    .withTarget(
      instant(
        ratio(`(${q.increase([], estimated)} or vector(0))`, q.increase([], q.sentCalls())),
        'estimated',
      ),
    )
    .dataLinks([traces(q, ESTIMATED_CALLS, [])]);
}

export function priceBookAge(q: Queries): Stat {
  return stat(
    'Age of the price book',
    'Age of the oldest price book that a process uses, in all environments. Providers change prices; update costspan or the overlay.',
    'No process reports its price book.',
  )
    .unit(SECONDS)
    .thresholds(limits(45 * 86_400, 90 * 86_400))
    .withTarget(instant(`max(${q.select(METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS)})`, 'age'));
}

export function unmeteredRequests(q: Queries): Stat {
  const requests = q.select(METRIC_COSTSPAN_UNMETERED_REQUESTS, chosen(ATTRIBUTED));
  return stat(
    'Unmetered requests',
    'Requests to known model hosts that no instrumentation saw: spend outside every figure and budget.',
    'No process looks for unmetered requests.',
  )
    .unit(COUNT)
    .decimals(0)
    .thresholds(limits(1, 100))
    .withTarget(instant(`${q.events([], requests)} or vector(0)`, 'requests'));
}

export function internalErrors(q: Queries): Stat {
  const errors = q.select(METRIC_COSTSPAN_INTERNAL_ERRORS);
  return stat(
    'Failures of costspan',
    'Guarded failures of costspan itself, in all environments: the calls are fine, the figures may be short. See the component in the table of gaps.',
    'No process reports its failures.',
  )
    .unit(COUNT)
    .decimals(0)
    .thresholds(limits(1, 100))
    .withTarget(instant(`${q.events([], errors)} or vector(0)`, 'errors'));
}

export function unpricedModels(q: Queries): BarGauge {
  const by = [ATTR_GEN_AI_PROVIDER_NAME, ATTR_GEN_AI_REQUEST_MODEL];
  const unpriced = q.select(METRIC_COSTSPAN_UNPRICED_TOKENS, chosen(MODELLED));
  return barGauge(
    'Tokens without a price, by model',
    'Models to add to the price overlay, those with the most tokens first.',
    'Every model has a price.',
  )
    .unit(COUNT)
    .withTarget(instant(`sort_desc(topk(10, ${q.events(by, unpriced)} > 0))`, q.legend(...by)))
    .dataLinks([traces(q, UNPRICED_CALLS, by)]);
}

export function partlyPricedModels(q: Queries): BarGauge {
  const by = [ATTR_GEN_AI_PROVIDER_NAME, ATTR_GEN_AI_REQUEST_MODEL];
  const partial = q.calls([[ATTR_COSTSPAN_PRICE_STATE, '=', COSTSPAN_PRICE_STATE_VALUE_PARTIAL]]);
  return barGauge(
    'Calls priced in part, by model',
    'Calls whose amount is too low, as it leaves out something that the provider bills and no price is known of. The span says what, in costspan.cost.missing; a rate in the price overlay closes the gap.',
    'Every amount covers all that is billed.',
  )
    .unit(COUNT)
    .withTarget(instant(`sort_desc(topk(10, ${q.events(by, partial)} > 0))`, q.legend(...by)))
    .dataLinks([traces(q, PARTIAL_CALLS, by)]);
}

export function unmeteredHosts(q: Queries): BarGauge {
  const requests = q.select(METRIC_COSTSPAN_UNMETERED_REQUESTS, chosen(ATTRIBUTED));
  return barGauge(
    'Unmetered requests, by host',
    'Model hosts that somebody calls past every instrumentation, such as by hand with fetch.',
    'Every request to a known model host was measured.',
  )
    .unit(COUNT)
    .withTarget(
      instant(
        `sort_desc(topk(10, ${q.events([ATTR_SERVER_ADDRESS], requests)} > 0))`,
        q.legend(ATTR_SERVER_ADDRESS),
      ),
    );
}

export function backgroundResponses(q: Queries): BarGauge {
  const responses = q.select(METRIC_COSTSPAN_BACKGROUND_RESPONSES, chosen(ATTRIBUTED));
  return barGauge(
    'Responses in the background, by what became of them',
    'Of those that were begun, some were booked when somebody saw them over, or cost nothing; the rest is still to be read, and its money is in no figure yet.',
    'No process asks for responses in the background.',
  )
    .unit(COUNT)
    .withTarget(
      instant(
        `sort_desc(${q.events([ATTR_COSTSPAN_BACKGROUND_STATE], responses)} > 0)`,
        q.legend(ATTR_COSTSPAN_BACKGROUND_STATE),
      ),
    );
}

export function internalErrorsByComponent(q: Queries): BarGauge {
  const errors = q.select(METRIC_COSTSPAN_INTERNAL_ERRORS);
  return barGauge(
    'Failures of costspan, by component',
    'Where costspan failed, in all environments. Each failure is reported once to the OpenTelemetry diagnostics log.',
    'No failures in this time range.',
  )
    .unit(COUNT)
    .withTarget(
      instant(
        `sort_desc(topk(10, ${q.events([ATTR_COSTSPAN_COMPONENT], errors)} > 0))`,
        q.legend(ATTR_COSTSPAN_COMPONENT),
      ),
    );
}
