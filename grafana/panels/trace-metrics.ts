import {
  ATTR_COSTSPAN_LOOP_DEPTH,
  ATTR_COSTSPAN_PRICE_BOOK,
  ATTR_COSTSPAN_PRICE_MATCH,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  COSTSPAN_PRICE_MATCH_VALUE_FAMILY,
} from '../../conventions/index.ts';
import { span, spansWhere } from '../queries/traceql.ts';
import { COUNT, type TimeSeries, timeSeries, USD } from './common.ts';
import { TEMPO, traceql } from './targets.ts';
import { MISSING } from './missing.ts';

export function failedMoney(): TimeSeries {
  const query = spansWhere(['status = error', `${span(ATTR_GEN_AI_USAGE_COST_AMOUNT)} != nil`]);
  return timeSeries(
    'Money on failed calls',
    'What calls that ended in an error cost all the same, by workflow, from traces: with sampling it is a part of the truth.',
    MISSING.failed,
  )
    .datasource(TEMPO)
    .unit(USD)
    .withTarget(
      traceql(
        `${query} | sum_over_time(${span(ATTR_GEN_AI_USAGE_COST_AMOUNT)}) by (${span(ATTR_COSTSPAN_WORKFLOW)})`,
      ).refId('A'),
    );
}

export function guessedPrices(): TimeSeries {
  const match = `${span(ATTR_COSTSPAN_PRICE_MATCH)} = "${COSTSPAN_PRICE_MATCH_VALUE_FAMILY}"`;
  return timeSeries(
    'Calls at a guessed price',
    'Calls whose model is in the price book only by the beginning of its name, by model. Confirm them in the price overlay.',
    'Every price is certain in this time range.',
  )
    .datasource(TEMPO)
    .unit(COUNT)
    .withTarget(
      traceql(
        `${spansWhere([match])} | count_over_time() by (${span(ATTR_GEN_AI_RESPONSE_MODEL)})`,
      ).refId('A'),
    );
}

export function priceBooks(): TimeSeries {
  return timeSeries(
    'Calls by price book',
    'A new line is a new price book or overlay. Compare its start with a step of the unit prices. From traces.',
    MISSING.spans,
  )
    .datasource(TEMPO)
    .unit(COUNT)
    .withTarget(
      traceql(
        `${spansWhere([`${span(ATTR_COSTSPAN_PRICE_BOOK)} != nil`])} | count_over_time() by (${span(ATTR_COSTSPAN_PRICE_BOOK)})`,
      ).refId('A'),
    );
}

export function loopDepth(): TimeSeries {
  const query = spansWhere([`${span(ATTR_COSTSPAN_LOOP_DEPTH)} > 0`]);
  return timeSeries(
    'Greatest loop depth',
    'The deepest model call of a run at each moment, by workflow, while runs are still going. From traces.',
    MISSING.spans,
  )
    .datasource(TEMPO)
    .unit(COUNT)
    .withTarget(
      traceql(
        `${query} | max_over_time(${span(ATTR_COSTSPAN_LOOP_DEPTH)}) by (${span(ATTR_COSTSPAN_WORKFLOW)})`,
      ).refId('A'),
    );
}
