import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as tracedSpans from '../panels/traced-spans.ts';
import type { Queries } from '../queries/queries.ts';
import { buildDashboard, line, section } from './layout.ts';
import { tracedVariables } from './variables.ts';

/** Where every point of the other boards leads to. */
export function traces(q: Queries): Dashboard {
  return buildDashboard({
    key: 'traces',
    description: 'The calls, runs and decisions behind a figure of another board.',
    from: 'now-24h',
    variables: tracedVariables(q),
    annotations: [],
    sections: [
      section(
        'Spans that match',
        line(16, [24, tracedSpans.matching()]),
        line(7, [12, tracedSpans.howMany()], [12, tracedSpans.whatTheyCost()]),
      ),
    ],
  });
}
