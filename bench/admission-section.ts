/** What `admission.ts` prints. Microseconds. */
export interface AdmissionFigures {
  /** From the start of a call to its booking, without budgets. */
  readonly none: number;
  /** What is added to it. */
  readonly unmatched: number;
  readonly memoryOne: number;
  readonly memoryThree: number;
  readonly redis: { readonly admissionP50: number; readonly pingP50: number } | undefined;
}

/** The section of docs/benchmarks.md about budgets. */
export function admissionSection(figures: AdmissionFigures): string {
  const { none, unmatched, memoryOne, memoryThree, redis } = figures;
  const row = (what: string, added: number): string =>
    `| ${what} | ${added.toFixed(1)} | ${((none + added) / none).toFixed(2)} × |`;
  const throughRedis =
    redis === undefined
      ? 'No Redis server was there to measure.'
      : `Through Redis on the loopback an admission by three budgets is answered after ${redis.admissionP50.toFixed(0)} µs
(median), ${(redis.admissionP50 / redis.pingP50).toFixed(1)} × a PING by the same client (${redis.pingP50.toFixed(0)} µs). Settling waits for nobody.`;
  return `## Budgets

Between the start of a call and its booking our part takes ${none.toFixed(1)} µs of CPU without budgets. Reserving
before the call and settling after it add:

| budgets | µs a call | over none |
| --- | --- | --- |
${row('none matches', unmatched)}
${row('one hard budget in memory', memoryOne)}
${row('three hard budgets in memory', memoryThree)}

${throughRedis}
`;
}
