import {
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_GEN_AI_REQUEST_MODEL,
} from '../../conventions/index.ts';
import { type Queries, ratio } from '../queries/queries.ts';
import { BILLED, SHARE, type Table } from './common.ts';
import { joinedTable } from './joined-table.ts';
import { CALLS, traces } from './links.ts';

const WEEK = { window: '7d' };

/** Red where more is spent than before, green where less is. */
const BY_DIRECTION = [
  { id: 'custom.cellOptions', value: { type: 'color-text' } },
  {
    id: 'thresholds',
    value: {
      mode: 'absolute',
      steps: [
        { value: null, color: 'green' },
        { value: 0, color: 'text' },
        { value: 0.005, color: 'red' },
      ],
    },
  },
] as const;

export function biggestMovers(q: Queries): Table {
  return movers(
    q,
    'Biggest movers',
    'Workflows whose spend changed most in dollars, the last seven days against the seven before: the greatest rise first.',
    [
      { attribute: ATTR_COSTSPAN_TEAM, title: 'Team' },
      { attribute: ATTR_COSTSPAN_WORKFLOW, title: 'Workflow' },
    ],
  );
}

export function whatChanged(q: Queries): Table {
  return movers(
    q,
    'What changed',
    'Spend of the last seven days against the seven before, by workflow and model: the greatest rise first. A model that is new here had nothing before.',
    [
      { attribute: ATTR_COSTSPAN_WORKFLOW, title: 'Workflow' },
      { attribute: ATTR_GEN_AI_REQUEST_MODEL, title: 'Model' },
    ],
  );
}

function movers(
  q: Queries,
  title: string,
  description: string,
  keys: readonly { readonly attribute: string; readonly title: string }[],
): Table {
  const by = keys.map(({ attribute }) => attribute);
  const now = q.total('cost', by, WEEK);
  const before = q.totalBefore('cost', by, '7d', WEEK);
  // What is new or gone stands on one side alone, and is a move all the same.
  const known = `0 * (${now} or ${before})`;
  const change = `(${now} or ${known}) - (${before} or ${known})`;
  return joinedTable(
    q,
    title,
    description,
    'No spend recorded in the last two weeks: the recording rules of costspan make these figures.',
    keys,
    [
      { title: 'Change', unit: BILLED, query: change, properties: [...BY_DIRECTION] },
      {
        title: 'In per cent',
        unit: SHARE,
        query: `${ratio(now, before)} - 1`,
        properties: [{ id: 'decimals', value: 0 }],
      },
      { title: 'Last 7 days', unit: BILLED, query: now },
      { title: '7 days before', unit: BILLED, query: before },
    ],
  ).dataLinks([traces(q, CALLS, by, 'row')]);
}
