/** What a panel says instead of its figures: what is missing, and what would bring it. */
export const MISSING = {
  calls:
    'No calls in this time range. A process that has just begun shows after its second export.',
  failed: 'No call failed in this time range.',
  streams: 'No streams in this time range.',
  runs: 'No run ended in this time range.',
  agents: 'No agent ran in this time range.',
  tools: 'No tool was executed in this time range.',
  rules:
    'Nothing is recorded yet: the recording rules of costspan begin within three minutes of the first calls, once they are loaded into Prometheus.',
  budgets: 'No budgets: name some in costspan.yaml and load the rules that are made of them.',
  store: 'No process reports a budget: name some in costspan.yaml.',
  decisions: 'No budget had a say in this time range.',
  outcomes: 'No outcomes in this time range: record them with recordOutcome().',
  values: 'No outcome with a value in this time range: give recordOutcome() a valueUsd.',
  cached: 'No cached tokens in this time range.',
  history: 'No history to compare with yet: this needs a week of recorded series.',
  spans: 'No span in Tempo matches in this time range.',
} as const;
